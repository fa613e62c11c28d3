// One event a request, whatever came of it. The types hold identifiers only: no Secret fits into a field.
import type { FailureCode } from '../../kernel/failure.ts';
import type { RequestId } from '../../kernel/names.ts';
import type { SignOnFailureCode } from '../../people/sign-on-failure.ts';
import type { PipelineStage } from '../stages.ts';

/** Where a request can end: before the first stage, at one, or answered. Without its row it ends nowhere. */
export type Stage = 'request' | Exclude<PipelineStage, 'audit'> | 'respond';

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
  | 'console'
  | 'step-up'
  | 'passkey-added'
  | 'passkey-renamed'
  | 'passkey-removed'
  /** What somebody answered, in a browser, to a command line that asks to sign in as them. */
  | 'command-line-approved'
  | 'command-line-denied'
  /** The command line's own requests: it came for its tokens, or for new ones. */
  | 'command-line-sign-on'
  | 'command-line-refresh';

export interface AuditEvent {
  readonly requestId: RequestId;
  /** Which of several rows of one request; absent: the first, and mostly the only one. */
  readonly part?: number | undefined;
  /** When the outcome was known. */
  readonly at: Date;
  readonly action: Action;
  /** Where the request ended: `respond` when it was granted. */
  readonly stage: Stage;
  readonly outcome: 'granted' | 'refused';
  // Whatever is not known is absent or undefined; JSON leaves it out.
  readonly code?: FailureCode | SignOnFailureCode | undefined;
  readonly reason?: string | undefined;
  readonly cause?: string | undefined;
  /** What an identity provider said of it, made inert; anybody may have put it into the address of a callback. */
  readonly providerError?: string | undefined;
  /** The caller's. */
  readonly clientAddress?: string | undefined;
  /** Of whoever asked on the caller's behalf and told the address above. */
  readonly viaAddress?: string | undefined;
  readonly origin?: string | undefined;
  readonly revision?: string | undefined;
  readonly provider?: string | undefined;
  readonly subject?: string | undefined;
  readonly proofHash?: string | undefined;
  /** Thumbprint of the key or certificate that the caller proved to hold. */
  readonly boundKey?: string | undefined;
  /** Where the person signed on, and the session that came of it. */
  readonly connection?: string | undefined;
  readonly session?: string | undefined;
  /** Whom an administrator asked about, by the same names as their own requests have. */
  readonly aboutProvider?: string | undefined;
  readonly aboutSubject?: string | undefined;
  readonly role?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly grant?: string | undefined;
  readonly sessionName?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly expiresAt?: Date | undefined;
  readonly policyHash?: string | undefined;
  readonly reused?: boolean | undefined;
  readonly stsRequestId?: string | undefined;
}
