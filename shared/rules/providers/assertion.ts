// Partners who sign their own proofs with a registered key (RFC 7523; OpenID Connect calls it private_key_jwt).
import * as z from 'zod';
import { PrincipalName } from '../values/principal-key.ts';
import { Algorithms, PROVIDER_FIELDS, Url } from './fields.ts';
import { StaticJwks } from './static-jwks.ts';

/** A provider is one row of the catalog, which every instance holds in memory. */
const MAX_CLIENTS = 100;

const KEYS_HELP = 'give jwks, the public keys, or jwksUri, where they are: one of them';

const Client = z
  .strictObject({
    id: PrincipalName.describe('The partner’s id: iss and sub of its assertions, and the subject in grants.'),
    jwks: StaticJwks.optional(),
    jwksUri: Url.optional().describe(
      'The address at which the partner publishes its public keys, so that it can rotate them.',
    ),
  })
  .refine(({ jwks, jwksUri }) => (jwks === undefined) !== (jwksUri === undefined), KEYS_HELP);

export const AssertionProvider = z.strictObject({
  id: PROVIDER_FIELDS.id,
  kind: z.literal('assertion'),
  clients: z.array(Client).min(1).max(MAX_CLIENTS).describe('The partners, each with its keys.'),
  algorithms: Algorithms.default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  limits: PROVIDER_FIELDS.limits,
});
export type AssertionProvider = z.infer<typeof AssertionProvider>;
