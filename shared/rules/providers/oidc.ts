// An OpenID Provider: its callers present a signed token (OpenID Connect Core, RFC 7519).
import * as z from 'zod';
import { ConditionText } from '../values/grant-condition.ts';
import { GROUPS_FILTER, namedClaim } from '../values/groups-source.ts';
import { RequiredClaims } from '../values/required-claims.ts';
import { AllowedOrigins } from '../values/web-origin.ts';
import {
  Algorithms,
  Audience,
  ClaimName,
  DPOP_FIELDS,
  NewKeysRule,
  PROVIDER_FIELDS,
  PrivateNetwork,
  Url,
} from './fields.ts';
import type { PresetEntry, TokenType } from './presets/preset.ts';
import { PRESET_NAMES, PRESETS } from './presets/presets.ts';
import { StaticJwks } from './static-jwks.ts';

const MAX_AUDIENCES = 50; // as RAM's own limit of client ids per OIDC provider

const MAX_TENANTS = 100;
const MAX_SUBJECT_CLAIMS = 5;

const TOKEN_TYPES = ['id', 'access'] as const;

/** The upper bound keeps a stolen token from being useful for more than a day. */
export const TOKEN_AGE_SECONDS = { min: 60, max: 86_400, default: 3_600 } as const;

/** The life of the tokens with which login calls vend: a copied token vouches for its address no longer than this. */
export const MAX_ADDRESS_TOKEN_AGE_SECONDS = 300;

const GroupsOfToken = z.union(
  [ClaimName, z.literal(false), z.strictObject({ claim: ClaimName.optional(), ...GROUPS_FILTER })],
  { error: 'write the name of a claim, { claim, prefix, match }, or false' },
);

export const OidcProvider = z.strictObject({
  id: PROVIDER_FIELDS.id,
  kind: z.literal('oidc'),
  preset: z
    .enum(PRESET_NAMES)
    .optional()
    .describe(
      'The vendor whose tokens these are. The preset finds the caller and the groups, and refuses tokens for other purposes.',
    ),
  issuer: Url.describe('Compared byte for byte with the token’s iss.'),
  jwksUri: Url.optional().describe(
    'The address of the keys, if it is not on the issuer’s own origin. Default: the one in the issuer’s discovery document.',
  ),
  jwks: StaticJwks.optional(),
  privateNetwork: PrivateNetwork,
  newKeys: NewKeysRule,
  audiences: z
    .array(Audience)
    .min(1)
    .max(MAX_AUDIENCES)
    .optional()
    .describe('Accepted values of aud. Default: STINT_AUDIENCE.'),
  audience: z
    .strictObject({ claim: ClaimName })
    .optional()
    .describe(
      'The claim that names the audience of tokens without aud, such as client_id of Amazon Cognito.',
    ),
  algorithms: Algorithms.default(['RS256']),
  tenants: z
    .array(ClaimName)
    .min(1)
    .max(MAX_TENANTS)
    .optional()
    .describe('With presets of issuers that serve many customers: the customers whose tokens Stint accepts.'),
  require: RequiredClaims.optional().describe(
    'Claims that a token must have, each with a value or a list of values. Stint refuses a token without one of them.',
  ),
  when: ConditionText.optional().describe(
    'A CEL expression on claims, groups, provider and subject. Stint refuses a token for which it is not true.',
  ),
  subject: z
    .union([ClaimName, z.array(ClaimName).min(2).max(MAX_SUBJECT_CLAIMS)], {
      error: `write the name of a claim, or a list of 2 to ${MAX_SUBJECT_CLAIMS}`,
    })
    .optional()
    .describe(
      'The claim that names the caller, or several whose values are joined by slashes. Use only identifiers that never change. Default: sub, or the claim of the preset.',
    ),
  groups: GroupsOfToken.optional().describe(
    'The claim that lists the caller’s groups, or that claim with a filter. false: no claim of the token makes groups.',
  ),
  tokenTypes: z
    .array(z.enum(TOKEN_TYPES))
    .min(1)
    .max(TOKEN_TYPES.length)
    .optional()
    .describe(
      'Which tokens Stint accepts: id, and access for access tokens by RFC 9068 (typ: at+jwt). Default: id, or what the preset says.',
    ),
  accessTokens: z
    .boolean()
    .optional()
    .describe('The earlier way to write tokenTypes: true for [id, access], false for [id].'),
  maxTokenAgeSeconds: z
    .int()
    .min(TOKEN_AGE_SECONDS.min)
    .max(TOKEN_AGE_SECONDS.max)
    .default(TOKEN_AGE_SECONDS.default)
    .describe('Stint refuses tokens that were issued longer ago than this, whatever their exp.'),
  once: z
    .boolean()
    .default(false)
    .describe(
      'true: Stint accepts each token once, by its jti, and refuses a token without one. A copied token is then useless.',
    ),
  dpop: DPOP_FIELDS.dpop,
  dpopNonces: DPOP_FIELDS.dpopNonces,
  addressFromToken: z
    .boolean()
    .optional()
    .describe(
      'Only for this deployment’s own login: vend uses the browser’s address that the token asserts, in place of the connection’s.',
    ),
  limits: PROVIDER_FIELDS.limits,
  allowedOrigins: AllowedOrigins,
});
export type OidcProvider = z.infer<typeof OidcProvider>;

/** Whether `login` of this deployment, or of another one, may sign the tokens. vend compares the whole issuer with its own address. */
export const hasLoginIssuer = ({ issuer }: Pick<OidcProvider, 'issuer'>): boolean =>
  new URL(issuer).pathname.endsWith('/login');

/** The claim that holds the subject alone; undefined where it is made from several. */
export function subjectClaim({ preset, subject = 'sub' }: OidcProvider): string | undefined {
  if (preset !== undefined) return PRESETS[preset].subjectClaim;
  return typeof subject === 'string' ? subject : undefined;
}

/** The claims of which the subject is made; undefined where it is one claim, or where a preset makes it. */
export const composedOf = ({ preset, subject }: OidcProvider): readonly string[] | undefined =>
  preset === undefined && typeof subject === 'object' ? subject : undefined;

/** Access tokens are refused by default: a service that receives one from its callers could replay it here. */
export function tokenTypesOf({ tokenTypes, accessTokens, preset }: OidcProvider): readonly TokenType[] {
  const takesAccess = accessTokens ?? (preset !== undefined && PRESETS[preset].takesAccessTokens === true);
  return tokenTypes ?? (takesAccess ? TOKEN_TYPES : ['id']);
}

/** The entry as its preset reads it. */
export const toPresetEntry = (provider: OidcProvider): PresetEntry =>
  typeof provider.groups === 'object'
    ? { ...provider, groups: namedClaim(provider.groups) }
    : { ...provider, groups: provider.groups };

/** The claim that lists groups; undefined where there is none, or where a preset makes them. */
export function groupsClaim({ preset, groups }: OidcProvider): string | undefined {
  if (groups === false) return undefined;
  return namedClaim(groups) ?? (preset === undefined ? undefined : PRESETS[preset].groupsClaim);
}

/** The name of a claim that a preset either reads groups from, or from no claim at all. */
const ANY_CLAIM = 'groups';

export function hasGroups(provider: OidcProvider): boolean {
  if (provider.groups === false) return false;
  if (groupsClaim(provider) !== undefined) return true;
  // Without a claim, only a preset that makes the groups itself has some.
  const preset = provider.preset === undefined ? undefined : PRESETS[provider.preset];
  return preset?.hasGroups === true && !preset.namesGroups(ANY_CLAIM);
}
