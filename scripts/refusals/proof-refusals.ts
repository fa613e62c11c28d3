// Refusals of a proof of identity: tokens, certificates, DPoP proofs and claims.
import type {
  CertificateReason,
  ClaimsReason,
  DpopReason,
  TokenReason,
} from '../../shared/kernel/failure.ts';
import type { Refusals } from './refusal.ts';

export const TOKEN = {
  'token-missing': [
    'The request has no proof of identity.',
    'caller',
    'Send the token in `Authorization: Bearer`, or in the body.',
  ],
  'token-twice': ['The request has more than one token.', 'caller', 'Send one.'],
  'token-too-long': [
    'The token has more than 20,000 characters.',
    'issuer',
    'Leave claims and groups out of it.',
  ],
  'token-malformed': [
    'The proof cannot be parsed as what it claims to be.',
    'caller',
    'Send the token as the issuer gave it.',
  ],
  'issuer-unknown': [
    'No provider of the rules in force has this issuer.',
    'operator',
    'Add a provider, or compare `issuer` with `iss` byte for byte.',
  ],
  'algorithm-not-allowed': [
    'The token is signed with an algorithm that the provider does not name.',
    'operator',
    'Compare `algorithms` of the provider with the header of the token.',
  ],
  'header-not-allowed': [
    'The header of the token names a key, `crit`, or a type that does not count.',
    'issuer',
    'Issue plain ID tokens; for access tokens the provider must accept them.',
  ],
  'key-unknown': [
    'The issuer publishes no key that fits the token.',
    'issuer',
    'Publish the key before signing with it.',
  ],
  'key-held': [
    'The key is new, and the provider has `newKeys: hold`.',
    'operator',
    '`stint keys`, compare the thumbprint, `stint keys approve`.',
  ],
  'key-revoked': ['An operator revoked the key.', 'issuer', 'Sign with another key.'],
  'signature-wrong': [
    'The signature does not fit the key.',
    'caller',
    'Get a new token; many of these are an attack.',
  ],
  'caller-not-trusted': [
    'The account, user or role is in no `trust` entry of the provider.',
    'operator',
    'Add it to `trust`, if it should be.',
  ],
  'claim-missing': [
    'A claim that every token must have is missing.',
    'issuer',
    'Issue `iss`, `aud`, `sub`, `exp` and `iat`.',
  ],
  'audience-wrong': [
    'The token is addressed to somebody else.',
    'caller',
    'Ask the issuer for the audience of this deployment.',
  ],
  'token-expired': ['The token has expired.', 'caller', 'Get a new one.'],
  'token-not-yet-valid': ['The token begins in the future.', 'issuer', 'Set the clock of the issuer.'],
  'token-too-old': [
    'The token was issued before `maxTokenAgeSeconds`.',
    'caller',
    'Get a new one shortly before the request.',
  ],
  'type-wrong': ['The token is of a kind that does not count here.', 'caller', 'Send an ID token.'],
  'subject-unusable': [
    'The name of the caller is missing, too long, or no text.',
    'operator',
    'Choose another claim with `subject`.',
  ],
  'groups-unusable': [
    'The claim of the groups is no list of texts.',
    'operator',
    'Correct `groups` of the provider.',
  ],
  'groups-overage': [
    'The issuer left the groups out because they are too many.',
    'issuer',
    'Send only the groups of this application.',
  ],
  'groups-too-many': [
    'The caller is in more groups than can be looked up.',
    'issuer',
    'Send only the groups of this application.',
  ],
  'tenant-not-allowed': [
    'The token lacks what `require` or `when` of the provider demands, as of another customer of the issuer.',
    'operator',
    'Correct `require` or `when`, if this caller belongs here.',
  ],
  'token-ends-too-soon': [
    'The grant has `withinToken`, and the token ends before credentials could.',
    'caller',
    'Get a new token.',
  ],
  'token-replayed': [
    'The proof is good once and was used before.',
    'caller',
    'Get a new one for each request.',
  ],
  'lifetime-too-long': [
    'The token is good for longer than a token that is used once may be.',
    'issuer',
    'Issue it for a shorter time.',
  ],
  'person-left': [
    'The person left: an operator or SCIM said so.',
    'operator',
    '`stint leavers` says who said so; if the person is back: `stint leave --undo`.',
  ],
  'signed-on-before-leaving': [
    'The person left and came back, and this is from before.',
    'caller',
    'Sign in at the company, and add passkeys anew.',
  ],
  'person-blocked': [
    'The person is in `signOn.blocked`.',
    'operator',
    'Remove the entry, if it should end: [flush.md](flush.md#one-person-for-good).',
  ],
  'sign-in-flushed': ['Sign-ins were flushed since the person signed in.', 'caller', 'Sign in again.'],
  'sign-in-requirement': [
    'The sign-in was not checked against what the connection requires now.',
    'caller',
    'Sign in again.',
  ],
} as const satisfies Refusals<TokenReason>;

