// The identity provider's refresh token, as it is kept: sealed, so that a reader of the table of sessions cannot ask the provider as
// Stint, and bound to its row, so that a writer of the table cannot put it under another person.
import * as z from 'zod';
import { Secret } from '../../../shared/kernel/secret.ts';
import type { RecheckId } from '../../../shared/people/session.ts';
import { SIGN_ON_AGE_SECONDS } from '../../../shared/rules/sign-on/sign-on.ts';
import { openState, sealState } from '../keys/sealed-state.ts';
import type { SessionKeys } from '../keys/session-key-set.ts';

/** Those of Entra ID have some 2,000. A longer one is not kept, and the session ends when it should be rechecked. */
const MAX_CHARACTERS = 16_384;
const PURPOSE = 'provider-refresh-token';

const ProviderToken = z.object({
  purpose: z.literal(PURPOSE),
  recheck: z.string(),
  refreshToken: z.string(),
});

/** Undefined: the token is too long to keep. A passkey may stand for a sign-on for as long as the token is sealed. */
export async function sealProviderToken(
  token: Secret<string>,
  recheck: RecheckId,
  now: Date,
  keys: SessionKeys,
): Promise<string | undefined> {
  const refreshToken = token.reveal();
  if (refreshToken.length > MAX_CHARACTERS) return undefined;
  return sealState({ purpose: PURPOSE, recheck, refreshToken }, now, keys, SIGN_ON_AGE_SECONDS.max);
}

/** Undefined: there is none, it is another row's, or the key that sealed it is gone. */
export async function openProviderToken(
  sealed: string | undefined,
  recheck: RecheckId,
  now: Date,
  keys: SessionKeys,
): Promise<Secret<string> | undefined> {
  const kept = sealed === undefined ? undefined : await openState(ProviderToken, sealed, now, keys);
  return kept?.recheck === recheck ? new Secret(kept.refreshToken) : undefined;
}
