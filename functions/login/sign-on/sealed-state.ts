// What a browser carries through a sign-on: encrypted, so that it can neither read nor make it, and short-lived.
import { EncryptJWT, jwtDecrypt } from 'jose';
import * as z from 'zod';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import type { SessionKeys } from '../tokens/session-keys.ts';

/** Long enough to find one's phone for a second factor. */
export const SIGN_ON_SECONDS = 600;

const ENCRYPTION = 'A256GCM';

export const SignOnState = z.object({
  connection: ConnectionId,
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
});
export type SignOnState = z.infer<typeof SignOnState>;

export function sealState(state: SignOnState, now: Date, { sealing: [first] }: SessionKeys): Promise<string> {
  if (!first) throw new Error('no sealing key');
  return new EncryptJWT({ ...state })
    .setProtectedHeader({ alg: 'dir', enc: ENCRYPTION, kid: first.kid })
    .setExpirationTime(Math.floor(now.getTime() / 1000) + SIGN_ON_SECONDS)
    .encrypt(first.key);
}

/** Undefined: not ours, altered, or too old. */
export async function openState(
  sealed: string,
  now: Date,
  { sealing }: SessionKeys,
): Promise<SignOnState | undefined> {
  try {
    const { payload } = await jwtDecrypt(
      sealed,
      ({ kid }) => {
        const found = sealing.find((own) => own.kid === kid);
        if (!found) throw new Error('no such key');
        return found.key;
      },
      {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: [ENCRYPTION],
        requiredClaims: ['exp'],
        currentDate: now,
      },
    );
    return SignOnState.safeParse(payload).data;
  } catch {
    return undefined; // jose's own errors, and an unknown key
  }
}