export const CERTIFICATE = {
  'gateway-proof-wrong': [
    'The certificate did not come by way of the gateway.',
    'operator',
    'Let the gateway send its secret, and reach Stint through it only.',
  ],
  'certificate-malformed': ['The certificate cannot be read.', 'caller', 'Send the PEM of one certificate.'],
  'certificate-expired': ['A certificate of the path is expired or not yet valid.', 'caller', 'Renew it.'],
  'certificate-key-weak': [
    'A key of the path is too short.',
    'issuer',
    'Issue a certificate with a stronger key.',
  ],
  'certificate-not-for-clients': [
    'The certificate is not for the authentication of clients.',
    'issuer',
    'Issue it with that extended key usage.',
  ],
  'certificate-untrusted': [
    'No authority of a provider issued it.',
    'operator',
    'Add the authority to a provider.',
  ],
  'certificate-ambiguous': [
    'Several providers would take it.',
    'operator',
    'Make the providers exclude each other.',
  ],
  'certificate-revoked': ['The rules list it as revoked.', 'issuer', 'Issue another.'],
  'subject-unusable': [
    'The name of the caller is missing or unusable.',
    'issuer',
    'Issue it with the name that the provider reads.',
  ],
} as const satisfies Refusals<CertificateReason>;

export const DPOP = {
  'dpop-missing': ['A DPoP proof is required.', 'caller', 'Send one: [bound tokens](bound-tokens.md).'],
  'dpop-scheme-wrong': [
    'The scheme of `Authorization` does not fit the proof.',
    'caller',
    'Use `DPoP` with a proof, and `Bearer` without.',
  ],
  'dpop-malformed': ['The proof is no DPoP proof.', 'caller', 'Build it as RFC 9449 section 4.2 says.'],
  'dpop-key-not-allowed': [
    'The key of the proof is of a kind that does not count, or is private.',
    'caller',
    'Use a public key of an allowed algorithm.',
  ],
  'dpop-request-wrong': [
    'The proof is for another method or address.',
    'caller',
    'Make one for each request.',
  ],
  'dpop-stale': [
    'The proof is too old, or from the future.',
    'caller',
    'Set the clock; make a proof for each request.',
  ],
  'dpop-token-wrong': ['The proof is for another token.', 'caller', 'Put the hash of this token in `ath`.'],
  'dpop-token-unbound': ['The token names no key.', 'issuer', 'Bind tokens to keys (`cnf`).'],
  'dpop-key-wrong': [
    'The token is bound to another key.',
    'caller',
    'Sign with the key that the token names.',
  ],
  'dpop-nonce-needed': [
    'The proof needs the nonce of this answer.',
    'caller',
    'Repeat the request with `DPoP-Nonce`.',
  ],
  'dpop-signature-wrong': [
    'The signature of the proof is wrong.',
    'caller',
    'Sign with the key in its header.',
  ],
  'dpop-replayed': ['The proof was used before.', 'caller', 'Make one for each request.'],
  'binding-unknown': [
    'The token is bound in a way that Stint does not know.',
    'issuer',
    'Bind it with `jkt`, or not at all.',
  ],
} as const satisfies Refusals<DpopReason>;

export const CLAIMS = {
  'groups-unusable': TOKEN['groups-unusable'],
  'groups-overage': TOKEN['groups-overage'],
  'groups-too-many': TOKEN['groups-too-many'],
  'claims-unusable': [
    'The claims are no JSON that has one reading.',
    'issuer',
    'Correct the mapping of claims.',
  ],
  'claims-too-large': [
    'The claims do not fit into a session token.',
    'operator',
    'Map fewer claims or groups.',
  ],
  'auth-time-unusable': [
    'The time of the authentication is no time, or in the future.',
    'issuer',
    'Correct `auth_time`, and the clock.',
  ],
} as const satisfies Refusals<ClaimsReason>;
