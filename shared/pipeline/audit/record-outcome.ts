// Stage 7: what happened → one audit event. Holds identifiers and hashes, never a token, a key's secret or a claim.

import type { Principal } from '../../identity/principal.ts';
import { callerAddress } from '../../kernel/client-address.ts';
import type { Failure } from '../../kernel/failure.ts';
import type { RequestId, RoleId } from '../../kernel/names.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { AssumedSession } from '../assume/assume-role.ts';
import type { Allowed } from '../decide/decision.ts';
import type { PermissionGrant } from '../grants/grant.ts';
import type { Action, AuditEvent, Stage } from './audit-event.ts';
import type { AuditLog } from './audit-log.ts';

/** How far a request came, and what was known by then. */
export interface AuditContext {
  readonly stage: Stage;
  readonly revision?: string;
  readonly principal?: Principal;
  /** The role that was asked for and refused, when there is one of that name: a caller's own text is not kept. */
  readonly requestedRole?: RoleId | undefined;
  readonly allowed?: Allowed;
  /** Somebody else was asked about, by leave of this grant. */
  readonly about?: { readonly principal: Principal; readonly permission: PermissionGrant };
  readonly session?: AssumedSession;
}

export interface RequestFacts {
  readonly requestId: RequestId;
  readonly action: Action;
  readonly at: Date;
  /** The connection's. */
  readonly clientAddress: string | undefined;
  /** The web page that a browser says it comes from. */
  readonly origin: string | undefined;
}

/** A member each and no spreading: every request builds one of these. */
export function auditEvent(
  facts: RequestFacts,
  auditContext: AuditContext,
  failure: Failure | undefined,
): AuditEvent {
  const { stage, revision, principal, requestedRole, allowed, about, session } = auditContext;
  return {
    requestId: facts.requestId,
    at: facts.at,
    action: facts.action,
    stage,
    outcome: failure ? 'refused' : 'granted',
    code: failure?.code,
    reason: failure?.reason,
    cause: failure?.cause,
    clientAddress: callerAddress(principal?.assertedAddress, facts.clientAddress),
    viaAddress: principal?.assertedAddress === undefined ? undefined : facts.clientAddress,
    origin: facts.origin,
    revision,
    provider: principal?.provider,
    subject: principal?.subject,
    proofHash: principal?.proofHash,
    boundKey: principal?.boundKey,
    aboutProvider: about?.principal.provider,
    aboutSubject: about?.principal.subject,
    role: allowed?.role.id ?? requestedRole,
    roleArn: allowed?.role.roleArn,
    grant: about?.permission.id ?? allowed?.grant.id,
    sessionName: session?.sessionName,
    accessKeyId: session?.role.accessKeyId,
    expiresAt: session?.expiresAt,
    policyHash: session?.policyHash,
    reused: session?.reused,
    stsRequestId: session?.role.requestId,
  };
}

/** An outage that is already being reported keeps its name; every other outcome without its row is an outage. */
export async function recordOutcome(
  auditLog: AuditLog,
  facts: RequestFacts,
  auditContext: AuditContext,
  failure: Failure | undefined,
): Promise<Result<void, Failure>> {
  const recorded = await auditLog.record(auditEvent(facts, auditContext, failure));
  if (recorded.ok || failure?.code === 'store_unavailable') return ok(undefined);
  return err({ code: 'audit_unavailable', reason: 'audit-lost', cause: recorded.error.cause });
}
