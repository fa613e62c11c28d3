// A token bucket never gives more than its rate and burst, and delays no key for longer than it says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenBuckets, type Rate } from '../../../shared/pipeline/limit/token-buckets.ts';

const START = Date.parse('2026-03-01T12:00:00Z');
const at = (milliseconds: number): Date => new Date(START + milliseconds);

const rates: fc.Arbitrary<Rate> = fc.record({
  perSecond: fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.double({ min: 0.01, max: 10, noNaN: true })),
  burst: fc.integer({ min: 1, max: 200 }),
});
/** Milliseconds that pass before each request. */
const pauses = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 300 });

describe('a token bucket', () => {
  it('gives a burst at once, and then one token each interval', () => {
    const buckets = createTokenBuckets(10);
    const rate = { perSecond: 2, burst: 3 };
    const take = (milliseconds: number) => buckets.take('a', rate, at(milliseconds));
    expect([take(0), take(0), take(0), take(0)]).toEqual([0, 0, 0, 500]);
    expect([take(499), take(500), take(500)]).toEqual([1, 0, 500]);
    expect([take(60_000), take(60_000), take(60_000), take(60_000)]).toEqual([0, 0, 0, 500]);
  });

  it('gives the whole burst, whatever fractions its interval has', () => {
    fc.assert(
      fc.property(rates, (rate) => {
        const buckets = createTokenBuckets(10);
        const taken = Array.from({ length: rate.burst + 1 }, () => buckets.take('a', rate, at(0)) === 0);
        expect(taken.filter(Boolean)).toHaveLength(rate.burst);
      }),
    );
  });

  it('never gives more than rate × time + burst, over any stretch of time', () => {
    fc.assert(
      fc.property(rates, pauses, (rate, waits) => {
        const buckets = createTokenBuckets(10);
        let now = 0;
        const taken: number[] = [];
        for (const wait of waits) {
          now += wait;
          if (buckets.take('a', rate, at(now)) === 0) taken.push(now);
        }
        for (const [first, from] of taken.entries()) {
          for (const [last, to] of taken.entries()) {
            const most = rate.burst + ((to - from) / 1000) * rate.perSecond;
            if (last >= first)
              expect(last - first + 1).toBeLessThanOrEqual(most + rate.perSecond / 2_000 + 1e-6);
          }
        }
      }),
    );
  });

  it('gives a token to whoever waits as long as it was told to, and no sooner', () => {
    fc.assert(
      fc.property(rates, pauses, (rate, waits) => {
        const buckets = createTokenBuckets(10);
        let now = 0;
        for (const wait of waits) {
          now += wait;
          const told = buckets.take('a', rate, at(now));
          if (told > 1) expect(buckets.wait('a', rate, at(now + Math.floor(told) - 1))).toBeGreaterThan(0);
          if (told > 0) expect(buckets.wait('a', rate, at(now + Math.ceil(told)))).toBe(0);
        }
      }),
    );
  });

  it('holds as much as before when the clock is set back', () => {
    fc.assert(
      fc.property(rates, pauses, fc.integer({ min: 0, max: 1e9 }), (rate, waits, back) => {
        const buckets = createTokenBuckets(10);
        let [now, taken] = [0, 0];
        for (const wait of waits) {
          now += wait;
          if (buckets.take('a', rate, at(now)) === 0) taken = now;
        }
        const told = buckets.wait('a', rate, at(taken));
        expect(Math.abs(buckets.wait('a', rate, at(taken - back)) - told)).toBeLessThan(1);
      }),
    );
  });

  it('starves nobody when the rate is changed and the clock set back', () => {
    fc.assert(
      fc.property(rates, rates, pauses, fc.integer({ min: 0, max: 1e9 }), (before, after, waits, back) => {
        const buckets = createTokenBuckets(10);
        let now = 0;
        for (const wait of waits) {
          now += wait;
          buckets.take('a', before, at(now));
        }
        expect(buckets.take('a', after, at(now - back))).toBeLessThanOrEqual(1000 / after.perSecond + 1);
      }),
    );
  });

  it('that is given back what was taken of it is as it was, and never holds more than a burst', () => {
    fc.assert(
      fc.property(rates, pauses, fc.integer({ min: 1, max: 50 }), (rate, waits, more) => {
        const buckets = createTokenBuckets(10);
        let now = 0;
        for (const wait of waits) {
          now += wait;
          const before = buckets.wait('a', rate, at(now));
          if (buckets.take('a', rate, at(now)) > 0) continue;
          buckets.giveBack('a', rate, at(now));
          expect(buckets.wait('a', rate, at(now))).toBe(before);
          buckets.take('a', rate, at(now));
        }
        for (let i = 0; i < more; i += 1) buckets.giveBack('a', rate, at(now));
        const taken = Array.from({ length: rate.burst + 5 }, () => buckets.take('a', rate, at(now)));
        expect(taken.filter((wait) => wait === 0).length).toBeLessThanOrEqual(rate.burst);
      }),
    );
  });

  it('tells the wait without taking', () => {
    const buckets = createTokenBuckets(10);
    const rate = { perSecond: 1, burst: 1 };
    expect([buckets.wait('a', rate, at(0)), buckets.wait('a', rate, at(0))]).toEqual([0, 0]);
    expect([buckets.take('a', rate, at(0)), buckets.wait('a', rate, at(0))]).toEqual([0, 1000]);
  });

  it('counts each key alone', () => {
    const buckets = createTokenBuckets(10);
    const rate = { perSecond: 1, burst: 1 };
    expect(['a', 'a', 'b'].map((key) => buckets.take(key, rate, at(0)))).toEqual([0, 1000, 0]);
  });

  it('forgets the key that was used longest ago, and never holds more than it may', () => {
    const buckets = createTokenBuckets(2);
    const rate = { perSecond: 1, burst: 1 };
    for (const key of ['a', 'b', 'c']) buckets.take(key, rate, at(0));
    expect(['c', 'b', 'a'].map((key) => buckets.wait(key, rate, at(0)))).toEqual([1000, 1000, 0]);
  });
});
