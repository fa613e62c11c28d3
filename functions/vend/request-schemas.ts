// The schemas of request bodies. Requests are validated with them, and openapi.yaml is generated from them. They are applied
// before the caller is identified, so they do not look into objects of any depth: zod would list every fault of such an
// object.
import * as z from 'zod';
import { isMarker } from '../../shared/http/address-headers.ts';
import { clientAddress } from '../../shared/kernel/client-address.ts';
import { MAX_TOKEN_CHARACTERS } from '../../shared/pipeline/authenticate/read-proof.ts';
import { EFFECTIVE_SECONDS } from '../../shared/rules/values/constraints.ts';
import { MAX_GROUPS } from '../../shared/rules/values/principal-key.ts';

/** A RoleArn is at most 96 characters, a role id 63. */
export const MAX_ROLE_CHARACTERS = 128;

/** An instant. Generated Python and Go clients write UTC as +00:00 or as a zone of their own: the offset is taken. */
const Instant = z.iso.datetime({ offset: true });

/** Published as an object, and read once the caller is known, up to its first fault. */
const anyObject = (description: string) =>
  z.unknown().optional().meta({ description, type: 'object', additionalProperties: true });

export const TokenRequest = z.strictObject({
  token: z
    .string()
    .max(MAX_TOKEN_CHARACTERS)
    .optional()
    .describe(
      'The proof of identity, for tokens that do not fit into a header. Not together with Authorization.',
    ),
});

export const CredentialsRequest = z.strictObject({
  role: z.string().min(1).max(MAX_ROLE_CHARACTERS).describe('The id of the role, or its RoleArn.'),
  durationSeconds: z
    .int()
    .min(EFFECTIVE_SECONDS.min)
    .max(EFFECTIVE_SECONDS.max)
    .optional()
    .describe('How long the credentials work. Default: the longest duration that the grant allows.'),
  policy: anyObject(
    'A RAM policy that narrows the grant further. Refused unless it is provably within the grant.',
  ),
  ...TokenRequest.shape,
});

const MAX_ID_CHARACTERS = 63;
/** Only bounds the body. What a subject or a group may be is checked later, as for a token. */
const MAX_NAME_CHARACTERS = 512;

const Address = z.string().refine((text) => clientAddress(text) === text, 'is not an IPv4 or IPv6 address');

export const ExplainedCaller = z.strictObject({
  provider: z
    .string()
    .min(1)
    .max(MAX_ID_CHARACTERS)
    .describe('The id of the provider whose token the caller would have.'),
  subject: z.string().min(1).max(MAX_NAME_CHARACTERS),
  claims: anyObject('Other claims of the token.'),
  groups: z
    .array(z.string().min(1).max(MAX_NAME_CHARACTERS))
    .max(MAX_GROUPS)
    .optional()
    .describe('Default: the value in the claims.'),
  mfa: z.boolean().optional().describe('Default: the value in the claims.'),
  dpop: z
    .boolean()
    .optional()
    .describe('Whether the caller has the key to which the token is bound. Default: false.'),
  sourceIp: Address.optional().describe('The address from which the request would come. Default: unknown.'),
  at: Instant.optional().describe('The time of the request (RFC 3339). Default: now.'),
});

export const ArrivalQuestion = z.strictObject({
  marker: z
    .string()
    .refine(isMarker, 'is not an address for documentation (RFC 5737, RFC 3849)')
    .describe(
      'The address that the caller wrote into the headers to be tried, of a network for documentation (RFC 5737, RFC 3849).',
    ),
  address: Address.optional().describe('The address from which the caller’s request should seem to come.'),
});
export type ArrivalQuestion = z.output<typeof ArrivalQuestion>;

export const ExplainRequest = CredentialsRequest.extend({
  as: ExplainedCaller.optional().describe(
    'The caller to explain, in place of the one who asks, as if its proof were accepted: whether the person left or is blocked from signing in is not looked at. Needs a grant of the permission explain.',
  ),
  arrival: ArrivalQuestion.optional().describe(
    'Asks how this request came through what stands in front of Stint. Needs a grant of the permission explain; not together with as.',
  ),
});
