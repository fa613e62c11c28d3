// The ID token that a session began with, kept for one purpose: to show the provider at a sign-out which of its sessions is
// meant (OpenID Connect RP-Initiated Logout 1.0 section 2). Sealed, because some service may take an ID token for a proof of
// identity, and whoever reads the table of sessions must not have one.
import * as z from 'zod';
import { Secret } from '../../../shared/kernel/secret.ts';
import type { SessionLimits } from '../../../shared/rules/sign-on/sign-on.ts';
import { openState, sealState } from '../keys/sealed-state.ts';
import type { SessionKeys } from '../keys/session-keys.ts';

/** With many groups a token is long. Without a hint the provider may ask the person whom it is to sign out. */
const MAX_CHARACTERS = 8_192;
const PURPOSE = 'id-token-hint';

const Hint = z.object({ purpose: z.literal(PURPOSE), idToken: z.string() });

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

export async function openHint(
  sealed: string | undefined,
  now: Date,
  keys: SessionKeys,
): Promise<Secret<string> | undefined> {
  const hint = sealed === undefined ? undefined : await openState(Hint, sealed, now, keys);
  return hint && new Secret(hint.idToken);
}
