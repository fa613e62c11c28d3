// Kept credentials are renewed at half of their life by one request at a time, are given as long as they work, whatever
// happens to a renewal, and never after they have expired.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type KeptRole, keepRole, type Renewal } from '../../../../clients/cli/agent/keep-role.ts';
import { refused, serviceFailed } from '../../../../clients/cli/base/command-fault.ts';
import { ok } from '../../../../shared/kernel/result.ts';
import { vended } from '../../../support/agent.ts';

const MINUTE = 60_000;
const DOWN = serviceFailed('down');

type Outcome = ReturnType<typeof vended> | typeof DOWN | 'lost';

interface Upstream {
  readonly role: KeptRole;
  readonly renewals: Renewal[];
  /** What the deployment answers from now on. */
  answer: () => Outcome | Promise<Outcome>;
  calls: number;
  underWay: number;
  mostUnderWay: number;
}

function keepFrom(answer: Upstream['answer']): Upstream {
  const renewals: Renewal[] = [];
  const upstream: Upstream = {
    renewals,
    answer,
    calls: 0,
    underWay: 0,
    mostUnderWay: 0,
    role: keepRole('media', {
      random: () => 0,
      onRenewal: (renewal) => void renewals.push(renewal),
      // The first request is sent while this object is made.
      take: async () => {
        await Promise.resolve();
        upstream.calls += 1;
        upstream.underWay += 1;
        upstream.mostUnderWay = Math.max(upstream.mostUnderWay, upstream.underWay);
        const outcome = await Promise.resolve()
          .then(() => upstream.answer())
          .finally(() => {
            upstream.underWay -= 1;
          });
        if (outcome === 'lost') throw new Error('a bug');
        return 'ok' in outcome ? outcome : ok(outcome);
      },
    }),
  };
  return upstream;
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-03-01T12:00:00Z'), toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const advance = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe('kept credentials', () => {
  it('are taken at once, and given to all who ask without another request', async () => {
    const upstream = keepFrom(() => vended());
    const all = await Promise.all(Array.from({ length: 1_000 }, () => upstream.role.get()));
    expect(new Set(all.map((one) => one.ok && one.value.accessKeyId))).toEqual(new Set(['STS.agent-1']));
    expect(upstream.calls).toBe(1);
  });

  it('are renewed at half of their life, without being asked for', async () => {
    const upstream = keepFrom(() => vended(3600, upstream.calls));
    await advance(0);
    await advance(30 * MINUTE - 1);
    expect(upstream.calls).toBe(1);
    await advance(1);
    expect(upstream.calls).toBe(2);
    expect(upstream.role.current()?.accessKeyId).toBe('STS.agent-2');
  });

  it('are renewed when vend says, and by half of their life where that makes no sense', async () => {
    const renewedAfter = async (refreshAfterMs: number) => {
      const refreshAfter = new Date(Date.now() + refreshAfterMs).toISOString();
      const upstream = keepFrom(() => ({ ...vended(), refreshAfter }));
      await advance(0);
      upstream.role.stop();
      return upstream.renewals[0]?.nextMs;
    };
    expect(await renewedAfter(41 * MINUTE)).toBe(41 * MINUTE);
    expect(await renewedAfter(1)).toBe(10_000);
    for (const senseless of [-MINUTE, 60 * MINUTE, 600 * MINUTE])
      expect(await renewedAfter(senseless)).toBe(30 * MINUTE);
  });

  it('are asked for again no sooner than vend told, and not at the same time as by other agents', async () => {
    const told = serviceFailed('too many requests');
    const upstream = keepFrom(() => ({ ...told, error: { ...told.error, retryAfterSeconds: 5 } }));
    await advance(0);
    expect(upstream.renewals.map(({ nextMs }) => nextMs)).toEqual([5_500]);
    await advance(5_499);
    expect(upstream.calls).toBe(1);
    await advance(6_001);
    expect(upstream.renewals.map(({ nextMs }) => nextMs)).toEqual([5_500, 6_000, 7_000]);
  });

  it('work on while the deployment is down, until they expire and no longer', async () => {
    const upstream = keepFrom(() => vended());
    await upstream.role.get();
    upstream.answer = () => DOWN;
    await advance(60 * MINUTE - 1);
    expect((await upstream.role.get()).ok).toBe(true);
    await advance(1);
    expect(await upstream.role.get()).toEqual(DOWN);
    expect(upstream.role.current()).toBeUndefined();
  });

  it('survive a refusal and an answer that has expired', async () => {
    const upstream = keepFrom(() => vended());
    await upstream.role.get();
    upstream.answer = () => refused('no grant');
    await advance(31 * MINUTE);
    upstream.answer = () => vended(-1, 9);
    await advance(5 * MINUTE);
    expect(await upstream.role.get()).toMatchObject({ ok: true, value: { accessKeyId: 'STS.agent-1' } });
    expect(upstream.renewals.at(-1)?.fault?.message).toContain('check the clock');
  });

  it('are asked for again after a failure: later each time, and never later than a minute', async () => {
    const upstream = keepFrom(() => DOWN);
    await advance(0);
    expect(upstream.renewals.map(({ nextMs }) => nextMs)).toEqual([500]);
    await advance(10 * MINUTE);
    const waits = upstream.renewals.map(({ nextMs }) => nextMs);
    expect(waits.slice(0, 7)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
    expect(Math.max(...waits)).toBe(30_000);
  });

  it('cost no request for each program that asks after a failure', async () => {
    const upstream = keepFrom(() => DOWN);
    for (let i = 0; i < 100; i += 1) expect(await upstream.role.get()).toEqual(DOWN);
    expect(upstream.calls).toBe(1);
    upstream.answer = () => vended();
    await advance(MINUTE);
    expect((await upstream.role.get()).ok).toBe(true);
  });

  it('rest after an hour in which no program asked, and are taken again when one does', async () => {
    const upstream = keepFrom(() => vended(3600, upstream.calls));
    await upstream.role.get();
    await advance(10 * 60 * MINUTE);
    expect(upstream.calls).toBe(3);
    expect(upstream.role.current()).toBeUndefined();
    // A pod without work stays ready: unready, it would get no work, and no program would ask.
    expect(upstream.role.isReady()).toBe(true);
    expect(await upstream.role.get()).toMatchObject({ ok: true, value: { accessKeyId: 'STS.agent-4' } });
  });

  it('are not ready before they were first taken, nor while programs ask and get none', async () => {
    const upstream = keepFrom(() => DOWN);
    await advance(10 * 60 * MINUTE);
    expect(upstream.role.isReady()).toBe(false);
    upstream.answer = () => vended();
    await upstream.role.get();
    expect(upstream.role.isReady()).toBe(true);
    upstream.answer = () => DOWN;
    for (let i = 0; i < 70; i += 1) {
      await upstream.role.get();
      await advance(MINUTE);
    }
    expect(upstream.role.isReady()).toBe(false);
  });

  it('survive a request that throws', async () => {
    const upstream = keepFrom(() => 'lost');
    expect(await upstream.role.get()).toMatchObject({ ok: false });
    upstream.answer = () => vended();
    await advance(MINUTE);
    expect((await upstream.role.get()).ok).toBe(true);
  });

  it.each([
    ['a second', 1],
    ['ten thousand years', 8_000 * 365 * 86_400],
  ])('that last for %s cause no storm of requests', async (_name, seconds) => {
    const upstream = keepFrom(() => vended(seconds));
    await advance(60 * MINUTE);
    expect(upstream.calls).toBeLessThan(400);
  });

  it('are renewed no more once stopped', async () => {
    const upstream = keepFrom(() => vended());
    await upstream.role.get();
    upstream.role.stop();
    await advance(120 * MINUTE);
    expect(upstream.calls).toBe(1);
    expect(await upstream.role.get()).toMatchObject({ ok: false });
  });
});

