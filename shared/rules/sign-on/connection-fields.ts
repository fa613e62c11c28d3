// The fields of every kind of connection, and the claims that a session token may carry beside Stint's own.
import * as z from 'zod';
import {
  ADDRESS_CLAIM,
  GENERATION_CLAIM,
  LEAVER_GENERATIONS_CLAIM,
  PERSON_CLAIM,
  REQUIREMENT_CLAIM,
} from '../../kernel/login-claims.ts';
import { ConnectionId } from '../../kernel/names.ts';
import { GROUPS_FILTER } from '../values/groups-source.ts';
import { RequiredClaims } from '../values/required-claims.ts';

const MAX_BUTTON_CHARACTERS = 60;
/** URN-named SAML attributes are long. */
const MAX_ATTRIBUTE_CHARACTERS = 255;
/** They share the session token's 20,000 characters with the groups: room for a few claims, not for a profile. */
const MAX_MAPPED_CLAIMS = 20;

/** Claims of Stint's own, and claims to which RFC 7519 and related RFCs give a meaning: no identity provider may set these. */
const RESERVED_CLAIMS: ReadonlySet<string> = new Set([
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'sid',
  'auth_time',
  'amr',
  'acr',
  'azp',
  'act',
  'may_act',
  'cnf',
  'nonce',
  'events',
  'scope',
  'client_id',
  'groups',
  'connection',
  ADDRESS_CLAIM,
  GENERATION_CLAIM,
  REQUIREMENT_CLAIM,
  PERSON_CLAIM,
  LEAVER_GENERATIONS_CLAIM,
]);

const AttributeName = z.string().min(1).max(MAX_ATTRIBUTE_CHARACTERS);

const ClaimName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'use a-z, 0-9 and _, starting with a letter')
  .refine((name) => !RESERVED_CLAIMS.has(name), 'use another name: this claim is Stint’s own');

export const CONNECTION_FIELDS = {
  id: ConnectionId.describe(
    'The first part of every subject, as in corporate:alice, and part of the redirect URI. If you change it, every person gets a new subject.',
  ),
  name: z.string().min(1).max(MAX_BUTTON_CHARACTERS).describe('The text on the sign-in button.'),
  subject: AttributeName.describe(
    'The claim or attribute that names the person. Use only an identifier that never changes.',
  ),
  groups: z
    .union([AttributeName, z.strictObject({ claim: AttributeName, ...GROUPS_FILTER })], {
      error: 'write the name of a claim or attribute, or { claim, prefix, match }',
    })
    .optional()
    .describe('The claim or attribute that lists the person’s groups, or that one with a filter.'),
  require: RequiredClaims.optional().describe(
    'Claims or attributes that the identity provider must send, each with a value or a list of values. Otherwise Stint refuses the sign-in.',
  ),
  person: z
    .strictObject({
      claim: AttributeName.describe(
        'The claim or attribute whose value names the person at every connection.',
      ),
    })
    .optional()
    .describe(
      'Links people: those with the same value at connections that declare person are one person, who leaves or is blocked at all of them at once. It gives nothing. Use only an identifier that never changes, and never an e-mail address.',
    ),
  claims: z
    .record(ClaimName, AttributeName)
    .refine((claims) => Object.keys(claims).length <= MAX_MAPPED_CLAIMS, `map at most ${MAX_MAPPED_CLAIMS}`)
    .default({})
    .describe('Other claims of the session token, each with the identity provider’s name for it.'),
};
