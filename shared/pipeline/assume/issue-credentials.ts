// New credentials, in four steps: admit the session, call STS, check what STS returned, register the key. The key is given out
// only when its row is durable, so the owner of every key that was given out can be found. Its row is on its way when the
// credentials are returned, so that it and the request's audit row go in one call: see record-outcome.ts.

import type { Principal } from '../../identity/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Failure } from '../../kernel/failure.ts';
import type { RequestId } from '../../kernel/names.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { sha256 } from '../../kernel/sha256.ts';
import type { Rules } from '../../rules/document/rules.ts';
import type { Limits } from '../../rules/values/provider-limits.ts';
import type { Composed } from '../compose/compose-session-policy.ts';
import type { Allowed } from '../decide/decision.ts';
import type { AdmitSession } from '../limit/limit-sessions.ts';
import type { IssuedKey, IssuedKeyRegister } from './issued-key.ts';
import type { AssumedRole, AssumeFault, RoleAssumer } from './role-assumer.ts';

/** Credentials that end sooner than requested by more than this are refused. STS's clock may differ a little. */
const EXPIRY_TOLERANCE_MS = 60_000;

export interface AssumeRequest {
  readonly requestId: RequestId;
  readonly principal: Principal;
  /** Those of the principal's provider. */
  readonly limits: Limits;
  readonly allowed: Allowed;
  readonly composed: Composed;
  /** The rules by which `allowed` and `composed` were decided. */
  readonly rules: Pick<Rules, 'flushes' | 'entryRevisions'>;
}

export interface IssueContext {
  readonly admitSession: AdmitSession;
  readonly assumer: RoleAssumer;
  readonly issuedKeys: IssuedKeyRegister;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** True: the session name is also the SourceIdentity, which stays when the session assumes further roles. */
  readonly sourceIdentity: boolean;
}

/** Credentials, and what they were issued for. */
export interface IssuedCredentials {
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

/** Fails with `audit_unavailable` when the key's row is lost: the key is dropped without being used. */
export type Registration = Promise<Result<void, Failure>>;

export interface Issue {
  readonly credentials: IssuedCredentials;
  readonly registered: Registration;
}

/**
 * Failures:
 * - `rate_limited`: no session is left for this caller or its provider, or STS is throttling;
 * - `role_misconfigured`: STS refuses, for example because the RAM role does not trust Stint;
 * - `sts_unavailable`: STS does not answer, or answers with credentials that end too soon.
 */
export async function issueCredentials(
  request: AssumeRequest,
  { admitSession, assumer, issuedKeys, clock, random, sourceIdentity }: IssueContext,
): Promise<Result<Issue, Failure>> {
  const admitted = await admitSession(request.principal, request.limits);
  if (!admitted.ok) return admitted;

  const { roleArn, externalId } = request.allowed.role;
  const name = sessionName(request.principal);
  const source = sourceIdentity ? name : undefined;
  const issuedAt = clock.now();
  const assumed = await assumer.assume({
    roleArn,
    externalId,
    sessionName: name,
    sourceIdentity: source,
    durationSeconds: request.composed.stsSeconds,
    sessionPolicy: request.composed.sessionPolicy,
  });
  if (!assumed.ok) return err(stsFailure(assumed.error, random));

  const credentials = toCredentials(request, assumed.value, name, issuedAt, source);
  if (!credentials) return err(stsFailure({ kind: 'unusable', cause: 'expiration' }));

  return ok({ credentials, registered: register(issuedKeys, issuedKey(request, credentials)) });
}

async function register(issuedKeys: IssuedKeyRegister, key: IssuedKey): Registration {
  const registered = await issuedKeys.register(key);
  if (registered.ok) return registered;
  return err({ code: 'audit_unavailable', reason: 'audit-lost', cause: registered.error.cause });
}

/** STS counts calls by the second; a few seconds let a burst pass. */
const LEAST_THROTTLED_WAIT_SECONDS = 5;
/** All that STS throttled in one second would come back in one second if they were told the same time. docs/quota.md has figures. */
const THROTTLED_SPREAD_SECONDS = 10;

/** `random` spreads the times at which throttled callers come back. */
export function stsFailure({ kind, cause }: AssumeFault, random: () => number = () => 0): Failure {
  switch (kind) {
    case 'throttled': {
      const retryAfterSeconds =
        LEAST_THROTTLED_WAIT_SECONDS + Math.floor(THROTTLED_SPREAD_SECONDS * random());
      return { code: 'rate_limited', reason: 'sts-throttled', cause, retryAfterSeconds };
    }
    case 'refused':
      return { code: 'role_misconfigured', reason: 'sts-refused', cause };
    case 'unavailable':
      return { code: 'sts_unavailable', reason: 'sts-failed', cause };
    case 'unusable':
      return { code: 'sts_unavailable', reason: 'sts-answer-unusable', cause };
  }
}

/** Undefined when the credentials end sooner than requested. */
function toCredentials(
  { composed }: AssumeRequest,
  role: AssumedRole,
  name: string,
  issuedAt: Date,
  source: string | undefined,
): IssuedCredentials | undefined {
  const promised = composed.expiresAt.getTime();
  const expiresAt = new Date(Math.min(promised, role.expiration.getTime()));
  if (expiresAt.getTime() < promised - EXPIRY_TOLERANCE_MS) return undefined;
  const policyHash = sha256(composed.sessionPolicy.json, 'base64url');
  return { role, composed, policyHash, sessionName: name, sourceIdentity: source, issuedAt, expiresAt };
}

function issuedKey({ requestId, principal, allowed }: AssumeRequest, issued: IssuedCredentials): IssuedKey {
  return {
    accessKeyId: issued.role.accessKeyId,
    requestId,
    issuedAt: issued.issuedAt,
    expiresAt: issued.expiresAt,
    provider: principal.provider,
    subject: principal.subject,
    role: allowed.role.id,
    roleArn: allowed.role.roleArn,
    grant: allowed.grant.id,
    sessionName: issued.sessionName,
    stsRequestId: issued.role.requestId,
    ...(issued.role.hubRoleArn === undefined ? {} : { hubRoleArn: issued.role.hubRoleArn }),
  };
}

// STS AssumeRole, RoleSessionName: 2 to 64 letters, digits and . @ - _. Here: provider.subject.digest
const MAX_PROVIDER_CHARACTERS = 16;
const MAX_SUBJECT_CHARACTERS = 30;
const DIGEST_CHARACTERS = 16;

const readable = (text: string, max: number): string => text.replace(/[^A-Za-z0-9@_-]/g, '-').slice(0, max);

/**
 * The RoleSessionName of a principal, which ActionTrail shows. The caller has no choice in it. It begins with
 * text that a person can read. The digest makes it unique, because two subjects may look alike once unusual characters are
 * replaced.
 */
export function sessionName({ provider, issuer, subject }: Principal): string {
  const digest = sha256(JSON.stringify([provider, issuer, subject]), 'hex').slice(0, DIGEST_CHARACTERS);
  return `${readable(provider, MAX_PROVIDER_CHARACTERS)}.${readable(subject, MAX_SUBJECT_CHARACTERS)}.${digest}`;
}
