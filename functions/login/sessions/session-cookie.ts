// The session's cookie: where its row is, a part that all of the session's cookies share, and the secret that only this
// browser has.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import { PersonKey } from '../../../shared/people/person.ts';
import { SessionId } from '../../../shared/people/session.ts';
import type { SessionKeys } from '../keys/session-keys.ts';

const NAME = 'stint-session';
/** As browsers call it, with its prefix. */
const FULL_NAME = `__Host-${NAME}`;
const FAMILY_BYTES = 16;
const FAMILY = /^[A-Za-z0-9_-]{22}$/;
const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * `__Host-`: no other host of the domain can set it, and it goes to no other (RFC 6265bis section 4.1.3.2). Lax, not
 * Strict: the identity provider's redirect must find the session that it has just made.
 */
const ATTRIBUTES = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;

export interface SessionHandle {
  readonly person: PersonKey;
  readonly id: SessionId;
  readonly family: string;
  readonly secret: string;
}

export const newFamily = (): string => randomBytes(FAMILY_BYTES).toString('base64url');

export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

export const hashSecret = (secret: string): string => sha256(secret, 'base64url');

export function isSecretOf(secret: string, hash: string | undefined): boolean {
  if (hash === undefined) return false;
  const [given, kept] = [Buffer.from(hashSecret(secret)), Buffer.from(hash)];
  return given.length === kept.length && timingSafeEqual(given, kept);
}

const writeHandle = ({ person, id, family, secret }: SessionHandle): string =>
  [person, id, family, secret].join('.');

/**
 * The secrets that may follow this one, that of the signing key first. Told from the cookie by a key of ours, so that
 * requests that leave the browser together are answered with one and the same.
 */
export const nextSecrets = (
  handle: SessionHandle,
  salt: string,
  { succession }: SessionKeys,
): readonly string[] =>
  succession.map((key) =>
    createHmac('sha256', key)
      .update(`${NAME}.${writeHandle(handle)}.${salt}`)
      .digest('base64url'),
  );

export function readSessionCookie(c: Context): SessionHandle | undefined {
  const [person, id, family = '', secret = '', ...rest] = (getCookie(c, NAME, 'host') ?? '').split('.');
  const [key, sessionId] = [PersonKey.safeParse(person).data, SessionId.safeParse(id).data];
  if (!key || !sessionId || rest.length > 0) return undefined;
  return FAMILY.test(family) && SECRET.test(secret)
    ? { person: key, id: sessionId, family, secret }
    : undefined;
}

/** Without an age: it ends with the browser at the latest, and with the session before. */
export function writeSessionCookie(c: Context, handle: SessionHandle): void {
  setCookie(c, NAME, writeHandle(handle), ATTRIBUTES);
}

export function clearSessionCookie(c: Context): void {
  deleteCookie(c, NAME, ATTRIBUTES);
}

/** Whether the answer already says what becomes of the cookie. */
export const saysSessionCookie = (c: Context): boolean =>
  c.res.headers.getSetCookie().some((line) => line.startsWith(`${FULL_NAME}=`));
