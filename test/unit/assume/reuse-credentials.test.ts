// Reused credentials have enough of their lifetime left for every client, and clients do not come back all at once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  expirationToTell,
  refreshAfter,
  reuseUntil,
} from '../../../shared/pipeline/assume/reuse-credentials.ts';
import { NOW } from '../../support/builders.ts';

const lifeOf = (seconds: number) => ({ issuedAt: NOW, expiresAt: new Date(NOW.getTime() + seconds * 1000) });
const life = fc.integer({ min: 60, max: 43_200 }).map(lifeOf);
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('reused credentials', () => {
  it('have half of their life left at least, and more than the 900 s of stock clients when they can', () => {
    fc.assert(
      fc.property(life, ({ issuedAt, expiresAt }) => {
        const until = reuseUntil({ issuedAt, expiresAt }).getTime();
        const [whole, left] = [expiresAt.getTime() - issuedAt.getTime(), expiresAt.getTime() - until];
        expect(until).toBeGreaterThanOrEqual(issuedAt.getTime());
        expect(left).toBeGreaterThanOrEqual(whole / 2);
        if (whole > 960_000) expect(left).toBeGreaterThan(900_000);
      }),
    );
  });

  it('are replaced when a client comes back, well before their end', () => {
    fc.assert(
      fc.property(life, chance, (own, random) => {
        const back = refreshAfter(own, () => random).getTime();
        expect(back).toBeGreaterThanOrEqual(reuseUntil(own).getTime());
        expect(back).toBeLessThanOrEqual((reuseUntil(own).getTime() + own.expiresAt.getTime()) / 2);
      }),
    );
  });

  it('are told to end early enough for other times of renewal, and late enough for clients that know no other time', () => {
    fc.assert(
      fc.property(life, chance, (own, random) => {
        const told = expirationToTell(own, () => random).getTime();
        const [until, end] = [reuseUntil(own).getTime(), own.expiresAt.getTime()];
        expect(told).toBeLessThanOrEqual(end);
        // A quarter of the life at most, and never so early that a stock client renews within the reuse window.
        expect(told).toBeGreaterThanOrEqual(end - (end - until) / 2);
        if (end - own.issuedAt.getTime() > 960_000) expect(told - 900_000).toBeGreaterThan(until);
      }),
    );
    const ends = [0, 0.25, 0.5, 0.75].map((random) =>
      expirationToTell(lifeOf(3_600), () => random).getTime(),
    );
    expect(new Set(ends)).toHaveLength(4);
    // 20 minutes are just enough for stock clients.
    expect(expirationToTell(lifeOf(1_200), () => 0.9)).toEqual(lifeOf(1_200).expiresAt);
  });

  it('are fetched again at different times by different clients', () => {
    const times = [0, 0.25, 0.5, 0.75].map((random) => refreshAfter(lifeOf(3_600), () => random).getTime());
    expect(new Set(times)).toHaveLength(4);
  });
});
