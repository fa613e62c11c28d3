// The tests that a grant can put a request to, one for each of its conditions. Each test also returns the value that it
// looked at. The tests are pure and independent of each other; decide-vend.ts runs them in order. An unknown value fails
// every test that depends on it.

import type { Principal } from '../../identity/principal.ts';
import { CLOCK_TOLERANCE_MS } from '../../kernel/clock.ts';
import type { Failure } from '../../kernel/failure.ts';
import { isAddressWithin, parseNetwork } from '../../kernel/ip-network.ts';
import { EFFECTIVE_SECONDS } from '../../rules/values/constraints.ts';
import type { Role } from '../../rules/values/role.ts';
import type { AnyGrant, Grant } from '../grants/grant.ts';
import type { RequestContext, RoleRequest } from './decision.ts';
import { openUntil } from './time-windows.ts';

/** All that the tests of a grant look at. */
export interface CallerFacts extends RequestContext {
  readonly principal: Principal;
  /** Undefined when no role has the requested name. */
  readonly role: Role | undefined;
  readonly roleRequest: RoleRequest;
}

/** The facts about a request for a role that exists. */
export interface VendFacts extends CallerFacts {
  readonly role: Role;
}

/**
 * In the order in which they are run. Tests that the caller cannot influence come first. So a step-up is asked for only
 * where it would help, and of several grants the nearest miss is the one whose first failing test comes last.
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

/** The value that a test looked at; null when the request has none. Shown to the caller itself and to administrators only. */
export type Seen = string | number | boolean | null | Readonly<Record<string, unknown>>;

export interface Finding {
  readonly seen: Seen;
  /** Absent: the request passed. */
  readonly failure?: Failure | undefined;
  /** The credentials must end by then. */
  readonly notAfter?: Date | undefined;
}

/** Returns undefined when the grant does not have this condition. */
type Test = (grant: AnyGrant, facts: CallerFacts) => Finding | undefined;

const SECOND_MS = 1000;

/** The longest lifetime that this grant gives, in seconds: its own cap, its `effectiveSeconds` or the role's cap. */
export function longestLifetime(
  grant: Pick<Grant, 'constraints' | 'maxDurationSeconds'>,
  role: Role,
): number {
  const { effectiveSeconds = Number.POSITIVE_INFINITY } = grant.constraints;
  return Math.min(grant.maxDurationSeconds, effectiveSeconds, role.maxDurationSeconds);
}

/** In whole seconds, as STS and RAM count them. The current second counts in full. */
export const secondsUntil = (end: Date, now: Date): number =>
  Math.floor(end.getTime() / SECOND_MS) - Math.floor(now.getTime() / SECOND_MS);

/** Credentials that would end this soon are not issued. */
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

const isAddress = (text: string | undefined): text is string =>
  text !== undefined && !text.includes('/') && parseNetwork(text) !== undefined;

const isWithinAny = (networks: readonly string[], address: string | undefined): boolean =>
  address !== undefined && networks.some((network) => isAddressWithin(address, network));

const testSourceIp: Test = ({ constraints: { sourceIp } }, { clientAddress }) => {
  if (!sourceIp) return undefined;
  const failure = isWithinAny(sourceIp, clientAddress) ? undefined : denied('source-ip');
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

/** Fails with `invalid_token`, because a fresh token is the remedy, and clients send one after it (RFC 6750 section 3.1). */
const testWithinToken: Test = ({ constraints: { withinToken } }, { principal: { expiresAt }, now }) => {
  if (!withinToken) return undefined;
  const failure: Failure | undefined =
    !expiresAt || isTooSoon(expiresAt, now)
      ? { code: 'invalid_token', reason: 'token-ends-too-soon' }
      : undefined;
  return { seen: expiresAt?.toISOString() ?? null, failure, notAfter: expiresAt };
};

/** Fails with `invalid_token` too: the remedy is to send the token with a DPoP proof (RFC 9449 section 7.1). */
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

/** A grant of a permission has no duration. */
const testDuration: Test = (grant, { role, roleRequest: { durationSeconds, shorten } }) => {
  if ('permission' in grant || !role || durationSeconds === undefined) return undefined;
  const failure: Failure | undefined =
    !shorten && durationSeconds > longestLifetime(grant, role)
      ? { code: 'duration_too_long', reason: 'duration-over-grant' }
      : undefined;
  return { seen: durationSeconds, failure };
};

export const TESTS = {
  when: testWhen,
  sourceIp: testSourceIp,
  pinSourceIp: testPinSourceIp,
  timeWindows: testTimeWindows,
  withinToken: testWithinToken,
  dpop: testDpop,
  mfa: testMfa,
  maxAuthAgeSeconds: testAuthAge,
  durationSeconds: testDuration,
} as const satisfies Record<GrantTest, Test>;
