// Stage 7: the outcome of a request → one audit event. It holds identifiers and hashes, never a token, a key's secret or the
// value of a claim.

import type { Principal } from '../../identity/principal.ts';
import { callerAddress } from '../../kernel/client-address.ts';
import type { Failure } from '../../kernel/failure.ts';
import type { RequestId, RoleId } from '../../kernel/names.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { AssumedCredentials } from '../assume/assume-role.ts';
import type { Allowed } from '../decide/decision.ts';
import type { PermissionGrant } from '../grants/grant.ts';
import type { Action, AuditEvent, Stage, WireName } from './audit-event.ts';
import type { AuditLog } from './audit-log.ts';

/** The stage that a request reached, and what was known by then. A member that is absent was not known yet. */
export interface AuditContext {
  /** `respond` when the request was granted; otherwise the stage that refused it. */
  readonly stage: Stage;
  /** Of the access document by which the request was decided. */
  readonly revision?: string | undefined;
  readonly principal?: Principal;
  /** The id of the requested role, if it exists. A name that the caller made up is not kept. */
  readonly requestedRole?: RoleId | undefined;
  readonly allowed?: Allowed | undefined;
  /** The caller that an administrator asked about, and the grant that permits asking. */
  readonly explained?: { readonly principal: Principal; readonly permission: PermissionGrant };
  readonly credentials?: AssumedCredentials;
}

/** The result of a part of the pipeline, and what the audit row says if the request ends with it. */
export interface StageOutcome<T> {
  readonly auditContext: AuditContext;
  readonly result: Result<T, Failure>;
}

/** What is known of a request before its body is read. */
export interface RequestMetadata {
  readonly requestId: RequestId;
  readonly action: Action;
  /** Undefined: the request came in Stint's own form. */
  readonly wire?: WireName | undefined;
  /** The address that the connection came from; undefined when unknown. */
  readonly clientAddress: string | undefined;
  /** The origin of the web page that the request comes from, as its browser says; undefined when it comes from none. */
  readonly origin: string | undefined;
}

interface AuditedRequest extends RequestMetadata {
  /** When the outcome was known. */
  readonly at: Date;
}

/** Writes out each member, because that is faster than spreading, and every request builds an event. */
export function auditEvent(
  request: AuditedRequest,
  auditContext: AuditContext,
  failure: Failure | undefined,
): AuditEvent {
  const { stage, revision, principal, requestedRole, allowed, explained, credentials } = auditContext;
  return {
    requestId: request.requestId,
    at: request.at,
    action: request.action,
    wire: request.wire,
    stage,
    outcome: failure ? 'refused' : 'granted',
    code: failure?.code,
    reason: failure?.reason,
    cause: failure?.cause,
    clientAddress: callerAddress(principal?.assertedAddress, request.clientAddress),
    viaAddress: principal?.assertedAddress === undefined ? undefined : request.clientAddress,
    origin: request.origin,
    revision,
    provider: principal?.provider,
    subject: principal?.subject,
    proofHash: principal?.proofHash,
    boundKey: principal?.boundKey,
    aboutProvider: explained?.principal.provider,
    aboutSubject: explained?.principal.subject,
    role: allowed?.role.id ?? requestedRole,
    roleArn: allowed?.role.roleArn,
    grant: explained?.permission.id ?? allowed?.grant.id,
    sessionName: credentials?.sessionName,
    accessKeyId: credentials?.role.accessKeyId,
    expiresAt: credentials?.expiresAt,
    policyHash: credentials?.policyHash,
    reused: credentials?.reused,
    stsRequestId: credentials?.role.requestId,
    hubRoleArn: credentials?.role.hubRoleArn,
  };
}

/**
 * Writes the audit row of a request. Fails with `audit_unavailable` when the row could not be written: the request is then
 * answered with this failure in place of its outcome. Only `store_unavailable` is answered as it is, because it reports the
 * same outage.
 */
export async function recordOutcome(
  auditLog: AuditLog,
  request: AuditedRequest,
  auditContext: AuditContext,
  failure: Failure | undefined,
): Promise<Result<void, Failure>> {
  const recorded = await auditLog.record(auditEvent(request, auditContext, failure));
  if (recorded.ok || failure?.code === 'store_unavailable') return ok(undefined);
  return err({ code: 'audit_unavailable', reason: 'audit-lost', cause: recorded.error.cause });
}

const NOT_YET: Result<void, Failure> = ok(undefined);

/**
 * The same, and the row of a key that the request receives, which is on its way: so both go in one call. If the key's row is lost, the
 * request is refused with `audit_unavailable`, and its audit row says so: it is written once more, in the place of the row that says
 * granted. Gives what the audit row says in the end.
 */
export async function recordWithKey(
  auditLog: AuditLog,
  request: AuditedRequest,
  auditContext: AuditContext,
  failure: Failure | undefined,
): Promise<StageOutcome<void>> {
  const record = (context: AuditContext, reason: Failure | undefined) =>
    recordOutcome(auditLog, request, context, reason);
  const registered = failure ? undefined : auditContext.credentials?.registered;
  if (!registered) return { auditContext, result: await record(auditContext, failure) };

  // What has failed already needs no row that says granted.
  const early = await Promise.race([registered, NOT_YET]);
  const recorded = early.ok ? await record(auditContext, undefined) : early;
  const key = await registered;
  if (key.ok) return { auditContext, result: recorded };
  const { credentials: _, ...known } = auditContext;
  const refused = { ...known, stage: 'assume' } as const;
  await record(refused, key.error);
  return { auditContext: refused, result: key };
}
