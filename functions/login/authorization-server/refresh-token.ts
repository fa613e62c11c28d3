// A command line's refresh token: where its session's row is, a part that all of the session's tokens share, and a secret
// that is good for one refresh. Opaque to the command line; the row holds hashes of both.
import { createHmac } from 'node:crypto';
import { PersonKey } from '../../../shared/people/person.ts';
import { SessionId } from '../../../shared/people/session.ts';
import type { SessionKeys } from '../keys/session-keys.ts';

/** Not what a cookie begins with, and easily found where it should not be. */
const MARK = 'stint_refresh';
const FAMILY = /^[A-Za-z0-9_-]{22}$/;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

export interface RefreshToken {
  readonly person: PersonKey;
  readonly id: SessionId;
  readonly family: string;
  readonly secret: string;
}

export const writeRefreshToken = ({ person, id, family, secret }: RefreshToken): string =>
  [MARK, person, id, family, secret].join('.');

export function readRefreshToken(text: string | undefined): RefreshToken | undefined {
  const [mark, person, id, family = '', secret = '', ...rest] = (text ?? '').split('.');
  const [key, sessionId] = [PersonKey.safeParse(person).data, SessionId.safeParse(id).data];
  if (mark !== MARK || !key || !sessionId || rest.length > 0) return undefined;
  return FAMILY.test(family) && SECRET.test(secret)
    ? { person: key, id: sessionId, family, secret }
    : undefined;
}

/**
 * The secrets that may follow this one, that of the signing key first. Told from it by a key of ours: a command line that
 * lost an answer and asks again gets the same token, and two that ask at once do not put each other out.
 */
export const successors = (token: RefreshToken, { succession }: SessionKeys): readonly string[] =>
  succession.map((key) => createHmac('sha256', key).update(writeRefreshToken(token)).digest('base64url'));
