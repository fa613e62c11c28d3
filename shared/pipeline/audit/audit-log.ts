// Where audit rows go, as this stage asks for it.
import type { Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type { AuditEvent } from './audit-event.ts';

export interface AuditLog {
  /** Resolves only when the row is durable. Repeating it writes the same row again. */
  record(event: AuditEvent): Promise<Result<void, StoreFault>>;
}
