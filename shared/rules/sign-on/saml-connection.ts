// A SAML 2.0 identity provider at which people sign on, as stored in `catalog`. Stint is its service provider.
import * as z from 'zod';
import { isEndpointUrl } from '../../kernel/endpoint-url.ts';
import { NewKeysRule, PrivateNetwork } from '../providers/fields.ts';
import { CONNECTION_FIELDS } from './connection-fields.ts';

const ENDPOINT_HELP = 'write an https URL (http only for this machine), without user, password or #fragment';
/** saml-core section 8.3.6. */
const MAX_ENTITY_ID_CHARACTERS = 1024;
const MAX_URL_CHARACTERS = 2048;
/** The current one, the next one, and one to spare. */
const MAX_CERTIFICATES = 4;
const MAX_CONTEXTS = 20;

const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';

const Certificate = z
  .string()
  .regex(
    /^\s*-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\s*$/,
    'paste one certificate as PEM',
  )
  .trim();

const Endpoint = z.string().max(MAX_URL_CHARACTERS).refine(isEndpointUrl, ENDPOINT_HELP);

const AuthnContext = z.string().min(1).max(MAX_ENTITY_ID_CHARACTERS);

const StepUp = z.strictObject({
  authnContexts: z
    .array(AuthnContext)
    .min(1)
    .max(MAX_CONTEXTS)
    .describe(
      'The authentication contexts that Stint names in RequestedAuthnContext in a step-up. The identity provider must use one of them.',
    ),
});

export const SamlConnection = z
  .strictObject({
    id: CONNECTION_FIELDS.id,
    kind: z.literal('saml'),
    name: CONNECTION_FIELDS.name,
    entityId: z
      .string()
      .min(1)
      .max(MAX_ENTITY_ID_CHARACTERS)
      .describe('The entityID of the identity provider; compared byte for byte with the Issuer.'),
    metadataUrl: Endpoint.optional().describe(
      'The address of its metadata. Stint takes certificates and addresses from there, and reads them again and again.',
    ),
    metadataCertificate: Certificate.optional().describe(
      'The certificate of the key with which the metadata must be signed. Unset: TLS alone protects them.',
    ),
    privateNetwork: PrivateNetwork,
    newKeys: NewKeysRule,
    ssoUrl: Endpoint.optional().describe(
      'The address of its SingleSignOnService for HTTP-Redirect. Default: the one in its metadata.',
    ),
    sloUrl: Endpoint.optional().describe(
      'The address of its SingleLogoutService for HTTP-Redirect. Default: the one in its metadata. Without any, a sign-out on one side does not reach the other.',
    ),
    certificates: z
      .array(Certificate)
      .max(MAX_CERTIFICATES)
      .default([])
      .describe(
        'The certificates of the keys with which it signs, beside those of its metadata. List the old and the new one while it changes its key.',
      ),
    nameIdFormat: z
      .string()
      .min(1)
      .max(MAX_ENTITY_ID_CHARACTERS)
      .default(PERSISTENT)
      .describe('The format of NameID that Stint asks for. A format other than persistent needs subject.'),
    subject: CONNECTION_FIELDS.subject
      .optional()
      .describe(
        'The attribute that names the person. Use only one that never changes. Default: the persistent NameID.',
      ),
    groups: CONNECTION_FIELDS.groups,
    require: CONNECTION_FIELDS.require,
    person: CONNECTION_FIELDS.person,
    claims: CONNECTION_FIELDS.claims,
    signedElement: z
      .enum(['response', 'assertion'])
      .optional()
      .describe(
        'The element that the identity provider signs, if it signs only one. Default: both must be signed.',
      ),
    signRequests: z
      .boolean()
      .optional()
      .describe(
        'Whether Stint signs its requests, with the key of STINT_SAML_KEYS. Default: true if there is a key.',
      ),
    mfaContexts: z
      .array(AuthnContext)
      .max(MAX_CONTEXTS)
      .default(['https://refeds.org/profile/mfa'])
      .describe('Authentication contexts of this identity provider that mean a second factor.'),
    stepUp: StepUp.optional().describe(
      'How Stint asks for a step-up, for a role that needs a second factor or a fresh sign-in.',
    ),
    allowIdpInitiated: z
      .boolean()
      .default(false)
      .describe(
        'Whether Stint sends a request when it gets a response that it did not ask for. It never accepts that response itself.',
      ),
  })
  .refine(({ nameIdFormat, subject }) => nameIdFormat === PERSISTENT || subject !== undefined, {
    message: 'a NameID that is not persistent changes: name an attribute as subject',
    path: ['subject'],
  })
  .refine(({ certificates, metadataUrl }) => certificates.length > 0 || metadataUrl !== undefined, {
    message: 'list a certificate, or name the metadataUrl',
    path: ['certificates'],
  })
  .refine(({ ssoUrl, metadataUrl }) => ssoUrl !== undefined || metadataUrl !== undefined, {
    message: 'name the address for requests, or the metadataUrl',
    path: ['ssoUrl'],
  })
  // Otherwise a person who changes the metadata could send people to a page of their own, although no key of theirs counts.
  .refine(({ ssoUrl, newKeys }) => ssoUrl !== undefined || newKeys !== 'hold', {
    message: 'name the address for requests: with newKeys: hold, addresses in the metadata do not count',
    path: ['ssoUrl'],
  });
export type SamlConnection = z.infer<typeof SamlConnection>;

/** With the address for requests: the document's, or the one in the metadata. */
export type LocatedConnection = SamlConnection & { readonly ssoUrl: string };
