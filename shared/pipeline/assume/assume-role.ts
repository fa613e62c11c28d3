// Stage 6: credentials for the composed policy, from the cache or from STS; equal requests at one time share a call.

import type { Principal } from '../../identity/principal.ts';
import { boundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Failure } from '../../kernel/failure.ts';
import type { RequestId } from '../../kernel/names.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { sha256 } from '../../kernel/sha256.ts';
import { createSingleFlight } from '../../kernel/single-flight.ts';
import type { Rules } from '../../rules/document/rules.ts';
import { entryKey } from '../../rules/document/since.ts';
import type { Limits } from '../../rules/values/limits.ts';
import type { Composed } from '../compose/compose-session-policy.ts';
import type { Allowed } from '../decide/decision.ts';
import type { AdmitSession } from '../limit/limit-sessions.ts';
import type { AssumedRole, AssumeFault } from './assumed-role.ts';
import type { IssuedKey, IssuedKeyRegister } from './issued-key.ts';
import { reuseUntil } from './reuse-window.ts';
import type { RoleAssumer } from './role-assumer.ts';
import { sessionName } from './session-name.ts';

/** Callers whose credentials one instance keeps; about 4 KB each, so 40 MB. */
const MAX_CACHED_SESSIONS = 10_000;
/** A key that ends sooner than promised is not what was asked for; STS's clock may differ by a little. */
const EXPIRY_TOLERANCE_MS = 60_000;
/** Counting, STS and the register, each with a deadline of its own; the function itself ends after 30 s. */
const ISSUE_DEADLINE_MS = 28_000;

export interface Session {
  readonly role: AssumedRole;
  readonly composed: Composed;
  /** SHA-256 of the session policy as STS got it, base64url. */
  readonly policyHash: string;
  readonly sessionName: string;
  readonly sourceIdentity: string | undefined;
  readonly issuedAt: Date;
  /** When the credentials really stop working. */
  readonly expiresAt: Date;
}

export interface AssumeRequest {
  readonly requestId: RequestId;
  readonly principal: Principal;
  /** Of the principal's provider. */
  readonly limits: Limits;
  readonly allowed: Allowed;
  readonly composed: Composed;
  /** By which all of that was decided. */
  readonly rules: Pick<Rules, 'flushes' | 'entryRevisions'>;
}

export interface AssumeContext {
  /** May there be a new session? Credentials that are handed out again need no leave. */
  readonly admitSession: AdmitSession;
  readonly assumer: RoleAssumer;
  readonly issuedKeys: IssuedKeyRegister;
  readonly clock: Clock;
  readonly sourceIdentity: boolean;
}

export type AssumeRole = (
  request: AssumeRequest,
) => Promise<Result<Session & { readonly reused: boolean }, Failure>>;

/**
 * Everything that the credentials depend on: two requests that differ in any of it never share them. An entry of the rules
 * that was taken away and given again is another one, and whatever was issued before a flush is nobody's any more; what an
 * apply leaves as it is stays.
 */
function cacheKey({ principal, allowed, composed, rules }: AssumeRequest): string {
  const parts = [
    rules.flushes.caches,
    rules.entryRevisions.get(entryKey('provider', principal.provider)) ?? null,
    rules.entryRevisions.get(entryKey('role', allowed.role.id)) ?? null,
    allowed.grant.since ?? null,
    principal.kind,
    principal.provider,
    principal.issuer,
    principal.subject,
    allowed.role.roleArn,
    allowed.role.externalId ?? null,
    allowed.grant.id,
    allowed.grant.constraints,
    allowed.askedSeconds,
    // Another token or another shift ends at another time: its credentials are its own.
    allowed.notAfter?.getTime() ?? null,
    composed.basis,
  ];
  return sha256(JSON.stringify(parts), 'base64url');
}