describe('whatever the deployment does', () => {
  const outcome = fc.oneof(
    fc.record({
      kind: fc.constant('vend' as const),
      seconds: fc.integer({ min: -60, max: 5_000 }),
      takes: fc.nat(20_000),
    }),
    fc.record({ kind: fc.constant('fail' as const), seconds: fc.constant(0), takes: fc.nat(20_000) }),
    fc.record({ kind: fc.constant('lost' as const), seconds: fc.constant(0), takes: fc.nat(20_000) }),
  );
  const step = fc.record({ wait: fc.nat(30 * MINUTE), askers: fc.nat(5) });

  it('no credentials are given that have expired or are older than ones that still work, and one request is under way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcome, { minLength: 1 }),
        fc.array(step, { maxLength: 40 }),
        async (outcomes, steps) => {
          const best = { until: 0 };
          const upstream = keepFrom(async () => {
            const { kind, seconds, takes } = outcomes[upstream.calls % outcomes.length] ?? {
              kind: 'lost',
              seconds: 0,
              takes: 0,
            };
            await new Promise((resolve) => setTimeout(resolve, takes));
            if (kind === 'lost') return 'lost';
            if (kind === 'fail') return DOWN;
            const given = vended(seconds, upstream.calls);
            best.until = seconds > 0 ? Date.parse(given.expiration) : best.until;
            return given;
          });
          for (const { wait, askers } of steps) {
            await advance(wait);
            const asked = Array.from({ length: askers }, async () => {
              const couldWork = best.until - 1_000 > Date.now();
              const kept = await upstream.role.get();
              if (kept.ok) expect(kept.value.expiresAt.getTime()).toBeGreaterThan(Date.now());
              else expect(couldWork).toBe(false);
            });
            await advance(0);
            void Promise.all(asked);
            await advance(25_000);
            await Promise.all(asked);
          }
          expect(upstream.mostUnderWay).toBeLessThanOrEqual(1);
          upstream.role.stop();
        },
      ),
      { numRuns: 50 },
    );
  });
});
