// No caller and no provider gets more new sessions than its limit, over all instances; a refusal says when to come again.
import { describe, expect, it } from 'vitest';
import { createSessionLimits } from '../../../shared/pipeline/limit/limit-sessions.ts';
import { Limits } from '../../../shared/rules/values/provider-limits.ts';
import { FakeClock, FakeCounters, FakeLogger } from '../../support/fakes.ts';

const HOUR_MS = 3_600_000;
const ALICE = { provider: 'app-users', subject: 'alice' };
const BOB = { provider: 'app-users', subject: 'bob' };
const PARTNER = { provider: 'partner', subject: 'alice' };

function start(parts: Partial<Limits> = {}, counters = new FakeCounters(), clock = new FakeClock()) {
  const logger = new FakeLogger();
  const limits = Limits.parse({ stsCallsPerSecond: 100, ...parts });
  const admit = createSessionLimits({ counters, clock, logger });
  const ask = async (caller = ALICE, own = limits) => {
    const admitted = await admit(caller, own);
    return admitted.ok ? 'ok' : admitted.error.reason;
  };
  const waitOf = async (caller = ALICE) => {
    const admitted = await admit(caller, limits);
    const wait = !admitted.ok && admitted.error.code === 'rate_limited' && admitted.error.retryAfterSeconds;
    if (typeof wait !== 'number') throw new Error('was not told to wait');
    return wait;
  };
  const times = async (count: number, caller = ALICE) => {
    const answers = [];
    for (let i = 0; i < count; i += 1) answers.push(await ask(caller));
    return answers;
  };
  return { ask, times, waitOf, limits, counters, clock, logger };
}

describe('new sessions of a caller', () => {
  it('are limited by the hour', async () => {
    const { times } = start({ sessionsPerCallerPerHour: 3 });
    expect(await times(5)).toEqual(['ok', 'ok', 'ok', 'session-limit', 'session-limit']);
  });

  it('are counted over all instances', async () => {
    const counters = new FakeCounters();
    const [one, other] = [
      start({ sessionsPerCallerPerHour: 3 }, counters),
      start({ sessionsPerCallerPerHour: 3 }, counters),
    ];
    expect([...(await one.times(2)), ...(await other.times(2))]).toEqual(['ok', 'ok', 'ok', 'session-limit']);
  });

  it('leave those of others alone, also of the same name at another provider', async () => {
    const { times } = start({ sessionsPerCallerPerHour: 1 });
    await times(2);
    expect([await times(1, BOB), await times(1, PARTNER)]).toEqual([['ok'], ['ok']]);
  });

  it('are possible again when the time that the refusal tells has passed, and no sooner', async () => {
    const { times, waitOf, clock } = start({ sessionsPerCallerPerHour: 1 });
    await times(1);
    const seconds = await waitOf();
    expect(seconds).toBeLessThanOrEqual(HOUR_MS / 1000);
    clock.advance((seconds - 1) * 1000);
    expect(await times(1)).toEqual(['session-limit']);
    clock.advance(1000);
    expect(await times(2)).toEqual(['ok', 'session-limit']);
  });

  it('are not all possible again at one time', async () => {
    const { times, waitOf } = start({ sessionsPerCallerPerHour: 1 });
    await times(1);
    await times(1, BOB);
    expect(await waitOf(ALICE)).not.toBe(await waitOf(BOB));
  });

  it('beyond the limit are refused without asking the store again', async () => {
    const { times, counters } = start({ sessionsPerCallerPerHour: 1 });
    await times(10);
    expect([...counters.counts.values()]).toEqual([2]);
  });

  it('are possible again once the rules allow more', async () => {
    const { times, ask, limits } = start({ sessionsPerCallerPerHour: 1 });
    await times(2);
    expect(await ask(ALICE, { ...limits, sessionsPerCallerPerHour: 10 })).toBe('ok');
  });

  /**
   * @attack One provider that uses up the quota of STS, while the counters are down
   * @removed the count of the instance alone
   * @failed 1 of 13: are counted by the instance alone while the store does not answer: `expected [ 'ok',
   *   'ok', 'ok', 'ok' ] to deeply equal [ …, 'session-limit' ]`
   */
  it('are counted by the instance alone while the store does not answer, and an operator learns of it', async () => {
    const { times, counters, logger } = start({ sessionsPerCallerPerHour: 3 });
    counters.fault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    expect(await times(4)).toEqual(['ok', 'ok', 'ok', 'session-limit']);
    expect(logger.lines[0]).toMatchObject({ level: 'error', fields: { cause: 'OTSServerBusy' } });
  });

  it('name nobody in the counter that the store keeps', async () => {
    const { times, counters } = start();
    await times(1);
    expect([...counters.counts.keys()].join()).not.toMatch(/alice|app-users/);
  });
});

describe('the calls of STS for one provider', () => {
  it('are limited by the second, whoever of its callers asks', async () => {
    const { times, clock } = start({ stsCallsPerSecond: 2 });
    const answers = [...(await times(3)), ...(await times(2, BOB))];
    expect(answers).toEqual(['ok', 'ok', 'ok', 'ok', 'sts-share']);
    clock.advance(1_000);
    expect(await times(3)).toEqual(['ok', 'ok', 'sts-share']);
  });

  it('leave the share of another provider alone', async () => {
    const { times } = start({ stsCallsPerSecond: 1 });
    await times(5);
    expect(await times(1, PARTNER)).toEqual(['ok']);
  });

  it('are not used up by a caller whose hour is spent', async () => {
    const { times, clock } = start({ stsCallsPerSecond: 2, sessionsPerCallerPerHour: 1 });
    await times(2);
    clock.advance(1_000);
    await times(100);
    expect(await times(2, BOB)).toEqual(['ok', 'session-limit']);
  });

  /**
   * @attack One caller that takes its provider's share of STS beyond its own limit
   * @removed the order (made: the share is taken first); the taking afterwards; the look beforehand
   * @failed 5, 3 and 1 of 16: are not used up by a caller whose hour other instances have spent, however many
   *   it sends at once: `expected Set{ 'session-limit', 'sts-share' } to deeply equal Set{ 'session-limit' }`
   */
  it('are not used up by a caller whose hour other instances have spent, however many it sends at once', async () => {
    const counters = new FakeCounters();
    await start({ sessionsPerCallerPerHour: 2 }, counters).times(2);
    const { ask, times } = start({ stsCallsPerSecond: 1, sessionsPerCallerPerHour: 2 }, counters);
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask()));
    expect(new Set(answers)).toEqual(new Set(['session-limit']));
    expect(await times(2, BOB)).toEqual(['ok', 'ok']);
  });

  it('are not used up by a caller whose hour is spent while the counters are down', async () => {
    const { times, counters, clock } = start({ stsCallsPerSecond: 2, sessionsPerCallerPerHour: 1 });
    counters.fault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    await times(1);
    clock.advance(1_000);
    expect(new Set(await times(50))).toEqual(new Set(['session-limit']));
    expect(await times(1, BOB)).toEqual(['ok']);
  });

  it('are never more than the share, however many come at once', async () => {
    const { ask } = start({ stsCallsPerSecond: 2 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask()));
    expect(answers.filter((answer) => answer === 'ok')).toHaveLength(4);
  });

  it('are not counted as sessions when they are refused', async () => {
    const { times, counters } = start({ stsCallsPerSecond: 1 });
    await times(50);
    expect([...counters.counts.values()]).toEqual([2]);
  });
});
