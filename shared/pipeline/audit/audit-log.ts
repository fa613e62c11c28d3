// The port of the audit log.
import type { Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type { AuditEvent } from './audit-event.ts';

export interface AuditLog {
  /**
   * Resolves with ok only when the row is durable. Writing the same event again writes the same row, so an attempt whose answer
   * was lost can be repeated. Failure: `StoreFault`.
   */
  record(event: AuditEvent): Promise<Result<void, StoreFault>>;
}
