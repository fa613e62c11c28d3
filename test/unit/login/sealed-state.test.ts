// State that a browser carries is accepted once, within its time, and only for the request that it was issued for; a state that
// is refused for another reason is not consumed.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { makeSessionKeys } from '../../../clients/cli/keys/make-session-keys.ts';
import { consumeState, sealState } from '../../../functions/login/keys/sealed-state.ts';
import { readSessionKeys, SessionJwks } from '../../../functions/login/keys/session-key-set.ts';
import { onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, ok } from '../../../shared/kernel/result.ts';
import { NOW } from '../../support/builders.ts';
import { FakeOnceStore } from '../../support/fakes.ts';

const SECONDS = 60;
const newKeys = () => readSessionKeys(SessionJwks.parse(makeSessionKeys()));
const KEYS = newKeys();
const STATE = { connection: 'corporate', state: 'random' };

const USE = {
  kind: z.object({ connection: z.string(), state: z.string() }),
  seconds: SECONDS,
  isExpected: ({ connection }: { connection: string }) => connection === 'corporate',
  keyOf: ({ state }: { state: string }) => onceKey('sign-on-state', state),
};

const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
const ended = (reason: string) => err({ code: 'sign_on_ended', reason });

describe('a sealed state', () => {
  it('is accepted once, and its key is kept for as long as it could come back', async () => {
    const deps = { tokens: { keys: KEYS }, once: new FakeOnceStore() };
    const sealed = await sealState(STATE, NOW, KEYS, SECONDS);
    expect(await consumeState(sealed, USE, NOW, deps)).toMatchObject(ok(STATE));
    expect(await consumeState(sealed, USE, NOW, deps)).toEqual(ended('state-used'));
    expect([...deps.once.consumed.values()]).toEqual([later(SECONDS)]);
  });

  it.each<[string, () => Promise<string | undefined>, Date, string]>([
    ['that is missing', async () => undefined, NOW, 'state-missing'],
    ['that is empty', async () => '', NOW, 'state-unreadable'],
    ['of another deployment', () => sealState(STATE, NOW, newKeys(), SECONDS), NOW, 'state-unreadable'],
    ['of another kind', () => sealState({ code: 'x' }, NOW, KEYS, SECONDS), NOW, 'state-unreadable'],
    ['that is too old', () => sealState(STATE, NOW, KEYS, SECONDS), later(SECONDS), 'state-unreadable'],
    [
      'of another connection',
      () => sealState({ ...STATE, connection: 'partner' }, NOW, KEYS, SECONDS),
      NOW,
      'state-unreadable',
    ],
  ])('%s is refused and not consumed', async (_, seal, now, reason) => {
    const deps = { tokens: { keys: KEYS }, once: new FakeOnceStore() };
    expect(await consumeState(await seal(), USE, now, deps)).toEqual(ended(reason));
    expect(deps.once.consumed.size).toBe(0);
  });

  it('is refused if the store cannot say whether it was consumed before', async () => {
    const once = new FakeOnceStore();
    once.fault = { reason: 'store-failed', cause: 'OTSTimeout' };
    const sealed = await sealState(STATE, NOW, KEYS, SECONDS);
    expect(await consumeState(sealed, USE, NOW, { tokens: { keys: KEYS }, once })).toEqual(
      err({ code: 'store_unavailable', reason: 'store-failed', cause: 'OTSTimeout' }),
    );
  });
});
