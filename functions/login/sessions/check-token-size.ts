// Whether vend would accept the token of a person's session. Without this check a person in more groups than fit into it could
// sign on and then take no role.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignedOn } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { MAX_TOKEN_CHARACTERS } from '../../../shared/pipeline/authenticate/read-proof.ts';
import { type TokenIssuer, tokenLength } from '../keys/mint-token.ts';
import { newSessionId } from './begin-session.ts';

/**
 * Room for the claims that a session's later tokens may add: an address, two generations, a requirement, a passkey's methods, the
 * name of another key.
 */
const ROOM_CHARACTERS = 512;

/** Of the longest token that vend accepts, in a body. Some 360 groups fit if their names have 36 characters. */
export const MAX_SIGN_ON_CHARACTERS = MAX_TOKEN_CHARACTERS - ROOM_CHARACTERS;

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

function formatTooLarge({ groups, claims }: SignedOn, characters: number): string {
  const content = [count(groups.length, 'group'), count(Object.keys(claims).length, 'claim')].join(' and ');
  return `${content} make a session token of ${characters} characters, of at most ${MAX_SIGN_ON_CHARACTERS}`;
}

/** Fails with `sign_on_refused` (`claims-too-large`); its cause tells the operator the counts. */
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
