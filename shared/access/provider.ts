// An identity provider whose tokens Stint accepts, as stored in `catalog`.
import * as z from 'zod';
import { isEndpointUrl } from '../kernel/endpoint-url.ts';
import { ProviderId } from '../kernel/names.ts';

/** Asymmetric algorithms only: with HMAC the verifying key could also sign (RFC 8725 section 2.1). */
const SIGNATURE_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

const ENDPOINT_HELP = 'write an https URL (http only for this machine), without user, password or #fragment';
const MAX_URL_CHARACTERS = 255; // as RAM's own limit for an OIDC issuer
const MAX_AUDIENCES = 50; // as RAM's own limit of client ids per OIDC provider
const MAX_CLAIM_NAME_CHARACTERS = 255;

/** The upper bound keeps a stolen token from being useful for more than a day. */
const TOKEN_AGE_SECONDS = { min: 60, max: 86_400, default: 3_600 } as const;

const Url = z.string().max(MAX_URL_CHARACTERS).refine(isEndpointUrl, ENDPOINT_HELP);
const ClaimName = z.string().min(1).max(MAX_CLAIM_NAME_CHARACTERS);

export const Provider = z.strictObject({
  id: ProviderId,
  kind: z.literal('oidc'),
  issuer: Url.describe('Compared byte for byte with the token’s iss.'),
  jwksUri: Url.optional().describe(
    'Where the keys are, if not on the issuer’s own origin. Default: what the issuer’s discovery document says.',
  ),
  audiences: z
    .array(z.string().min(1).max(MAX_URL_CHARACTERS))
    .min(1)
    .max(MAX_AUDIENCES)
    .optional()
    .describe('Accepted values of aud. Default: STINT_AUDIENCE.'),
  algorithms: z.array(z.enum(SIGNATURE_ALGORITHMS)).min(1).default(['RS256']),
  subject: ClaimName.default('sub').describe('The claim that names the caller. Immutable identifiers only.'),
  groups: ClaimName.optional().describe('The claim that lists the caller’s groups.'),
  maxTokenAgeSeconds: z
    .int()
    .min(TOKEN_AGE_SECONDS.min)
    .max(TOKEN_AGE_SECONDS.max)
    .default(TOKEN_AGE_SECONDS.default)
    .describe('Tokens issued longer ago than this are refused, whatever their exp.'),
});
export type Provider = z.infer<typeof Provider>;
