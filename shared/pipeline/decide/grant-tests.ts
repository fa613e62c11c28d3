// The tests that a grant may put a request to, each with what it saw. Pure, and each on its own: consider-grant.ts
// puts them together.

import type { Principal } from '../../identity/principal.ts';
import type { Failure } from '../../kernel/failure.ts';
import { EFFECTIVE_SECONDS } from '../../rules/values/constraints.ts';
import type { Role } from '../../rules/values/role.ts';
import type { Grant, GrantTerms } from '../grants/grant.ts';
import { isAddress, isFrom } from './caller-address.ts';
import type { RequestContext, RoleRequest } from './decision.ts';
import { longestLifetime, secondsUntil } from './lifetime.ts';
import { openUntil } from './time-windows.ts';

export interface CallerFacts extends RequestContext {
  readonly principal: Principal;
  /** Undefined when no role has the requested name. */
  readonly role: Role | undefined;
  readonly roleRequest: RoleRequest;
}

export interface VendFacts extends CallerFacts {
  readonly role: Role;
}

/**
 * In the order of the tests. What the caller cannot change comes first: so step-up is asked for only where it would
 * help, and of several grants the one whose failing test comes last is the nearest miss.
 */
export const GRANT_TESTS = [
  'when',
  'sourceIp',
  'pinSourceIp',
  'timeWindows',
  'withinToken',
  'dpop',
  'mfa',
  'maxAuthAgeSeconds',
  'durationSeconds',
] as const;
export type GrantTest = (typeof GRANT_TESTS)[number];

/** What a test looked at; null where the request has nothing of it. For the caller's own eyes or an administrator's. */
export type Seen = string | number | boolean | null | Readonly<Record<string, unknown>>;

export interface Finding {
  readonly seen: Seen;
  /** Absent: passed. */
  readonly failure?: Failure | undefined;
  /** The credentials may not outlive this. */
  readonly notAfter?: Date | undefined;
}

/** Undefined: the grant does not have this test. */
type Test = (grant: GrantTerms, facts: CallerFacts) => Finding | undefined;

/** An issuer's clock may be ahead by this; a sign-in further in the future is no time of a sign-in. */
const CLOCK_TOLERANCE_MS = 30_000;
const SECOND_MS = 1000;

const isTooSoon = (end: Date, now: Date): boolean => secondsUntil(end, now) < EFFECTIVE_SECONDS.min;

const denied = (reason: 'condition-false' | 'source-ip' | 'outside-time-window'): Failure => ({
  code: 'access_denied',
  reason,
});
const stepUp = (reason: 'mfa-missing' | 'auth-time-missing' | 'auth-too-old'): Failure => ({
  code: 'step_up_required',
  reason,
});

const testWhen: Test = ({ when }, { principal, role, roleRequest, now, clientAddress }) => {
  if (!when) return undefined;
  const { claims, groups, provider, subject } = principal;
  const { durationSeconds } = roleRequest;
  const request = { role: role?.id ?? '', durationSeconds, sourceIp: clientAddress, time: now };
  const holds = when.holds({ claims, groups, provider, subject, request });
  const named = when.claims.filter((name) => Object.hasOwn(claims, name));
  const seen = Object.fromEntries(named.map((name) => [name, claims[name]]));
  return { seen, failure: holds ? undefined : denied('condition-false') };
};

const testSourceIp: Test = ({ constraints: { sourceIp } }, { clientAddress }) => {
  if (!sourceIp) return undefined;
  const failure = isFrom(sourceIp, clientAddress) ? undefined : denied('source-ip');
  return { seen: clientAddress ?? null, failure };
};

const testPinSourceIp: Test = ({ constraints: { pinSourceIp } }, { clientAddress }) => {
  if (!pinSourceIp) return undefined;
  const failure = isAddress(clientAddress) ? undefined : denied('source-ip');
  return { seen: clientAddress ?? null, failure };
};

const testTimeWindows: Test = ({ constraints: { timeWindows } }, { now }) => {
  if (!timeWindows) return undefined;
  const notAfter = openUntil(timeWindows, now);
  const failure = !notAfter || isTooSoon(notAfter, now) ? denied('outside-time-window') : undefined;
  return { seen: now.toISOString(), failure, notAfter };
};

/** Not access_denied: the remedy is a fresh token, and that is how clients read invalid_token (RFC 6750 section 3.1). */
const testWithinToken: Test = ({ constraints: { withinToken } }, { principal: { expiresAt }, now }) => {
  if (!withinToken) return undefined;
  const failure: Failure | undefined =
    !expiresAt || isTooSoon(expiresAt, now)
      ? { code: 'invalid_token', reason: 'token-ends-too-soon' }
      : undefined;
  return { seen: expiresAt?.toISOString() ?? null, failure, notAfter: expiresAt };
};

/** Not access_denied, as above: the remedy is the same token with a proof (RFC 9449 section 7.1). */
const testDpop: Test = ({ constraints: { dpop } }, { principal: { boundKey } }) => {
  if (!dpop) return undefined;
  const missing: Failure = { code: 'invalid_token', reason: 'dpop-missing', dpop: {} };
  return { seen: boundKey ?? null, failure: boundKey === undefined ? missing : undefined };
};

const testMfa: Test = ({ constraints: { mfa } }, { principal }) =>
  mfa ? { seen: principal.mfa, failure: principal.mfa ? undefined : stepUp('mfa-missing') } : undefined;

const testAuthAge: Test = ({ constraints: { maxAuthAgeSeconds } }, { principal, now }) => {
  if (maxAuthAgeSeconds === undefined) return undefined;
  const { authenticatedAt } = principal;
  if (!authenticatedAt) return { seen: null, failure: stepUp('auth-time-missing') };
  const ageMs = now.getTime() - authenticatedAt.getTime();
  const isFresh = ageMs >= -CLOCK_TOLERANCE_MS && ageMs <= maxAuthAgeSeconds * SECOND_MS;
  return { seen: authenticatedAt.toISOString(), failure: isFresh ? undefined : stepUp('auth-too-old') };
};

/** Of a grant that gives a role only: nothing else has a duration. */
export function testDuration(
  grant: Grant,
  { role, roleRequest: { durationSeconds } }: VendFacts,
): Finding | undefined {
  if (durationSeconds === undefined) return undefined;
  const failure: Failure | undefined =
    durationSeconds > longestLifetime(grant, role)
      ? { code: 'duration_too_long', reason: 'duration-over-grant' }
      : undefined;
  return { seen: durationSeconds, failure };
}

export const TERM_TESTS = {
  when: testWhen,
  sourceIp: testSourceIp,
  pinSourceIp: testPinSourceIp,
  timeWindows: testTimeWindows,
  withinToken: testWithinToken,
  dpop: testDpop,
  mfa: testMfa,
  maxAuthAgeSeconds: testAuthAge,
} as const satisfies Record<Exclude<GrantTest, 'durationSeconds'>, Test>;
