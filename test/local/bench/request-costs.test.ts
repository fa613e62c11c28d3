// Guarantees: the benchmark compares rounds with rounds, and neither takes silence for an answer nor ends at the first silence.
import { describe, expect, it } from 'vitest';
import { ratioAtMost } from '../../../scripts/bench/bench-row.ts';
import { expectAnswers, send } from '../../../scripts/bench/load.ts';
import { renderPage } from '../../../scripts/bench/performance-page.ts';
import { compareCosts } from '../../../scripts/bench/request-costs.ts';
import { startLoopback } from '../../support/loopback.ts';

const round = (cpu: number | undefined) => ({ cpu, perSecond: 100, millis: [1, 2, 3] });

describe('a ratio of costs', () => {
  it('is the median of the rounds’ own, so that a round in which the machine was busy moves nothing', () => {
    const row = ratioAtMost(
      3,
      compareCosts('a vend', [200, 2_000, 220].map(round), [100, 1_000, 100].map(round)),
    );
    expect(row).toMatchObject({ ratio: 2, spread: [2, 2.2], met: true });
  });

  it('is unknown where the system does not tell the CPU time', () => {
    const row = ratioAtMost(3, compareCosts('a vend', [round(undefined)], [round(undefined)]));
    expect(row).toMatchObject({ ratio: undefined, met: undefined, subject: { text: 'Linux only' } });
  });
});

describe('a run of requests', () => {
  const answers = (granted: number, refused = 0) => ({ granted, refused, failed: 0, seconds: 3 });

  it('lasts until its last answer, not until autocannon looks again', async () => {
    let answeredAt = 0;
    const { url } = await startLoopback((_, response) => {
      response.end('{}', () => {
        answeredAt = performance.now();
      });
    });
    const startedAt = performance.now();
    const sent = await send({ url, nextToken: () => 'x', extent: { requests: 3 }, connections: 1 });
    const endedAt = startedAt + sent.seconds * 1_000;
    expect(sent).toMatchObject({ granted: 3, millis: { length: 3 } });
    expect(endedAt - answeredAt).toBeLessThan(performance.now() - endedAt);
  });

  it('is tried again, and says so, when it ends without an answer', async () => {
    const runs = [answers(0), answers(0), answers(7)];
    const told: string[] = [];
    const run = async () => runs.shift() ?? answers(0);
    expect(await expectAnswers('granted', run, (text) => told.push(text))).toEqual(answers(7));
    expect(told).toHaveLength(2);
  });

  it.each([
    ['no try brings an answer', 'granted', answers(0)],
    ['an answer is a refusal', 'granted', answers(5, 1)],
    ['a forged token is granted', 'refused', answers(1, 5)],
  ] as const)('fails when %s', async (_, kind, answered) => {
    await expect(
      expectAnswers(
        kind,
        async () => answered,
        () => undefined,
      ),
    ).rejects.toThrow('load: ');
  });
});

it('the page shows each row in the table of its part', () => {
  const rows = [ratioAtMost(2, compareCosts('a | b', [round(300)], [round(100)]))];
  const machine = { processor: 'P', processors: 2, node: 'v20', at: '2026-11-30T00:00:00Z' };
  const page = renderPage({ machine, parts: [{ name: 'requests', title: 'CPU', rows }] });
  expect(page).toContain('| a \\| b | 300 µs | 100 µs | 3.00 (3.00 to 3.00) | ratio at most 2: MISSED |');
});
