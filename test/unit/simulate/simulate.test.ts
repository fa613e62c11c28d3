// Small simulations of vend's own code: what docs/quota.md argues with holds at any size, and comes out the same each time.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ClientKind, KINDS, STARTS } from '../../../scripts/simulate/clients.ts';
import { type Scenario, simulate } from '../../../scripts/simulate/simulate.ts';
import { REUSE_WINDOW } from '../../../shared/pipeline/assume/reuse-credentials.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const UNLIMITED = 100_000;
const NO_SHARE = { workloads: { stsCallsPerSecond: UNLIMITED } };
const kind = (parts: Partial<ClientKind>): ClientKind => ({ ...KINDS.workloads, count: 100, ...parts });
const scenario = (parts: Partial<Scenario>): Scenario => ({
  ...{ clients: 100, instances: 10, hours: 1, stsPerSecond: UNLIMITED, seed: 7 },
  ...{ kinds: [kind({})], limits: {}, window: REUSE_WINDOW, hasJitter: true, hasAffinity: false },
  ...parts,
});
/** Each with an identity of its own, and credentials of the same second. */
const renewing = kind({ count: 400, clientsPerCaller: 1, isProvided: true });
/** A new identity at each client, which asks once. */
const crowd = kind({ count: 300, clientsPerCaller: 1, starts: STARTS.together, renews: 'never' });

describe('a simulation', () => {
  it('gives the same figures for the same seed, and others for another', async () => {
    const [one, again, other] = [
      await simulate(scenario({})),
      await simulate(scenario({})),
      await simulate(scenario({ seed: 8 })),
    ];
    expect(again).toEqual(one);
    expect(other.stsOfMinutes).not.toEqual(one.stsOfMinutes);
    expect(one.vends).toBeGreaterThan(100);
  });

  it('runs on its own clock alone: no timer of the machine, and no look at its clock', async () => {
    const timer = vi.spyOn(globalThis, 'setTimeout');
    const clock = vi.spyOn(Date, 'now');
    const figures = await simulate(scenario({ hours: 24, kinds: [kind({ count: 5 })] }));
    expect(figures.vends).toBeGreaterThan(5 * 20);
    expect([timer.mock.calls, clock.mock.calls]).toEqual([[], []]);
  });

  it('writes a row for each answer, and a key for each call that STS granted', async () => {
    const { requests, vends, reused, stsCalls, stsThrottled, rows } = await simulate(
      scenario({ kinds: [crowd], stsPerSecond: 20 }),
    );
    expect(rows.audit).toBe(requests);
    expect(rows.issued).toBe(stsCalls - stsThrottled);
    expect(vends - reused).toBe(rows.issued);
    expect(stsThrottled).toBeGreaterThan(0);
  });
});

describe('refreshAfter', () => {
  it('spreads the renewals of clients that took credentials in the same second', async () => {
    const [together, apart] = [
      await simulate(scenario({ kinds: [renewing], limits: NO_SHARE, hasJitter: false })),
      await simulate(scenario({ kinds: [renewing], limits: NO_SHARE })),
    ];
    expect(together.stsPeak).toBe(400);
    expect(apart.stsPeak * 40).toBeLessThan(together.stsPeak);
    expect(apart.ranOut).toBe(0);
  });

  it('keeps them within a quota that their mean leaves room for', async () => {
    const quota = { stsPerSecond: 10 };
    const together = await simulate(scenario({ ...quota, kinds: [renewing], hasJitter: false }));
    const apart = await simulate(scenario({ ...quota, kinds: [renewing] }));
    expect(together.stsThrottled).toBeGreaterThan(500);
    expect(apart.stsThrottled).toBe(0);
  });
});

describe('reuse', () => {
  const jobs = scenario({
    instances: 20,
    kinds: [kind({ ...KINDS.jobs, count: 400, clientsPerCaller: 40 })],
  });
  const partReused = async (parts: Partial<Scenario>) => {
    const { vends, reused } = await simulate({ ...jobs, ...parts });
    return reused / vends;
  };

  it('is rare where any of many instances answers, and common where a caller comes to the same one', async () => {
    expect(await partReused({})).toBeLessThan(0.6);
    expect(await partReused({ hasAffinity: true })).toBeGreaterThan(0.9);
  });

  it('grows with the window', async () => {
    const short = await partReused({ hasAffinity: true, window: { ...REUSE_WINDOW, leastPartLeft: 0.95 } });
    expect(short).toBeLessThan((await partReused({ hasAffinity: true })) - 0.1);
  });

  it('is lost by instances that are replaced, and comes back', async () => {
    const [kept, replaced] = [
      await simulate({ ...jobs, hasAffinity: true }),
      await simulate({ ...jobs, hasAffinity: true, deployedAt: 1_200_000 }),
    ];
    expect(replaced.stsCalls).toBeGreaterThan(kept.stsCalls);
    expect(replaced.stsCalls).toBeLessThan(kept.stsCalls * 3);
  });
});

describe('limits', () => {
  it('keep the calls of a provider within its share at each instance', async () => {
    const [perSecond, instances, seconds] = [2, 3, 60];
    const figures = await simulate(
      scenario({
        ...{ instances, hours: 1 / 60, limits: { workloads: { stsCallsPerSecond: perSecond } } },
        kinds: [{ ...crowd, count: 480, starts: STARTS.evenly }],
      }),
    );
    // Two seconds' worth may come at once.
    expect(figures.stsCalls).toBeLessThanOrEqual(perSecond * instances * (seconds + 2));
    expect(figures.stsPeak).toBeLessThanOrEqual(perSecond * instances * 3);
    expect(figures.refused['sts-share']).toBeGreaterThan(100);
  });

  it('keep one caller within its sessions of an hour, whatever the instance', async () => {
    const figures = await simulate(
      scenario({
        ...{ instances: 50, limits: { workloads: { sessionsPerCallerPerHour: 5 } } },
        kinds: [{ ...crowd, count: 40, clientsPerCaller: 40, starts: STARTS.evenly }],
      }),
    );
    // The hour of the caller begins within the simulated one.
    expect(figures.stsCalls).toBeLessThanOrEqual(10);
    expect(figures.refused['session-limit']).toBeGreaterThan(5);
  });

  it('leave every client its credentials once STS has time for it', async () => {
    const figures = await simulate(scenario({ kinds: [{ ...crowd, count: 120 }], stsPerSecond: 10 }));
    expect([figures.vends, figures.waiting]).toEqual([120, 0]);
    expect(figures.refused).toEqual({ 'sts-throttled': figures.stsThrottled });
    expect(figures.waitMost).toBeGreaterThanOrEqual(10);
  });
});
