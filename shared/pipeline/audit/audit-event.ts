// The audit event: one for each request, granted or refused. Its members are identifiers and hashes. A Secret does not fit into
// their types.
import type { FailureCode } from '../../kernel/failure.ts';
import type { RequestId } from '../../kernel/names.ts';
import type { SignOnFailureCode } from '../../people/sign-on-failure.ts';
import type { PipelineStage } from '../stages.ts';

/**
 * Where a request can end: before the first stage (`request`), at a stage, or answered (`respond`). Audit is left out: when the
 * audit row cannot be written, there is no row to say so.
 */
export type Stage = 'request' | Exclude<PipelineStage, 'audit'> | 'respond';

export type Action =
  | 'credentials'
  | 'explain'
  | 'roles'
  | 'identity'
  | 'sign-on'
  | 'sign-out'
  /** The identity provider ended sessions. */
  | 'logout'
  /** The identity provider was asked again about a person who is signed in, and a session ended for it. */
  | 'recheck'
  /** A link that signs a browser in to the console. The credentials behind it have a row of their own. */
  | 'console'
  | 'step-up'
  | 'passkey-added'
  | 'passkey-renamed'
  | 'passkey-removed'
  /** A person's answer, in a browser, to a command line that asks to sign in as that person. */
  | 'command-line-approved'
  | 'command-line-denied'
  /** A command line's own requests, for its first tokens and for new ones. */
  | 'command-line-sign-on'
  | 'command-line-refresh'
  /** A person left, or is back: `stint leave`. */
  | 'leave'
  | 'reinstate'
  /** A SCIM client changed its directory. */
  | 'directory-user-added'
  | 'directory-user-changed'
  | 'directory-user-deactivated'
  | 'directory-user-reactivated'
  | 'directory-user-removed'
  | 'directory-group-added'
  | 'directory-group-changed'
  | 'directory-group-removed'
  /** A request of a SCIM client that changed nothing. */
  | 'directory-request';

/**
 * The dialect of a request for credentials that is none of Stint's own: STS's AssumeRoleWithOIDC, RFC 8693's token exchange.
 */
export type WireName = 'sts' | 'token';

/** A member that is undefined is unknown, or does not apply to the action; its column is absent from the row. */
export interface AuditEvent {
  readonly requestId: RequestId;
  /** The number of the row, when a request writes several; absent for the first. */
  readonly part?: number | undefined;
  /** When the outcome was known. */
  readonly at: Date;
  readonly action: Action;
  /** Absent: the request came in Stint's own form. */
  readonly wire?: WireName | undefined;
  /** The stage at which the request ended; `respond` when it was granted. */
  readonly stage: Stage;
  readonly outcome: 'granted' | 'refused';
  /** The failure's code, which the caller is told. */
  readonly code?: FailureCode | SignOnFailureCode | 'scim_refused' | undefined;
  /** The failure's reason, for the operator only. */
  readonly reason?: string | undefined;
  /** The failure's cause: the error code of a cloud service, or a word for what happened. */
  readonly cause?: string | undefined;
  /** The identity provider's own error, made inert: anyone could have written it into the address of a callback. */
  readonly providerError?: string | undefined;
  /** The caller's address. */
  readonly clientAddress?: string | undefined;
  /** The address of the connection, when a proof asserts another address for the caller. */
  readonly viaAddress?: string | undefined;
  /** The origin of the web page that sent the request. */
  readonly origin?: string | undefined;
  /** The revision of the rules that decided the request. */
  readonly revision?: string | undefined;
  /** The administrator who did it from a command line. */
  readonly operator?: string | undefined;
  readonly provider?: string | undefined;
  readonly subject?: string | undefined;
  /** SHA-256 of the proof of identity. */
  readonly proofHash?: string | undefined;
  /** The thumbprint of the key or certificate that the caller proved to hold. */
  readonly boundKey?: string | undefined;
  /** Where the person signed on, and the session that was begun. */
  readonly connection?: string | undefined;
  readonly session?: string | undefined;
  /** The directory that a SCIM client wrote to, and the name of its token. */
  readonly directory?: string | undefined;
  readonly client?: string | undefined;
  /** `user/<id>` or `group/<id>` of the directory. */
  readonly resource?: string | undefined;
  /** How many members a SCIM client added to a group and removed from it: `+3 -1`. */
  readonly members?: string | undefined;
  /** The caller that an administrator asked about, named as in the rows of its own requests. */
  readonly aboutProvider?: string | undefined;
  readonly aboutSubject?: string | undefined;
  readonly role?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly grant?: string | undefined;
  /** The RoleSessionName, which ActionTrail shows. */
  readonly sessionName?: string | undefined;
  readonly accessKeyId?: string | undefined;
  /** When the credentials stop working. */
  readonly expiresAt?: Date | undefined;
  /** SHA-256 of the session policy, base64url. */
  readonly policyHash?: string | undefined;
  /** The credentials were issued for an earlier request, whose row has the same `accessKeyId`. */
  readonly reused?: boolean | undefined;
  /** The id of STS's answer, which ActionTrail shows. */
  readonly stsRequestId?: string | undefined;
  /** The hub role that called STS, in whose account ActionTrail shows the call. Absent: vend's own role did. */
  readonly hubRoleArn?: string | undefined;
}
