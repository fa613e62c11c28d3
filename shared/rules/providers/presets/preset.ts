// A preset: how one vendor's tokens name their caller, and what the provider's entry in the document must not say.
import type { Result } from '../../../kernel/result.ts';
import type { PathFault } from '../../values/document-fault.ts';

export type PresetClaims = Readonly<Record<string, unknown>>;

/** The fields of a provider's entry that a preset judges. */
export interface PresetEntry {
  readonly issuer: string;
  readonly audiences?: readonly string[] | undefined;
  readonly algorithms: readonly string[];
  /** The claim that the entry names; undefined for the preset's own, false for none. */
  readonly groups?: string | false | undefined;
  readonly tenants?: readonly string[] | undefined;
}

/** Names as the token gives them; the code that asked checks that they are names. */
export interface NamedCaller {
  readonly subject: unknown;
  readonly groups: unknown;
}

/** An ID token (OpenID Connect Core section 2), or an access token (RFC 9068). */
export type TokenType = 'id' | 'access';

export type PresetRefusal = 'type-wrong' | 'tenant-not-allowed' | 'subject-unusable' | 'groups-unusable';

/** The recipient of a grant of such a provider. */
export interface PresetRecipient {
  readonly subject?: string | undefined;
  readonly group?: string | undefined;
  readonly anyone?: true | undefined;
  readonly hasCondition: boolean;
}

export interface Preset {
  /** The claim that holds the subject alone; undefined where the preset makes it from several. */
  readonly subjectClaim?: string;
  /** The claim that lists groups where the entry names none; undefined where the preset makes them, or has none. */
  readonly groupsClaim?: string;
  readonly hasGroups: boolean;
  /** Whether the entry may name another claim for groups. */
  readonly namesGroups: (claim: string) => boolean;
  /** The algorithms with which the vendor signs; the first is the document's default. */
  readonly algorithms: readonly string[];
  /** The address of the keys, for a vendor whose discovery leads to another origin than the issuer's. */
  readonly jwksUri?: (issuer: string) => string | undefined;
  /** What `tenants` lists, in words. Undefined: the entry may not have `tenants`. */
  readonly tenants?: string;
  /** What is wrong with a tenant, or undefined. A name would match no token of a vendor whose tokens have numbers. */
  readonly checkTenant?: (tenant: string) => string | undefined;
  /** Its keys vouch for one tenant only. */
  readonly takesOneTenant?: boolean;
  /** Why the entry must say where the keys are; undefined where discovery at the issuer finds them. */
  readonly needsKeys?: (issuer: string) => string | undefined;
  /** Does the issuer serve many customers, so that the entry must say whose tokens it means? */
  readonly needsTenants: (issuer: string) => boolean;
  readonly checkIssuer: (issuer: string) => string | undefined;
  /** Its access tokens count as its ID tokens do, also where their header says `at+jwt` (RFC 9068). */
  readonly takesAccessTokens?: boolean;
  /** Which of them a token is, where the vendor's claims say so. Undefined: only the header's `typ` may tell. */
  readonly tokenTypeOf?: (claims: PresetClaims) => TokenType;
  /** The claim that names the audience of a token without `aud`. */
  readonly audienceClaim?: string;
  /** Values of the header's `typ` beside `JWT`, as tokenType writes them. */
  readonly headerTypes?: readonly string[];
  /** Claims that the vendor's tokens may lack. */
  readonly mayLack?: readonly ('iss' | 'iat')[];
  /** Do tokens for other services have this audience too? */
  readonly isSharedAudience: (audience: string, issuer: string) => boolean;
  readonly checkRecipient: (to: PresetRecipient, entry: PresetEntry) => readonly PathFault[];
  readonly readCaller: (claims: PresetClaims, entry: PresetEntry) => Result<NamedCaller, PresetRefusal>;
}

/** Own members only: a claim named `constructor` that the token lacks must be missing. */
export const claimOf = (claims: PresetClaims, name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined;

export function textClaim(claims: PresetClaims, name: string): string | undefined {
  const value = claimOf(claims, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A member of an object claim; a list is no object. */
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}

/** What the claim of groups holds; undefined where the entry reads no groups. */
export const groupsIn = (claims: PresetClaims, claim: string | false): unknown =>
  claim === false ? undefined : claimOf(claims, claim);

/** A missing tenant does not belong: tenants are pinned to keep tokens of others, or of no tenant, out. */
export const isOfTenant = (tenant: unknown, { tenants }: PresetEntry): boolean =>
  tenants === undefined || (typeof tenant === 'string' && tenants.includes(tenant));
