// What a browser carries through a sign-on: encrypted, so that it can neither read nor make it, and short-lived.
import { EncryptJWT, jwtDecrypt } from 'jose';
import * as z from 'zod';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import type { SessionKeys } from './session-keys.ts';

/** Long enough to find one's phone for a second factor. */
export const SIGN_ON_SECONDS = 600;

const ENCRYPTION = 'A256GCM';

/** Of every kind; each adds what must come back from its identity provider. */
export const SIGN_ON_STATE = { connection: ConnectionId, state: z.string(), returnTo: z.string() };

export function sealState(
  state: Readonly<Record<string, string>>,
  now: Date,
  { sealing: [first] }: SessionKeys,
  seconds: number = SIGN_ON_SECONDS,
): Promise<string> {
  if (!first) throw new Error('no sealing key');
  return new EncryptJWT({ ...state })
    .setProtectedHeader({ alg: 'dir', enc: ENCRYPTION, kid: first.kid })
    .setExpirationTime(Math.floor(now.getTime() / 1000) + seconds)
    .encrypt(first.key);
}

/** Undefined: not ours, altered, too old, or of another kind. */
export async function openState<State>(
  kind: z.ZodType<State>,
  sealed: string,
  now: Date,
  { sealing }: SessionKeys,
): Promise<State | undefined> {
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
    return kind.safeParse(payload).data;
  } catch {
    return undefined; // jose's own errors, and an unknown key
  }
}
