// The session keys that login makes by itself, as a timetable: each key has a time from which it signs, so a change of keys is
// one write long before, and no instance has to do anything when the time comes. Pure: the time is an argument.
import * as z from 'zod';
import { makeSessionKey } from '../../../shared/kernel/make-private-keys.ts';
import { readSessionKeys, SessionJwk, type SessionKeys } from './session-key-set.ts';
import type { StoredKind } from './settle-keys.ts';

const SECOND = 1_000;
/** A month: a key that leaked unnoticed is of use for no longer. */
export const SIGNS_FOR_SECONDS = 2_592_000;
/** A day: vend keeps keys for ten minutes, and for an hour while login is down; identity providers keep them for hours. */
export const PUBLISHED_BEFORE_SECONDS = 86_400;
/** An hour: tokens and client assertions live for minutes, and an instance may be some minutes late to hear of a change. */
const PUBLISHED_AFTER_SECONDS = 3_600;
/** Eight days: a session keeps a sealed ID token for a week at most, to sign out at the identity provider. */
const OPENS_AFTER_SECONDS = 691_200;
/** With the times above there are three at most. */
const MAX_KEYS = 8;

const Time = z.iso.datetime().transform((text) => new Date(text));

const SessionKeyRing = z.strictObject({
  generation: z.int().min(1),
  /** The order of an administrator that it carried out. */
  order: z.string().optional(),
  /** By the time from which they sign. */
  keys: z
    .array(z.strictObject({ jwk: SessionJwk, signsFrom: Time }))
    .min(1)
    .max(MAX_KEYS),
});
export type SessionKeyRing = z.infer<typeof SessionKeyRing>;

const later = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * SECOND);

/** One key, which signs at once: there is no earlier one that could sign until it is known. */
const firstSessionKeys = (generation: number, order: string | undefined, now: Date): SessionKeyRing => ({
  generation,
  ...(order === undefined ? {} : { order }),
  keys: [{ jwk: SessionJwk.parse(makeSessionKey()), signsFrom: now }],
});

interface Scheduled {
  readonly jwk: SessionJwk;
  readonly signsFrom: Date;
  /** When the next key takes over. Undefined: there is no next one yet. */
  readonly until: Date | undefined;
}

const scheduleOf = ({ keys }: SessionKeyRing): readonly Scheduled[] =>
  keys.map((key, i) => ({ ...key, until: keys[i + 1]?.signsFrom }));

const endedBefore = ({ until }: Scheduled, seconds: number, now: Date): boolean =>
  until !== undefined && later(until, seconds) <= now;

/** The ring with the next key, if it is time for one; it drops keys that are of no use. Undefined: nothing changes. */
function withNextSessionKey(ring: SessionKeyRing, now: Date): SessionKeyRing | undefined {
  const last = ring.keys.at(-1);
  if (!last || now < later(last.signsFrom, SIGNS_FOR_SECONDS - PUBLISHED_BEFORE_SECONDS)) return undefined;
  const planned = later(last.signsFrom, SIGNS_FOR_SECONDS);
  const earliest = later(now, PUBLISHED_BEFORE_SECONDS);
  const next = {
    jwk: SessionJwk.parse(makeSessionKey()),
    signsFrom: planned > earliest ? planned : earliest,
  };
  const kept = scheduleOf(ring)
    .filter((key) => !endedBefore(key, OPENS_AFTER_SECONDS, now))
    .map(({ jwk, signsFrom }) => ({ jwk, signsFrom }));
  return { ...ring, generation: ring.generation + 1, keys: [...kept, next] };
}

/** What each key does at this time: signs, is published for verifiers, or only opens what it sealed. */
export function sessionKeysAt(ring: SessionKeyRing, now: Date): SessionKeys {
  const schedule = scheduleOf(ring);
  const signing = schedule.findLast(({ signsFrom }) => signsFrom <= now) ?? schedule[0];
  if (!signing) throw new Error('no session key');
  const next = schedule.filter(({ signsFrom }) => signsFrom > signing.signsFrom);
  const older = schedule.filter(({ signsFrom }) => signsFrom < signing.signsFrom).reverse();
  const published = older.filter((key) => !endedBefore(key, PUBLISHED_AFTER_SECONDS, now));
  const opening = older.filter(
    (key) => !published.includes(key) && !endedBefore(key, OPENS_AFTER_SECONDS, now),
  );
  const jwks = (keys: readonly Scheduled[]) => keys.map(({ jwk }) => jwk);
  return readSessionKeys(jwks([signing, ...next, ...published]), jwks(opening));
}

/** An order gives all keys up at once, because an attacker may have them. */
export const STORED_SESSION_KEYS: StoredKind<SessionKeyRing> = {
  kind: 'session-keys',
  schema: SessionKeyRing,
  first: firstSessionKeys,
  advance: (ring, _, now) => withNextSessionKey(ring, now),
  startsAnew: true,
};
