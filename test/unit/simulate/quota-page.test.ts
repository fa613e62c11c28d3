// The command line of the simulation, and the page that it writes.
import { describe, expect, it } from 'vitest';
import { Meter } from '../../../scripts/simulate/meter.ts';
import { costOfMillion } from '../../../scripts/simulate/prices.ts';
import { renderCharts, renderPage } from '../../../scripts/simulate/quota-page.ts';
import { FULL_SIZE, HELP, readOptions } from '../../../scripts/simulate/read-options.ts';
import { renderText } from '../../../scripts/simulate/result-tables.ts';
import { comparisonsOf } from '../../../scripts/simulate/scenarios.ts';

/** Two seconds: three calls in the first, one in the second, and one of four vends reused. */
function sampleFigures() {
  const meter = new Meter(2);
  for (const second of [0, 0, 0, 1, 1]) meter.request(second);
  for (const second of [0, 0, 0, 1]) meter.stsCall(second, 'jobs');
  meter.throttled = 1;
  for (const reused of [false, false, false, true]) meter.vend('jobs', reused);
  meter.refuse('sts-throttled');
  for (const seconds of [0, 0.4, 1.2, 5]) meter.waited(seconds);
  Object.assign(meter.rows, { audit: 5, issued: 3, counters: 4 });
  Object.assign(meter.bytes, { audit: 2_500, issued: 900, log: 1_000 });
  return meter.figures();
}
const compared = comparisonsOf(FULL_SIZE).map(({ id, scenarios }) => ({
  id,
  results: Object.keys(scenarios).map((name) => ({ name, figures: sampleFigures() })),
}));

describe('figures', () => {
  it('are of seconds', () => {
    expect(sampleFigures()).toMatchObject({
      ...{ requests: 5, vends: 4, reused: 1, stsCalls: 4, stsPeak: 3, stsP99: 3, stsMean: 2, requestPeak: 3 },
      ...{ refused: { 'sts-throttled': 1 }, waitP99: 5, waitMost: 5, stsOfMinutes: [3] },
    });
  });

  it('say what a million vends cost', () => {
    const costs = Object.fromEntries(
      costOfMillion(sampleFigures()).map(({ what, dollars }) => [what, dollars]),
    );
    // A million vends are 250,000 times this: 12 rows at USD 0.006, 4 counters at USD 0.003 for ten thousand.
    expect(costs['Tablestore, writing']).toBeCloseTo((12 * 250_000 * 0.006) / 10_000);
    expect(costs['Tablestore, reading']).toBeCloseTo((4 * 250_000 * 0.003) / 10_000);
    // 5 invocations at 0.0075 CU, and 415 ms at 1.15 CU a second.
    expect(costs['Function Compute']).toBeCloseTo((5 * 0.0075 + 0.415 * 1.15) * 250_000 * 0.00002);
  });
});

describe('the page', () => {
  it('has a section for each part of the command, with all of its scenarios', () => {
    const page = renderPage(compared, FULL_SIZE);
    for (const { results } of compared) for (const { name } of results) expect(page).toContain(`| ${name} |`);
    expect(page.match(/^## /gm)).toHaveLength(compared.length + 1);
    expect(page).toContain('| **no** |');
    for (const { id } of compared) expect(renderText(compared, FULL_SIZE)).toContain(`\n${id}\n`);
  });

  it('has charts of the page, in the colours of a dark page too', () => {
    const charts = renderCharts(compared, FULL_SIZE);
    for (const [name, svg] of charts) {
      expect(renderPage(compared, FULL_SIZE)).toContain(`](${name})`);
      expect(svg).toContain('@media (prefers-color-scheme: dark)');
      expect(svg).toContain('<title id="title">');
      expect(svg.match(/<path /g)?.length).toBeGreaterThan(0);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
    expect(charts.size).toBe(2);
  });
});

describe('the command line', () => {
  it('has the full size where nothing is said', () => {
    expect(readOptions([])).toEqual({
      ok: true,
      value: { size: FULL_SIZE, ids: compared.map(({ id }) => id), json: undefined, page: false },
    });
  });

  it('takes parts and sizes', () => {
    const read = readOptions([
      'windows',
      'jitter',
      '--clients',
      '5000',
      '--sts-per-second',
      '300',
      '--json',
      'out.json',
    ]);
    expect(read).toEqual({
      ok: true,
      value: {
        ...{ size: { ...FULL_SIZE, clients: 5_000, stsPerSecond: 300 }, ids: ['jitter', 'windows'] },
        ...{ json: 'out.json', page: false },
      },
    });
  });

  it.each([
    [['--clients', '10'], '--clients takes a whole number from 1000 to 4194304, not 10'],
    [['--hours', '1.5'], '--hours takes a whole number from 1 to 168, not 1.5'],
    [['--seed', '-1'], "Option '--seed' argument is ambiguous"],
    [['--instances=0'], '--instances takes a whole number from 1 to 1000, not 0'],
    [['--client', '5'], "Unknown option '--client'"],
    [['night'], 'there is no part night. The parts: day, '],
    [['day', '--page'], '--page needs all parts: name none'],
  ])('refuses %j', (args, message) => {
    const read = readOptions(args);
    expect(read.ok ? undefined : read.error).toContain(message);
  });

  it('explains itself, with examples', () => {
    expect(readOptions(['--help'])).toEqual({ ok: true, value: 'help' });
    for (const line of HELP.split('\n').filter((each) => each.startsWith('  npm run simulate --'))) {
      const args = line
        .replace(/ {3}.*/, '')
        .replace('  npm run simulate --', '')
        .trim()
        .split(' ');
      expect(readOptions(args).ok, line).toBe(true);
    }
  });
});
