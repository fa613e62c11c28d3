// The ID token of a sign-on, kept only to tell the provider at a sign-out which of its sessions to end (`id_token_hint`, OpenID
// Connect RP-Initiated Logout 1.0 section 2). It is sealed, because some services accept an ID token as a proof of identity, and
// a reader of the table of sessions must not get one.
import * as z from 'zod';
import { Secret } from '../../../shared/kernel/secret.ts';
import type { SessionLimits } from '../../../shared/rules/sign-on/sign-on.ts';
import { openState, sealState } from '../keys/sealed-state.ts';
import type { SessionKeys } from '../keys/session-key-set.ts';

/** A token with many groups may be longer; it is not kept, and the provider may then ask the person to confirm. */
const MAX_CHARACTERS = 8_192;
const PURPOSE = 'id-token-hint';

const Hint = z.object({ purpose: z.literal(PURPOSE), idToken: z.string() });

/** Undefined: the token is too long to keep. */
export async function sealHint(
  idToken: Secret<string>,
  now: Date,
  { absoluteSeconds }: SessionLimits,
  keys: SessionKeys,
): Promise<string | undefined> {
  const text = idToken.reveal();
  if (text.length > MAX_CHARACTERS) return undefined;
  return sealState({ purpose: PURPOSE, idToken: text }, now, keys, absoluteSeconds);
}

/** Undefined: there is none, or it has expired. */
export async function openHint(
  sealed: string | undefined,
  now: Date,
  keys: SessionKeys,
): Promise<Secret<string> | undefined> {
  const hint = sealed === undefined ? undefined : await openState(Hint, sealed, now, keys);
  return hint && new Secret(hint.idToken);
}
