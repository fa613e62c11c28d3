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

/** Sent as a list with spaces between (OpenID Connect Core section 3.1.2.1), so none may have one. */
const AuthenticationContext = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'write one value an item, without spaces');
const MAX_CONTEXTS = 20;

/** OpenID PAPE's policy and the REFEDS MFA profile: the two that mean the same at every provider. */
const MFA_CONTEXTS = [
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
];

const StepUp = z.strictObject({
  acrValues: z
    .array(AuthenticationContext)
    .min(1)
    .max(MAX_CONTEXTS)
    .describe('Sent as acr_values, the preferred first, when somebody must prove themselves again.'),
});

const MAX_AUTH_AGE_SECONDS = { min: 60, max: 86_400 } as const;

export const OidcConnection = z.strictObject({
  id: CONNECTION_FIELDS.id,
  kind: z.literal('oidc'),
  name: CONNECTION_FIELDS.name,
  issuer: Url.describe(
    'Its discovery document says where people sign on. Compared byte for byte with the ID token’s iss.',
  ),
  privateNetwork: PrivateNetwork,
  clientId: z
    .string()
    .min(1)
    .max(MAX_CLIENT_ID_CHARACTERS)
    .describe('What the identity provider calls Stint.'),
  clientAuthentication: z
    .enum(['none', 'private_key_jwt', 'client_secret_basic', 'client_secret_post'])
    .default('none')
    .describe(
      'none: a public client, protected by PKCE. private_key_jwt: Stint signs with its session key, whose public half is at /login/jwks. client_secret_basic, client_secret_post: a secret, which login is told in STINT_SIGN_ON_SECRETS and this document never holds.',
    ),
  scopes: z
    .array(Scope)
    .min(1)
    .max(MAX_SCOPES)
    .refine((scopes) => scopes.includes('openid'), 'openid must be among them')
    .default(['openid', 'profile', 'email'])
    .describe('What Stint asks for.'),
  maxAuthAgeSeconds: z
    .int()
    .min(MAX_AUTH_AGE_SECONDS.min)
    .max(MAX_AUTH_AGE_SECONDS.max)
    .optional()
    .describe(
      'How long ago the identity provider may have asked for a password; asked for by max_age, and checked.',
    ),
  mfaContexts: z
    .array(AuthenticationContext)
    .max(MAX_CONTEXTS)
    .default(MFA_CONTEXTS)
    .describe(
      'Values of acr with which this provider says that a second factor was used; amr with mfa always does.',
    ),
  stepUp: StepUp.optional().describe(
    'How people are asked to prove themselves again, for a role that needs a second factor or a fresh sign-in.',
  ),
  signOutBy: z
    .enum(['redirect', 'post'])
    .optional()
    .describe(
      'How a sign-out shows the provider the ID token: redirect, the default, in the address that the browser is sent to; post, in a form, for a provider whose cookies come with a POST from another site (SameSite=None).',
    ),
  subject: CONNECTION_FIELDS.subject.default('sub'),
  groups: CONNECTION_FIELDS.groups,
  require: CONNECTION_FIELDS.require,
  claims: CONNECTION_FIELDS.claims,
});
export type OidcConnection = z.infer<typeof OidcConnection>;
