// The session's cookie: where its row is, and the secret that only this browser has.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import { PersonKey } from '../../../shared/people/person.ts';
import { SessionId } from '../../../shared/people/session.ts';

const NAME = 'stint-session';
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
  readonly secret: string;
}

export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

export const hashSecret = (secret: string): string => sha256(secret, 'base64url');

export function isSecretOf(secret: string, hash: string | undefined): boolean {
  if (hash === undefined) return false;
  const [given, kept] = [Buffer.from(hashSecret(secret)), Buffer.from(hash)];
  return given.length === kept.length && timingSafeEqual(given, kept);
}

export function readSessionCookie(c: Context): SessionHandle | undefined {
  const [person, id, secret = '', ...rest] = (getCookie(c, NAME, 'host') ?? '').split('.');
  const [key, sessionId] = [PersonKey.safeParse(person).data, SessionId.safeParse(id).data];
  if (!key || !sessionId || !SECRET.test(secret) || rest.length > 0) return undefined;
  return { person: key, id: sessionId, secret };
}

/** Without an age: it ends with the browser at the latest, and with the session before. */
export function writeSessionCookie(c: Context, { person, id, secret }: SessionHandle): void {
  setCookie(c, NAME, `${person}.${id}.${secret}`, ATTRIBUTES);
}

export function clearSessionCookie(c: Context): void {
  deleteCookie(c, NAME, ATTRIBUTES);
}
