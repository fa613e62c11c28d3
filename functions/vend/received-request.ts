// A request as app.ts hands it to the function that answers it.
import type { Failure } from '../../shared/kernel/failure.ts';
import type { Result } from '../../shared/kernel/result.ts';
import type { RequestMetadata } from '../../shared/pipeline/audit/record-outcome.ts';
import type { Presented } from '../../shared/pipeline/authenticate/read-proof.ts';
import type { AuditAndRespond } from './audit-and-respond.ts';

export interface ReceivedRequest {
  readonly metadata: RequestMetadata;
  /** Every place where a proof of identity may be, except the body. */
  readonly presented: Omit<Presented, 'bodyToken'>;
  /** The body's JSON, unchecked; undefined when there is none and none is required. */
  readonly body: Result<unknown, Failure>;
  /** Every answer goes through this: it writes the audit row first. */
  readonly auditAndRespond: AuditAndRespond;
}
