// Whether vend would take the token of somebody's session: who is in more groups than fit into it could sign on, and then
// take no role.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignedOn } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { MAX_TOKEN_CHARACTERS } from '../../../shared/pipeline/authenticate/read-proof.ts';
import { type TokenIssuer, tokenLength } from '../keys/mint-token.ts';
import { newSessionId } from '../sessions/begin-session.ts';

/**
 * What a token comes to say while its session lasts: an address, a flush, what is required, a
 * passkey's methods, another key's name.
 */
const ROOM_CHARACTERS = 384;

/** As long as vend takes them, in a body. Some 360 groups fit whose names have 36 characters, and more with shorter ones. */
export const MAX_SIGN_ON_CHARACTERS = MAX_TOKEN_CHARACTERS - ROOM_CHARACTERS;

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

function formatTooLarge({ groups, claims }: SignedOn, characters: number): string {
  const said = [count(groups.length, 'group'), count(Object.keys(claims).length, 'claim')].join(' and ');
  return `${said} make a session token of ${characters} characters, of at most ${MAX_SIGN_ON_CHARACTERS}`;
}

export function checkTokenSize(
  signedOn: SignedOn,
  now: Date,
  issuer: TokenIssuer,
): Result<void, SignOnFailure> {
  const characters = tokenLength({ ...signedOn, id: newSessionId() }, now, now, issuer);
  if (characters <= MAX_SIGN_ON_CHARACTERS) return ok(undefined);
  const cause = formatTooLarge(signedOn, characters);
  return err({ code: 'sign_on_refused', reason: 'claims-too-large', cause });
}
