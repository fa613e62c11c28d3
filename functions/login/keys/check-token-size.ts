// Whether vend will accept the token of a person's session. Without these checks a person in more groups than fit into it could
// sign on and then take no role.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { MAX_TOKEN_CHARACTERS } from '../../../shared/pipeline/authenticate/read-proof.ts';
import { type TokenIssuer, type TokenSubject, tokenLength } from './mint-token.ts';

/**
 * Room for the claims that a session's later tokens may add: an address, generations of flushes and of leavers, a requirement, a
 * passkey's methods, the name of another key.
 */
const ROOM_CHARACTERS = 512;
/** The part of it that is for the address, which a session's token has beside all that the session says. */
const ADDRESS_CHARACTERS = 100;

/** Of the longest token that vend accepts, in a body. Some 360 groups fit if their names have 36 characters. */
export const MAX_SIGN_ON_CHARACTERS = MAX_TOKEN_CHARACTERS - ROOM_CHARACTERS;

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

function checkLength(
  subject: TokenSubject,
  most: number,
  now: Date,
  issuer: TokenIssuer,
): Result<void, SignOnFailure> {
  const characters = tokenLength(subject, now, now, issuer);
  if (characters <= most) return ok(undefined);
  const { groups, claims } = subject;
  const content = [count(groups.length, 'group'), count(Object.keys(claims).length, 'claim')].join(' and ');
  const cause = `${content} make a session token of ${characters} characters, of at most ${most}`;
  return err({ code: 'sign_on_refused', reason: 'claims-too-large', cause });
}

/**
 * Of what a person signs on with, before there is a session. Fails with `sign_on_refused` (`claims-too-large`); its cause tells the
 * operator the counts.
 */
export const checkSignOnSize = (
  signedOn: TokenSubject,
  now: Date,
  issuer: TokenIssuer,
): Result<void, SignOnFailure> => checkLength(signedOn, MAX_SIGN_ON_CHARACTERS, now, issuer);

/**
 * Of a session that may have more groups by now than at its sign-on. What signed on, and has no more, fits all along. Fails as
 * checkSignOnSize does.
 */
export const checkTokenSize = (
  session: TokenSubject,
  now: Date,
  issuer: TokenIssuer,
): Result<void, SignOnFailure> =>
  checkLength(session, MAX_TOKEN_CHARACTERS - ADDRESS_CHARACTERS, now, issuer);