/** Whatever the key holds: credentials that work longer than this request may have are not for it. */
const endsInTime = ({ expiresAt }: Session, { composed }: AssumeRequest): boolean =>
  expiresAt <= composed.expiresAt;

function failureOf({ kind, cause }: AssumeFault): Failure {
  switch (kind) {
    case 'throttled':
      return { code: 'rate_limited', reason: 'sts-throttled', cause };
    case 'refused':
      return { code: 'role_misconfigured', reason: 'sts-refused', cause };
    case 'unavailable':
      return { code: 'sts_unavailable', reason: 'sts-failed', cause };
    case 'unusable':
      return { code: 'sts_unavailable', reason: 'sts-answer-unusable', cause };
  }
}

function toSession(request: AssumeRequest, role: AssumedRole, name: string, issuedAt: Date, source?: string) {
  const promised = request.composed.expiresAt.getTime();
  const expiresAt = new Date(Math.min(promised, role.expiration.getTime()));
  if (expiresAt.getTime() < promised - EXPIRY_TOLERANCE_MS) return undefined;
  const { composed } = request;
  const policyHash = sha256(composed.sessionPolicy.json, 'base64url');
  return { role, composed, policyHash, sessionName: name, sourceIdentity: source, issuedAt, expiresAt };
}

function issuedKey({ requestId, principal, allowed }: AssumeRequest, session: Session): IssuedKey {
  return {
    accessKeyId: session.role.accessKeyId,
    requestId,
    issuedAt: session.issuedAt,
    expiresAt: session.expiresAt,
    provider: principal.provider,
    subject: principal.subject,
    role: allowed.role.id,
    roleArn: allowed.role.roleArn,
    grant: allowed.grant.id,
    sessionName: session.sessionName,
    stsRequestId: session.role.requestId,
  };
}

export function createAssumeRole(context: AssumeContext): AssumeRole {
  const sessions = boundedCache<Session>(MAX_CACHED_SESSIONS);
  const issues = createSingleFlight<Result<Session, Failure>>(ISSUE_DEADLINE_MS, () =>
    err(failureOf({ kind: 'unavailable', cause: 'deadline' })),
  );

  const issue = async (request: AssumeRequest): Promise<Result<Session, Failure>> => {
    const admitted = await context.admitSession(request.principal, request.limits);
    if (!admitted.ok) return admitted;
    const name = sessionName(request.principal);
    const source = context.sourceIdentity ? name : undefined;
    const { role } = request.allowed;
    const issuedAt = context.clock.now();
    const assumed = await context.assumer.assume({
      roleArn: role.roleArn,
      externalId: role.externalId,
      sessionName: name,
      sourceIdentity: source,
      durationSeconds: request.composed.stsSeconds,
      sessionPolicy: request.composed.sessionPolicy,
    });
    if (!assumed.ok) return err(failureOf(assumed.error));
    const session = toSession(request, assumed.value, name, issuedAt, source);
    if (!session) return err(failureOf({ kind: 'unusable', cause: 'expiration' }));
    // Before anyone may hold the key: whose it is must be answerable for every key that exists outside.
    const registered = await context.issuedKeys.register(issuedKey(request, session));
    if (!registered.ok)
      return err({ code: 'audit_unavailable', reason: 'audit-lost', cause: registered.error.cause });
    return ok(session);
  };

  const issueOnce = (key: string, request: AssumeRequest): Promise<Result<Session, Failure>> =>
    issues.run(key, async () => {
      const issued = await issue(request);
      if (issued.ok) sessions.set(key, issued.value);
      return issued;
    });

  return async (request) => {
    const key = cacheKey(request);
    const cached = sessions.get(key);
    if (cached && context.clock.now() < reuseUntil(cached) && endsInTime(cached, request))
      return ok({ ...cached, reused: true });
    const joined = issues.isUnderWay(key);
    const issued = await issueOnce(key, request);
    return issued.ok ? ok({ ...issued.value, reused: joined }) : issued;
  };
}
