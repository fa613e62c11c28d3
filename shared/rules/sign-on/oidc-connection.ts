// An OpenID Provider at which people sign on, as stored in `catalog`. Stint is its client.
import * as z from 'zod';
import { PrivateNetwork, Url } from '../providers/fields.ts';
import { CONNECTION_FIELDS } from './connection-fields.ts';

const MAX_CLIENT_ID_CHARACTERS = 255;
const MAX_SCOPES = 20;

/** RFC 6749 section 3.3. */
const Scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'write one scope an item, without spaces');

/** Sent as a list separated by spaces (OpenID Connect Core section 3.1.2.1), so no value may have a space. */
const AuthenticationContext = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'write one value an item, without spaces');
const MAX_CONTEXTS = 20;

/** OpenID PAPE's policy and the REFEDS MFA profile, which mean the same at every provider. */
const MFA_CONTEXTS = [
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
];

const StepUp = z.strictObject({
  acrValues: z
    .array(AuthenticationContext)
    .min(1)
    .max(MAX_CONTEXTS)
    .describe('The values that Stint sends as acr_values in a step-up, the preferred one first.'),
});

/**
 * A quarter of an hour: a person who is disabled is out before the next meeting, and the provider is asked four times an hour for each
 * person who works. Shorter ones are for a provider that can take it.
 */
const RECHECK_SECONDS = { min: 60, max: 86_400, default: 900 } as const;

const RecheckRule = z.strictObject({
  everySeconds: z
    .int()
    .min(RECHECK_SECONDS.min)
    .max(RECHECK_SECONDS.max)
    .default(RECHECK_SECONDS.default)
    .describe('A session that is used this long after the provider’s last word asks the provider again.'),
});

const MAX_AUTH_AGE_SECONDS = { min: 60, max: 86_400 } as const;

export const OidcConnection = z.strictObject({
  id: CONNECTION_FIELDS.id,
  kind: z.literal('oidc'),
  name: CONNECTION_FIELDS.name,
  issuer: Url.describe(
    'The address of the identity provider; its discovery document has the endpoints. Compared byte for byte with the ID token’s iss.',
  ),
  privateNetwork: PrivateNetwork,
  clientId: z
    .string()
    .min(1)
    .max(MAX_CLIENT_ID_CHARACTERS)
    .describe('The client id of Stint at the identity provider.'),
  clientAuthentication: z
    .enum(['none', 'private_key_jwt', 'client_secret_basic', 'client_secret_post'])
    .default('none')
    .describe(
      'none: a public client, protected by PKCE. private_key_jwt: Stint signs with its session key; the public key is at /login/jwks. client_secret_basic, client_secret_post: a secret, which login reads from STINT_SIGN_ON_SECRETS and which is never in this document.',
    ),
  scopes: z
    .array(Scope)
    .min(1)
    .max(MAX_SCOPES)
    .refine((scopes) => scopes.includes('openid'), 'openid must be among them')
    .default(['openid', 'profile', 'email'])
    .describe('The scopes that Stint asks for.'),
  pushedRequests: z
    .boolean()
    .optional()
    .describe(
      'Whether Stint sends the request of a sign-in to the provider itself, so that the browser carries only its name (RFC 9126). Default: where the provider’s metadata demand it.',
    ),
  recheck: RecheckRule.optional().describe(
    'Whether Stint asks the provider again about people who are signed in, by its refresh token: whether they still belong to the company, and to which groups.',
  ),
  maxAuthAgeSeconds: z
    .int()
    .min(MAX_AUTH_AGE_SECONDS.min)
    .max(MAX_AUTH_AGE_SECONDS.max)
    .optional()
    .describe(
      'The greatest age of the person’s authentication at the identity provider. Stint sends it as max_age and checks the answer.',
    ),
  mfaContexts: z
    .array(AuthenticationContext)
    .max(MAX_CONTEXTS)
    .default(MFA_CONTEXTS)
    .describe('Values of acr that mean a second factor at this provider; mfa in amr always means one.'),
  stepUp: StepUp.optional().describe(
    'How Stint asks for a step-up, for a role that needs a second factor or a fresh sign-in.',
  ),
  signOutBy: z
    .enum(['redirect', 'post'])
    .optional()
    .describe(
      'How a sign-out sends the ID token to the provider. redirect, the default: in the address of the redirect. post: in a form, for a provider whose cookies have SameSite=None.',
    ),
  subject: CONNECTION_FIELDS.subject.default('sub'),
  groups: CONNECTION_FIELDS.groups,
  require: CONNECTION_FIELDS.require,
  person: CONNECTION_FIELDS.person,
  claims: CONNECTION_FIELDS.claims,
});
export type OidcConnection = z.infer<typeof OidcConnection>;
