// The tests that a grant can put a request to, each with the value that it looked at. Pure, and independent of each other:
// decide-vend.ts runs them in order. A value that is unknown fails every test that depends on it.

import type { Principal } from '../../identity/principal.ts';
import type { Failure } from '../../kernel/failure.ts';
import { isAddressWithin, parseNetwork } from '../../kernel/ip-network.ts';
import { EFFECTIVE_SECONDS } from '../../rules/values/constraints.ts';
import type { Role } from '../../rules/values/role.ts';
import type { Grant, GrantTerms } from '../grants/grant.ts';
import type { RequestContext, RoleRequest } from './decision.ts';
import { openUntil } from './time-windows.ts';

/** All that the tests of a grant look at. */
export interface CallerFacts extends RequestContext {
  readonly principal: Principal;
  /** Undefined when no role has the requested name. */
  readonly role: Role | undefined;
  readonly roleRequest: RoleRequest;
}

/** The same for a grant of a role, which exists. */
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

/** Returns undefined when the grant does not have this test. */
type Test = (grant: GrantTerms, facts: CallerFacts) => Finding | undefined;

/** An issuer's clock may be ahead by this much. A sign-in that is further in the future fails. */
const CLOCK_TOLERANCE_MS = 30_000;
const SECOND_MS = 1000;

/** The longest lifetime that this grant gives, in seconds: its own cap, its `effectiveSeconds` or the role's cap. */
export function longestLifetime(grant: Grant, role: Role): number {
  const { effectiveSeconds = Number.POSITIVE_INFINITY } = grant.constraints;
  return Math.min(grant.maxDurationSeconds, effectiveSeconds, role.maxDurationSeconds);
}

/** In whole seconds, as STS and RAM count them; the current second, which has begun, counts in full. */
export const secondsUntil = (end: Date, now: Date): number =>
  Math.floor(end.getTime() / SECOND_MS) - Math.floor(now.getTime() / SECOND_MS);

/** Credentials that would end so soon are refused rather than issued. */
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

/** invalid_token, which clients answer with a fresh token (RFC 6750 section 3.1): here that is the remedy. */
const testWithinToken: Test = ({ constraints: { withinToken } }, { principal: { expiresAt }, now }) => {
  if (!withinToken) return undefined;
  const failure: Failure | undefined =
    !expiresAt || isTooSoon(expiresAt, now)
      ? { code: 'invalid_token', reason: 'token-ends-too-soon' }
      : undefined;
  return { seen: expiresAt?.toISOString() ?? null, failure, notAfter: expiresAt };
};

/** invalid_token here too: the remedy is the same token with a DPoP proof (RFC 9449 section 7.1). */
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

/** Only a grant of a role has a duration. */
export function testDuration(
  grant: Grant,
  { role, roleRequest: { durationSeconds, shorten } }: VendFacts,
): Finding | undefined {
  if (durationSeconds === undefined) return undefined;
  const failure: Failure | undefined =
    !shorten && durationSeconds > longestLifetime(grant, role)
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
