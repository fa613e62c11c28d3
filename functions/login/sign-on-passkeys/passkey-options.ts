// What the page asks of the browser: a new passkey, or the use of one. With user verification always: a passkey then is
// something one has and something one knows or is.
import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server';
import type { Passkey } from '../../../shared/people/passkey.ts';
import type { PersonKey } from '../../../shared/people/person.ts';
import type { Started } from './ceremony.ts';
import type { RelyingParty } from './relying-party.ts';

/** EdDSA, ES256 and RS256 (IANA COSE Algorithms): what authenticators have. */
export const ALGORITHMS = [-8, -7, -257];

interface Owner {
  readonly person: PersonKey;
  /** For the person to tell their accounts apart; the authenticator keeps it. */
  readonly name: string;
}

/** The person's key, without their name: an authenticator shows what it keeps to whoever holds it. */
const handleOf = (person: PersonKey) => new Uint8Array(Buffer.from(person, 'hex'));

export const creationOptions = (
  { challenge }: Started,
  { person, name }: Owner,
  known: readonly Passkey[],
  { id, name: rpName }: RelyingParty,
) =>
  generateRegistrationOptions({
    rpID: id,
    rpName,
    challenge,
    userID: handleOf(person),
    userName: name,
    attestationType: 'none',
    // A second one in the same authenticator would be the first one under another name.
    excludeCredentials: known.map(({ credential }) => ({ id: credential })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  });

/** `own`: none, for somebody who is yet to say who they are. */
export const requestOptions = ({ challenge }: Started, own: readonly Passkey[], { id }: RelyingParty) =>
  generateAuthenticationOptions({
    rpID: id,
    challenge,
    userVerification: 'required',
    allowCredentials: own.map(({ credential }) => ({ id: credential })),
  });
