// An OpenID Provider: its callers come with a signed token (OpenID Connect Core, RFC 7519).
import * as z from 'zod';
import { AllowedOrigins } from '../web-origin.ts';
import {
  Algorithms,
  ClaimName,
  DPOP_FIELDS,
  MAX_URL_CHARACTERS,
  NewKeysRule,
  PROVIDER_FIELDS,
  PrivateNetwork,
  Url,
} from './fields.ts';

const MAX_AUDIENCES = 50; // as RAM's own limit of client ids per OIDC provider

/** The upper bound keeps a stolen token from being useful for more than a day. */
export const TOKEN_AGE_SECONDS = { min: 60, max: 86_400, default: 3_600 } as const;

export const OidcProvider = z.strictObject({
  id: PROVIDER_FIELDS.id,
  kind: z.literal('oidc'),
  issuer: Url.describe('Compared byte for byte with the token’s iss.'),
  jwksUri: Url.optional().describe(
    'Where the keys are, if not on the issuer’s own origin. Default: what the issuer’s discovery document says.',
  ),
  privateNetwork: PrivateNetwork,
  newKeys: NewKeysRule,
  audiences: z
    .array(z.string().min(1).max(MAX_URL_CHARACTERS))
    .min(1)
    .max(MAX_AUDIENCES)
    .optional()
    .describe('Accepted values of aud. Default: STINT_AUDIENCE.'),
  algorithms: Algorithms.default(['RS256']),
  subject: ClaimName.default('sub').describe('The claim that names the caller. Immutable identifiers only.'),
  groups: ClaimName.optional().describe('The claim that lists the caller’s groups.'),
  maxTokenAgeSeconds: z
    .int()
    .min(TOKEN_AGE_SECONDS.min)
    .max(TOKEN_AGE_SECONDS.max)
    .default(TOKEN_AGE_SECONDS.default)
    .describe('Tokens issued longer ago than this are refused, whatever their exp.'),
  once: z
    .boolean()
    .default(false)
    .describe('Each token is taken once, by its jti, which it must have: whoever copies one comes too late.'),
  dpop: DPOP_FIELDS.dpop,
  dpopNonces: DPOP_FIELDS.dpopNonces,
  limits: PROVIDER_FIELDS.limits,
  allowedOrigins: AllowedOrigins,
});
export type OidcProvider = z.infer<typeof OidcProvider>;
