// A key is consumed by the first call alone; every other outcome, an unknown one included, is a failure.
import { describe, expect, it } from 'vitest';
import { consumeOnce, onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, ok } from '../../../shared/kernel/result.ts';
import { NOW } from '../../support/builders.ts';
import { FakeOnceStore } from '../../support/fakes.ts';

describe('a key', () => {
  const REPLAYED = { code: 'invalid_token', reason: 'token-replayed' } as const;
  const KEY = onceKey('jti', 'https://issuer.example', 'one');

  it('is consumed once, and again is the refusal that the caller gave', async () => {
    const once = new FakeOnceStore();
    const results = [
      await consumeOnce(once, KEY, NOW, REPLAYED),
      await consumeOnce(once, KEY, NOW, REPLAYED),
    ];
    expect(results).toEqual([ok(undefined), err(REPLAYED)]);
  });

  it('is not consumed when the store does not answer', async () => {
    const fault = { reason: 'store-failed', cause: 'OTSServerBusy' } as const;
    const once = Object.assign(new FakeOnceStore(), { fault });
    expect(await consumeOnce(once, KEY, NOW, REPLAYED)).toEqual(err({ code: 'store_unavailable', ...fault }));
  });
});

describe('the key of parts', () => {
  it.each([
    ['another use', onceKey('dpop-proof', 'a', 'b')],
    ['parts that are divided elsewhere', onceKey('jti', 'a,b')],
    ['parts in another order', onceKey('jti', 'b', 'a')],
    ['one part more', onceKey('jti', 'a', 'b', '')],
  ])('is not the one of %s', (_, other) => expect(other).not.toBe(onceKey('jti', 'a', 'b')));

  it('has the same length for parts of any length', () => {
    expect(onceKey('jti', 'x'.repeat(10_000))).toHaveLength(onceKey('jti', '').length);
  });
});
