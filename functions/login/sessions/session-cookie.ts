// The cookie of a session: the key of its row, the family that all cookies of the session share, and the secret that only this
// browser has. The row holds hashes of the family and the secret.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import { PersonKey } from '../../../shared/people/person.ts';
import { SessionId } from '../../../shared/people/session.ts';
import type { SessionKeys } from '../keys/session-key-set.ts';

const NAME = 'stint-session';
/** The name with its prefix, as browsers send it. */
const FULL_NAME = `__Host-${NAME}`;
const FAMILY_BYTES = 16;
const FAMILY = /^[A-Za-z0-9_-]{22}$/;
const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * `__Host-`: no other host of the domain can set the cookie, and browsers send it to no other (RFC 6265bis section 4.1.3.2).
 * SameSite is Lax, not Strict, because browsers must send the cookie with the redirect from the identity provider.
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

/** SHA-256, base64url. The secrets have 128 or 256 random bits, so a plain hash is enough. */
export const hashSecret = (secret: string): string => sha256(secret, 'base64url');

/** Compares in constant time. */
export function isSecretOf(secret: string, hash: string | undefined): boolean {
  if (hash === undefined) return false;
  const [given, kept] = [Buffer.from(hashSecret(secret)), Buffer.from(hash)];
  return given.length === kept.length && timingSafeEqual(given, kept);
}

const writeHandle = ({ person, id, family, secret }: SessionHandle): string =>
  [person, id, family, secret].join('.');

/**
 * The secrets that may follow this cookie, one for each session key, the signing key's first. They are derived from the cookie,
 * so that concurrent requests of a browser all get the same one.
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

/** Undefined: there is no cookie, or it is malformed. */
export function readSessionCookie(c: Context): SessionHandle | undefined {
  const [person, id, family = '', secret = '', ...rest] = (getCookie(c, NAME, 'host') ?? '').split('.');
  const [key, sessionId] = [PersonKey.safeParse(person).data, SessionId.safeParse(id).data];
  if (!key || !sessionId || rest.length > 0) return undefined;
  return FAMILY.test(family) && SECRET.test(secret)
    ? { person: key, id: sessionId, family, secret }
    : undefined;
}

/** Without Max-Age: the browser deletes the cookie when it closes, and the row decides before that. */
export function writeSessionCookie(c: Context, handle: SessionHandle): void {
  setCookie(c, NAME, writeHandle(handle), ATTRIBUTES);
}

export function clearSessionCookie(c: Context): void {
  deleteCookie(c, NAME, ATTRIBUTES);
}

/** Whether the response already sets or deletes the cookie. */
export const setsSessionCookie = (c: Context): boolean =>
  c.res.headers.getSetCookie().some((line) => line.startsWith(`${FULL_NAME}=`));
