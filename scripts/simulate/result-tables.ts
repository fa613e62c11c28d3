// The results of a simulation as tables: as text for the terminal, and as cells for the page.
import type { Figures } from './meter.ts';
import { costOfMillion, PRICES } from './prices.ts';
import type { Size } from './simulate.ts';

export interface NamedFigures {
  readonly name: string;
  readonly figures: Figures;
}
export interface ComparedFigures {
  readonly id: string;
  readonly results: readonly NamedFigures[];
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const percent = (part: number, total: number): string =>
  total === 0 ? '–' : `${((100 * part) / total).toFixed(1)} %`;

const refusals = ({ refused }: Figures): string =>
  Object.entries(refused)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${whole(count)}`)
    .join(', ') || 'none';

const COLUMNS: readonly (readonly [head: string, cell: (figures: Figures) => string])[] = [
  ['vends', ({ vends }) => whole(vends)],
  ['reused', ({ vends, reused }) => percent(reused, vends)],
  ['calls to STS a second: peak', ({ stsPeak }) => whole(stsPeak)],
  ['p99', ({ stsP99 }) => whole(stsP99)],
  ['mean', ({ stsMean }) => stsMean.toFixed(1)],
  ['requests a second: peak', ({ requestPeak }) => whole(requestPeak)],
  ['refusals', refusals],
  ['wait for credentials: p99', ({ waitP99 }) => `${whole(waitP99)} s`],
  ['longest', ({ waitMost }) => `${whole(waitMost)} s`],
  ['ran out', ({ ranOut }) => whole(ranOut)],
  ['still waiting', ({ waiting }) => whole(waiting)],
];

export const scenarioTable = ({ results }: ComparedFigures): Table => ({
  head: ['scenario', ...COLUMNS.map(([head]) => head)],
  rows: results.map(({ name, figures }) => [name, ...COLUMNS.map(([, cell]) => cell(figures))]),
});

/** What each provider's callers got, of the calls that all made. */
export function providerTable({ results }: ComparedFigures): Table {
  const providers = [
    ...new Set(results.flatMap(({ figures }) => Object.keys(figures.vendsOfProvider))),
  ].sort();
  return {
    head: [
      'scenario',
      ...providers.flatMap((provider) => [`${provider}: vends`, `${provider}: calls to STS`]),
    ],
    rows: results.map(({ name, figures }) => [
      name,
      ...providers.flatMap((provider) => [
        whole(figures.vendsOfProvider[provider] ?? 0),
        whole(figures.stsOfProvider[provider] ?? 0),
      ]),
    ]),
  };
}

export function rowTable({ results }: ComparedFigures): Table {
  return {
    head: ['scenario', 'rows: audit', 'issued', 'counters', 'bytes of an audit row', 'log, MB'],
    rows: results.map(({ name, figures: { rows, bytes } }) => [
      name,
      ...[rows.audit, rows.issued, rows.counters].map(whole),
      whole(bytes.audit / Math.max(1, rows.audit)),
      (bytes.log / 1e6).toFixed(1),
    ]),
  };
}

const dollars = (value: number): string => `USD ${value.toFixed(2)}`;

export function costTable(figures: Figures): Table {
  const lines = costOfMillion(figures);
  const total = lines.reduce((sum, line) => sum + line.dollars, 0);
  return {
    head: ['a million vends', 'cost', 'from'],
    rows: [
      ...lines.map((line) => [line.what, dollars(line.dollars), line.from]),
      ['together', dollars(total), ''],
    ],
  };
}

export function priceTable(): Table {
  return {
    head: ['price', 'USD', 'for', 'from', 'confirmed'],
    rows: Object.values(PRICES).map(({ what, dollars: price, unit, source, isConfirmed }) => [
      what,
      String(Number(price.toPrecision(4))),
      unit,
      source,
      isConfirmed ? 'yes' : '**no**',
    ]),
  };
}

function textOf({ head, rows }: Table): string {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
}

/** Scenarios of which the providers are compared, not only the whole. */
export const BY_PROVIDER: ReadonlySet<string> = new Set(['greed']);

/** What the command prints. */
export function renderText(compared: readonly ComparedFigures[], size: Size): string {
  const { clients, instances, hours, stsPerSecond, seed } = size;
  const title = `${whole(clients)} clients, ${whole(instances)} instances, ${hours} hours, ${stsPerSecond} calls a second to STS, seed ${seed}`;
  const parts = compared.flatMap((comparison) => [
    `\n${comparison.id}`,
    textOf(scenarioTable(comparison)),
    ...(BY_PROVIDER.has(comparison.id) ? [textOf(providerTable(comparison))] : []),
    textOf(rowTable(comparison)),
    ...(comparison.id === 'day' && comparison.results[0]
      ? [textOf(costTable(comparison.results[0].figures))]
      : []),
  ]);
  return `${[title, ...parts].join('\n')}\n`;
}
