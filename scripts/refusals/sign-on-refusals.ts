// Refusals of sign-ons, and of what people do in the portal.
import type { ClaimsReason, Failure } from '../../shared/kernel/failure.ts';
import type { SignOnFailure } from '../../shared/people/sign-on-failure.ts';
import type { Refusals } from './refusal.ts';

/** Without those that vend has as well. */
type SignOnReason = Exclude<SignOnFailure['reason'], Failure['reason'] | ClaimsReason>;

export const SIGN_ON = {
  'connection-unknown': [
    'There is no such connection.',
    'operator',
    'Compare the id with `signOn.connections`.',
  ],
  'person-differs': [
    'The directory of SCIM spells the user name of the person in other letters than the claim of the person link.',
    'issuer',
    'Send both alike, or use `externalId`: [scim.md](scim.md#who-a-user-is).',
  ],
  'state-missing': [
    'The browser has no state of this sign-on.',
    'caller',
    'Begin again, in one browser, with cookies.',
  ],
  'state-unreadable': [
    'The state of the sign-on is not sealed by this deployment, or expired.',
    'caller',
    'Begin again.',
  ],
  'state-used': ['The sign-on was finished before.', 'caller', 'Begin again.'],
  'idp-unreachable': ['The identity provider does not answer.', 'issuer', 'Make it reachable.'],
  'idp-unreadable': [
    'The identity provider is busy, or its metadata cannot be read at the moment.',
    'issuer',
    'Look at its log.',
  ],
  'idp-tls': [
    'The identity provider has a TLS certificate that Stint does not accept, or no TLS.',
    'issuer',
    'Give it a certificate of a public authority, with its whole chain and the host of `issuer`.',
  ],
  'idp-address': [
    'The identity provider is at an address to which Stint does not connect.',
    'operator',
    'Say `privateNetwork: true` if it is in the private network; else look at the endpoints in its metadata.',
  ],
  'issuer-wrong': [
    'The metadata are of another issuer, which is in `providerError`.',
    'operator',
    'Write that as `issuer`, byte for byte, if it is the one that you mean.',
  ],
  'id-token-issuer': [
    'The ID token is of another issuer than the metadata; its issuer is in `providerError`.',
    'issuer',
    'Set the public address of the identity provider, or of the application there.',
  ],
  'id-token-algorithm': [
    'The identity provider signs ID tokens with HMAC (HS256), and Stint takes only public keys.',
    'issuer',
    'Choose RS256, PS256 or ES256 for the client there.',
  ],
  'metadata-missing': [
    'There are no metadata at the address of the issuer, or they lack the endpoint in `providerError`.',
    'operator',
    'Correct `issuer`: its metadata are at `<issuer>/.well-known/openid-configuration`.',
  ],
  'metadata-unreadable': [
    'The metadata are no JSON of an OpenID Provider, or name no keys. Of a SAML connection: the cause says why they are not used.',
    'operator',
    'Correct `issuer`, or look for a page in front of the identity provider. SAML: [saml.md](saml.md#why-metadata-are-not-used).',
  ],
  'idp-error': [
    'The identity provider answered with an error; the audit row has it.',
    'issuer',
    'Look at its log.',
  ],
  'answer-refused': [
    'The ID token or the SAML response does not pass a check; the cause says which.',
    'issuer',
    'Correct the client or service provider there.',
  ],
  'answer-used': ['The answer was used before.', 'caller', 'Begin again.'],
  'code-refused': [
    'The identity provider does not take its own code.',
    'caller',
    'Begin again; look at the redirect URI there.',
  ],
  'client-authentication-refused': [
    'The identity provider does not take the client secret.',
    'operator',
    'Set the secret of the connection: [sign-on.md](sign-on.md#client-secrets).',
  ],
  'request-refused': [
    'The identity provider does not take the pushed request of a sign-in; the log has its words.',
    'operator',
    'Compare the redirect URI, the scopes and the client of the connection.',
  ],
  'client-secret-missing': [
    'The identity provider needs a client secret, and there is none.',
    'operator',
    'Set it: [sign-on.md](sign-on.md#client-secrets).',
  ],
  'person-link-unusable': [
    'The claim of the person link is missing, no text, or too long.',
    'issuer',
    'Send it, or correct `person` of the connection: [leavers.md](leavers.md#one-person-at-several-connections).',
  ],
  'passkey-refused': ['The passkey did not prove itself.', 'caller', 'Try again, or sign in at the company.'],
  'passkey-unknown': ['The passkey is not known here.', 'caller', 'Add it again.'],
  'passkey-limit': ['The person has as many passkeys as allowed.', 'caller', 'Remove one.'],
  'sign-on-too-old': [
    'The sign-in at the company is too long ago for this session.',
    'caller',
    'Sign in at the company.',
  ],
  'recheck-refused': [
    'The identity provider was asked again about the person, and refused; the cause and `providerError` say why.',
    'caller',
    'Sign in at the company, if the account is still there: [rechecks](sign-on.md#rechecks).',
  ],
  'recheck-overdue': [
    'The identity provider was to be asked again about the person, and could not be; the cause says why.',
    'caller',
    'Sign in at the company: [rechecks](sign-on.md#rechecks).',
  ],
  'logout-token-refused': [
    'The logout token does not pass a check.',
    'issuer',
    'Send one as OpenID Connect Back-Channel Logout says.',
  ],
  'logout-token-used': ['The logout token was used before.', 'issuer', 'Send a new one.'],
  'client-unknown': [
    'No such client may sign in here.',
    'caller',
    'Use the command line of this deployment.',
  ],
  'redirect-uri-refused': [
    'The redirect URI is not on the caller’s own computer.',
    'caller',
    'Use a loopback address.',
  ],
  'command-line-refused': [
    'A command line or another device was refused; the cause says why.',
    'caller',
    'Look for the cause [below](#command-lines-and-other-devices).',
  ],
  'another-site': ['A form came from another site.', 'caller', 'Use the pages of the portal.'],
  'form-token': ['The form is of another session.', 'caller', 'Load the page again.'],
  'form-fields': ['A field of the form is missing or wrong.', 'caller', 'Load the page again.'],
  'session-missing': ['No one is signed in here.', 'caller', 'Sign in.'],
  'cookie-reused': [
    'A copy of the cookie was used, and the session has ended.',
    'caller',
    'Sign in again, and look for a thief.',
  ],
  'not-the-console': [
    'The address to open is not one of the console.',
    'caller',
    'Use an address of the Alibaba Cloud console.',
  ],
  'vend-refused': [
    'vend refused; the cause is its code.',
    'operator',
    'Look at the row of vend with the same person.',
  ],
  'vend-unreachable': ['login cannot reach vend.', 'operator', 'Look at `STINT_PUBLIC_URL` and the routes.'],
  'vend-unreadable': ['The answer of vend cannot be read.', 'operator', 'Deploy both of one version.'],
  'user-code-limit': ['Too many codes were typed.', 'caller', 'Wait a minute.'],
  'stranger-limit': ['The address sends too many requests.', 'caller', 'Wait as `Retry-After` says.'],
  'console-refused': [
    'The console does not take the credentials.',
    'operator',
    'Look at the cause and at the role.',
  ],
  'console-unreachable': [
    'The sign-in of the console does not answer.',
    'operator',
    'Look at `STINT_SIGNIN_ENDPOINT`.',
  ],
  'saml-key-missing': [
    'The connection signs its messages, and login has no key.',
    'operator',
    'Make the keys: [saml.md](saml.md#stints-own-key).',
  ],
} as const satisfies Refusals<SignOnReason>;
