// A browser's answer to a ceremony → what it proves. The checks are the library's (WebAuthn sections 7.1 and 7.2): type,
// challenge, origin, relying party, presence, verification, signature, counter.

import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import * as z from 'zod';
import { readJson } from '../../../shared/kernel/read-json.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { CredentialId, type Passkey } from '../../../shared/people/passkey.ts';
import { ALGORITHMS } from './passkey-options.ts';
import type { RelyingParty } from './relying-party.ts';

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]*$/);
const Common = { id: CredentialId, rawId: Base64Url, type: z.literal('public-key') };

const Enrolment = z.object({
  ...Common,
  response: z.object({
    clientDataJSON: Base64Url,
    attestationObject: Base64Url,
    transports: z
      .array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']))
      .optional(),
  }),
});

const Use = z.object({
  ...Common,
  response: z.object({
    clientDataJSON: Base64Url,
    authenticatorData: Base64Url,
    signature: Base64Url,
    userHandle: Base64Url.optional(),
  }),
});
export type Use = z.infer<typeof Use>;

/** Extensions are asked for by nobody, so what a browser says of them is nothing to us. */
const NO_EXTENSIONS = { clientExtensionResults: {} };

export type Enrolled = Pick<Passkey, 'credential' | 'publicKey' | 'counter' | 'transports'>;

export const readUse = (text: string): Use | undefined => readJson(Use, text);

export async function verifyEnrolment(
  text: string,
  challenge: string,
  { id, origin }: RelyingParty,
): Promise<Result<Enrolled, 'passkey-refused'>> {
  const answer = readJson(Enrolment, text);
  if (!answer) return err('passkey-refused');
  const { transports = [], ...attested } = answer.response;
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: { ...answer, ...NO_EXTENSIONS, response: attested },
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
    return err('passkey-refused'); // the library throws whatever is wrong, with values in its words
  }
}

/** The authenticator's counter after this use. */
export async function verifyUse(
  answer: Use,
  challenge: string,
  passkey: Passkey,
  { id, origin }: RelyingParty,
): Promise<Result<number, 'passkey-refused'>> {
  const { clientDataJSON, authenticatorData, signature } = answer.response;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...answer, ...NO_EXTENSIONS, response: { clientDataJSON, authenticatorData, signature } },
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
    return err('passkey-refused');
  }
}
