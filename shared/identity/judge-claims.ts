// What a claim may be before a rule decides by it. The one place for every way in: tokens that vend takes, sign-on by OpenID
// Connect and by SAML, and callers whom an administrator or a test describes. What a proof does not say stays unsaid.

import { err, ok, type Result } from '../kernel/result.ts';
import type { GroupsReason } from '../kernel/token-reason.ts';
import { claimOf, memberOf } from '../rules/providers/presets/preset.ts';
import { MAX_GROUPS } from '../rules/values/principal-key.ts';
import { isName } from './is-name.ts';
import type { Claims } from './principal.ts';
import { CLOCK_TOLERANCE_SECONDS } from './verify-jwt.ts';

export interface GroupsFault {
  readonly reason: GroupsReason;
  /** For the operator. */
  readonly cause?: string;
}

/** One distinguished name has commas. */
const DISTINGUISHED_NAME = /^[A-Za-z][A-Za-z0-9-]*=/;
/** What joins several names in one text, or begins a list that was written as a text. */
const MAYBE_SEVERAL = /[,;|]|^\s*[[{]/;

/**
 * AD FS and mappers of several vendors write the one group of somebody who is in one as a text. A text that may be several
 * names is none: as one it would be a name that hides them.
 */
const isOne = (value: unknown): value is string =>
  typeof value === 'string' && (DISTINGUISHED_NAME.test(value) || !MAYBE_SEVERAL.test(value));

/**
 * `isElsewhere`: the proof says that the groups, or the rest of them, are somewhere else. A decision by none or by a part
 * would open what is closed to members of a group.
 */
export function judgeGroups(listed: unknown, isElsewhere: boolean): Result<readonly string[], GroupsFault> {
  if (isElsewhere) return err({ reason: 'groups-overage' });
  if (listed === undefined) return ok([]);
  const groups = isOne(listed) ? [listed] : listed;
  if (!Array.isArray(groups)) return err({ reason: 'groups-unusable' });
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
 * Aggregated and distributed claims (OpenID Connect Core section 5.6.2): `_claim_names` names what is not in the token.
 * What cannot be read as such may name anything.
 */
function isNamedElsewhere(claims: Claims, claim: string): boolean {
  const names = claimOf(claims, '_claim_names');
  if (names === undefined) return claimOf(claims, claim) === undefined && '_claim_sources' in claims;
  if (typeof names !== 'object' || names === null || Array.isArray(names)) return true;
  const [outermost = claim] = claim.split('.');
  return memberOf(names, claim) !== undefined || memberOf(names, outermost) !== undefined;
}

/** Whether the claim that lists groups, if a claim does, is somewhere else than in the token. */
export const areGroupsElsewhere = (claims: Claims, claim: string | undefined): boolean =>
  claim !== undefined &&
  (isNamedElsewhere(claims, claim) || (claim === 'groups' && saysOnlyThatThereAre(claims)));

/** Seconds since 1970 (RFC 7519 section 2); anything of 3,000 years and more is a count of milliseconds. */
const MAX_NUMERIC_DATE = 100_000_000_000;

/** Undefined: it is no time, or not in seconds. */
export const readNumericDate = (value: unknown): Date | undefined =>
  typeof value === 'number' && value > 0 && value < MAX_NUMERIC_DATE
    ? new Date(Math.floor(value) * 1000)
    : undefined;

/**
 * When the caller last signed in: undefined where the proof does not say, and then nobody knows. A moment that is none,
 * that is not in seconds, or that has not come yet is not taken for another.
 */
export function judgeAuthTime(claims: Claims, now: Date): Result<Date | undefined, 'auth-time-unusable'> {
  const value = claimOf(claims, 'auth_time');
  if (value === undefined) return ok(undefined);
  const time = readNumericDate(value);
  const hasCome = time && time.getTime() <= now.getTime() + CLOCK_TOLERANCE_SECONDS * 1000;
  return hasCome ? ok(time) : err('auth-time-unusable');
}

/** RFC 8176 has fewer, and of shorter names. */
const MAX_METHODS = 20;
const MAX_METHOD_CHARACTERS = 64;

const isMethod = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_METHOD_CHARACTERS;

/** The authentication methods of `amr` (RFC 8176); undefined when it says none, or none that can be read. */
export function readMethods(claims: Claims): readonly string[] | undefined {
  const methods = claimOf(claims, 'amr');
  const isReadable = Array.isArray(methods) && methods.length <= MAX_METHODS && methods.every(isMethod);
  return isReadable ? methods : undefined;
}

/** Authentication method of a second factor (RFC 8176 section 2). */
export const MULTIPLE_FACTORS = 'mfa';

/** `contexts`: values of `acr` that mean the same. By what the provider signed: what it was asked for shows nothing. */
export function usedSecondFactor(claims: Claims, contexts: readonly string[]): boolean {
  const context = claimOf(claims, 'acr');
  const isContext = typeof context === 'string' && contexts.includes(context);
  return isContext || (readMethods(claims)?.includes(MULTIPLE_FACTORS) ?? false);
}
