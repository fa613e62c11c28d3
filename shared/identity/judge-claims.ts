// The form that a claim must have before a rule decides by it. Used for tokens that vend takes, for sign-on by OpenID Connect
// and by SAML, and for described callers. A claim that is absent gets no default value.

import { CLOCK_TOLERANCE_MS } from '../kernel/clock.ts';
import type { GroupsReason } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { claimOf, memberOf } from '../rules/providers/presets/preset.ts';
import { MAX_GROUPS } from '../rules/values/principal-key.ts';
import { isName } from './is-name.ts';
import type { Claims } from './principal.ts';

export interface GroupsFault {
  readonly reason: GroupsReason;
  /** For the operator: only numbers, no name of a group. */
  readonly cause?: string;
}

/** A distinguished name (RFC 4514): one name, although it has commas. */
const DISTINGUISHED_NAME = /^[A-Za-z][A-Za-z0-9-]*=/;
/** Characters that separate several names in one text, or begin a list that was written as text. */
const MAYBE_SEVERAL = /[,;|]|^\s*[[{]/;

/**
 * AD FS and the mappers of several vendors write a single group as a text, not as a list. A text that may hold several names
 * is refused: taken as one name it would hide them.
 */
const isOne = (value: unknown): value is string =>
  typeof value === 'string' && (DISTINGUISHED_NAME.test(value) || !MAYBE_SEVERAL.test(value));

const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * The groups that a proof lists, without repetition; empty when it lists none. `isElsewhere`: the proof says that some groups
 * are not in it. It is refused then, because a grant may exclude the members of a group that is not listed. `filter`: which
 * groups count; the others are as if the proof did not list them. Fails with `groups-overage`, `groups-unusable`, or
 * `groups-too-many` for more than MAX_GROUPS that count.
 */
export function judgeGroups(
  listed: unknown,
  isElsewhere: boolean,
  filter?: (group: string) => boolean,
): Result<readonly string[], GroupsFault> {
  if (isElsewhere) return err({ reason: 'groups-overage' });
  if (listed === undefined) return ok([]);
  const all = isOne(listed) ? [listed] : listed;
  if (!Array.isArray(all) || !all.every(isText)) return err({ reason: 'groups-unusable' });
  const groups = filter ? all.filter(filter) : all;
  if (groups.length > MAX_GROUPS)
    return err({ reason: 'groups-too-many', cause: `${groups.length} groups, of at most ${MAX_GROUPS}` });
  return groups.every(isName) ? ok([...new Set<string>(groups)]) : err({ reason: 'groups-unusable' });
}

/** Entra ID says only that there are groups (learn.microsoft.com: access token claims reference). */
function saysOnlyThatThereAre(claims: Claims): boolean {
  const has = claimOf(claims, 'hasgroups');
  return has !== undefined && has !== false && has !== 'false';
}

/**
 * Aggregated and distributed claims (OpenID Connect Core section 5.6.2): `_claim_names` names the claims that are not in the
 * token. A `_claim_names` that cannot be read may name any claim.
 */
function isNamedElsewhere(claims: Claims, claim: string): boolean {
  const names = claimOf(claims, '_claim_names');
  if (names === undefined) return claimOf(claims, claim) === undefined && '_claim_sources' in claims;
  if (typeof names !== 'object' || names === null || Array.isArray(names)) return true;
  const [outermost = claim] = claim.split('.');
  return memberOf(names, claim) !== undefined || memberOf(names, outermost) !== undefined;
}

/** Whether the token says that its groups are not in it. `claim`: the claim that lists groups; undefined when none does. */
export const areGroupsElsewhere = (claims: Claims, claim: string | undefined): boolean =>
  claim !== undefined &&
  (isNamedElsewhere(claims, claim) || (claim === 'groups' && saysOnlyThatThereAre(claims)));

/** In seconds since 1970 this is the year 5138, so a larger value must be in milliseconds. */
const MAX_NUMERIC_DATE = 100_000_000_000;

/** NumericDate (RFC 7519 section 2) → Date. Undefined when it is no time in seconds, such as one in milliseconds. */
export const readNumericDate = (value: unknown): Date | undefined =>
  typeof value === 'number' && value > 0 && value < MAX_NUMERIC_DATE
    ? new Date(Math.floor(value) * 1000)
    : undefined;

/**
 * When the caller last signed in (`auth_time`, OpenID Connect Core section 2); undefined where the proof does not say. Fails
 * for a value that is no time in seconds, or that lies more than CLOCK_TOLERANCE_SECONDS ahead.
 */
export function judgeAuthTime(claims: Claims, now: Date): Result<Date | undefined, 'auth-time-unusable'> {
  const value = claimOf(claims, 'auth_time');
  if (value === undefined) return ok(undefined);
  const time = readNumericDate(value);
  const hasCome = time && time.getTime() <= now.getTime() + CLOCK_TOLERANCE_MS;
  return hasCome ? ok(time) : err('auth-time-unusable');
}

/** RFC 8176 has fewer methods, and shorter names. */
const MAX_METHODS = 20;
const MAX_METHOD_CHARACTERS = 64;

const isMethod = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_METHOD_CHARACTERS;

/** The authentication methods of `amr` (RFC 8176). Undefined when it is absent or unreadable. */
export function readMethods(claims: Claims): readonly string[] | undefined {
  const methods = claimOf(claims, 'amr');
  const isReadable = Array.isArray(methods) && methods.length <= MAX_METHODS && methods.every(isMethod);
  return isReadable ? methods : undefined;
}

/** Authentication method of a second factor (RFC 8176 section 2). */
export const MULTIPLE_FACTORS = 'mfa';

/**
 * Whether the provider signed that a second factor was used: `mfa` in `amr`, or one of `contexts` in `acr`. That Stint asked
 * for a second factor does not count.
 */
export function usedSecondFactor(claims: Claims, contexts: readonly string[]): boolean {
  const context = claimOf(claims, 'acr');
  const isContext = typeof context === 'string' && contexts.includes(context);
  return isContext || (readMethods(claims)?.includes(MULTIPLE_FACTORS) ?? false);
}
