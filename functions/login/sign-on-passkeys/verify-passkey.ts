// The browser's answer to a ceremony → what it proves: a new credential, or the use of a known one. The library makes the
// checks of WebAuthn sections 7.1 and 7.2: type, challenge, origin, relying party, presence, verification, signature, counter.
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import * as z from 'zod';
import { readJson } from '../../../shared/kernel/read-json.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { CredentialId, type Passkey, passkeyId } from '../../../shared/people/passkey.ts';
import { PersonKey } from '../../../shared/people/person.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { LoginDeps } from '../request/deps.ts';
import { checkLeaver } from '../sessions/check-leaver.ts';
import type { RelyingParty } from './ceremony.ts';

/** EdDSA, ES256 and RS256 (IANA COSE Algorithms): the algorithms of today's authenticators. */
export const ALGORITHMS = [-8, -7, -257];

/** RFC 8176: possession of a key, presence of a user, and therefore two factors. */
export const PASSKEY_METHODS = ['pop', 'user', 'mfa'];

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]*$/);
const Common = { id: CredentialId, rawId: Base64Url, type: z.literal('public-key') };

const Registration = z.object({
  ...Common,
  response: z.object({
    clientDataJSON: Base64Url,
    attestationObject: Base64Url,
    transports: z
      .array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']))
      .optional(),
  }),
});

const Assertion = z.object({
  ...Common,
  response: z.object({
    clientDataJSON: Base64Url,
    authenticatorData: Base64Url,
    signature: Base64Url,
    userHandle: Base64Url.optional(),
  }),
});
type Assertion = z.infer<typeof Assertion>;

/** Stint requests no extensions, so the browser's results of extensions are dropped. */
const NO_EXTENSIONS = { clientExtensionResults: {} };

export type Enrolled = Pick<Passkey, 'credential' | 'publicKey' | 'counter' | 'transports'>;

/** `answer`: JSON of the browser. `challenge`: base64url. */
export async function verifyRegistration(
  answer: string,
  challenge: string,
  { id, origin }: RelyingParty,
): Promise<Result<Enrolled, 'passkey-refused'>> {
  const registration = readJson(Registration, answer);
  if (!registration) return err('passkey-refused');
  const { transports = [], ...attested } = registration.response;
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: { ...registration, ...NO_EXTENSIONS, response: attested },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!registrationInfo) return err('passkey-refused');
    const { credential } = registrationInfo;
    const publicKey = Buffer.from(credential.publicKey).toString('base64url');
    return ok({
      credential: CredentialId.parse(credential.id),
      publicKey,
      counter: credential.counter,
      transports,
    });
  } catch {
    return err('passkey-refused'); // the library throws for every fault, with values in its messages
  }
}

const refused = (reason: 'passkey-refused' | 'passkey-unknown') =>
  err({ code: 'sign_on_refused', reason } as const);

export interface ExpectedAssertion {
  /** Base64url. */
  readonly challenge: string;
  /** The person whose passkey it must be; undefined if no person is signed in. */
  readonly owner: PersonKey | undefined;
}

/**
 * The passkey that was used, with its new counter stored. Fails with `sign_on_refused` (`passkey-refused`,
 * `passkey-unknown`, or as checkLeaver says) or `store_unavailable`.
 */
export async function usePasskey(
  answer: string,
  { challenge, owner }: ExpectedAssertion,
  now: Date,
  party: RelyingParty,
  { passkeys, leavers }: Pick<LoginDeps, 'passkeys' | 'leavers'>,
): Promise<Result<Passkey, SignOnFailure>> {
  const assertion = readJson(Assertion, answer);
  const person = owner ?? ownerOf(assertion?.response.userHandle);
  if (!assertion || !person) return refused('passkey-refused');
  const found = await passkeys.find(person, passkeyId(assertion.id));
  if (!found.ok) return err(storeUnavailable(found.error));
  const passkey = found.value;
  if (!passkey) return refused('passkey-unknown');
  // A passkey from before a person left stays out after they come back: someone else may have it.
  const left = await checkLeaver(passkey, leavers);
  if (!left.ok) return err(storeUnavailable(left.error));
  if (left.value !== undefined) return err({ code: 'sign_on_refused', reason: left.value });
  const counter = await verifyAssertion(assertion, challenge, passkey, party);
  if (!counter.ok) return refused(counter.error);
  const after = { ...passkey, counter: counter.value, usedAt: now, version: passkey.version + 1 };
  const replaced = await passkeys.replace(passkey, after);
  if (!replaced.ok) return err(storeUnavailable(replaced.error));
  // Another request used or removed it meanwhile: the counter that was compared is out of date.
  return replaced.value === 'replaced' ? ok(after) : refused('passkey-refused');
}

/** The user handle only names the owner; the signature by a key of theirs proves it. */
const ownerOf = (userHandle: string | undefined): PersonKey | undefined =>
  PersonKey.safeParse(Buffer.from(userHandle ?? '', 'base64url').toString('hex')).data;

/** The authenticator's signature counter after this use. */
async function verifyAssertion(
  assertion: Assertion,
  challenge: string,
  passkey: Passkey,
  { id, origin }: RelyingParty,
): Promise<Result<number, 'passkey-refused'>> {
  const { clientDataJSON, authenticatorData, signature } = assertion.response;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        ...assertion,
        ...NO_EXTENSIONS,
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      credential: {
        id: passkey.credential,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
      requireUserVerification: true,
    });
    return verified ? ok(authenticationInfo.newCounter) : err('passkey-refused');
  } catch {
    return err('passkey-refused'); // as in verifyRegistration
  }
}
