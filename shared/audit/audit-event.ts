// One event a request, whatever came of it. The types hold identifiers only: no Secret fits into a field.
import type { FailureCode, SignOnFailureCode } from '../errors.ts';
import type { RequestId } from '../kernel/names.ts';

/** The pipeline's stages, named as their folders are. `request` is what comes before the first. */
export type Stage =
  | 'request'
  | 'authenticate'
  | 'limit'
  | 'grants'
  | 'decide'
  | 'compose'
  | 'assume'
  | 'respond';

export type Action =
  | 'credentials'
  | 'explain'
  | 'roles'
  | 'identity'
  | 'sign-on'
  | 'sign-out'
  /** Sessions ended by the identity provider. */
  | 'logout'
  /** A link that signs a browser in to the console; the credentials behind it have a row of their own. */
  | 'console';

export interface AuditEvent {
  readonly requestId: RequestId;
  readonly at: Date;
  readonly action: Action;
  /** Where the request ended: `respond` when it was granted. */
  readonly stage: Stage;
  readonly outcome: 'granted' | 'refused';
  readonly code?: FailureCode | SignOnFailureCode;
  readonly reason?: string;
  readonly cause?: string;
  readonly clientAddress?: string;
  readonly origin?: string;
  readonly revision?: string;
  readonly provider?: string;
  readonly subject?: string;
  readonly proofHash?: string;
  /** Thumbprint of the key or certificate that the caller proved to hold. */
  readonly boundKey?: string;
  /** Where the person signed on, and the session that came of it. */
  readonly connection?: string;
  readonly session?: string;
  /** Whom an administrator asked about, by the same names as their own requests have. */
  readonly aboutProvider?: string;
  readonly aboutSubject?: string;
  readonly role?: string;
  readonly roleArn?: string;
  readonly grant?: string;
  readonly sessionName?: string;
  readonly accessKeyId?: string;
  readonly expiresAt?: Date;
  readonly policyHash?: string;
  readonly reused?: boolean;
  readonly stsRequestId?: string;
}
