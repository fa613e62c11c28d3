// A line of the benchmark: what was measured, its floor, their ratio, and whether the target is met. The floor is what any
// program pays for the same work, measured in the same run.

interface Figure {
  /** Undefined where this system does not tell: without /proc (macOS) CPU time and memory are not measured. */
  readonly value: number | undefined;
  /** With its unit. */
  readonly text: string;
}

export interface BenchRow {
  readonly what: string;
  readonly subject: Figure;
  readonly floor: Figure;
  readonly ratio: number | undefined;
  /** The least and the greatest ratio of a round; undefined where there are no rounds. */
  readonly spread: Spread | undefined;
  readonly target: string;
  readonly met: boolean | undefined;
  /** What else was measured with it, as requests a second. */
  readonly more: string;
}

type Spread = readonly [least: number, greatest: number];

export interface Measurement {
  readonly what: string;
  /** Both in the same unit; undefined where this system does not tell. */
  readonly subject: number | undefined;
  readonly floor: number | undefined;
  /** A value with its unit. */
  readonly show: (value: number) => string;
  /** The median of the ratios of rounds; otherwise that of `subject` to `floor`. */
  readonly ratio?: number | undefined;
  readonly spread?: Spread | undefined;
  readonly more?: string;
}

/** For `Measurement.show`, of a value in µs. */
export const showMicros = (value: number): string => `${value.toFixed(1)} µs`;

const figure = (value: number | undefined, show: Measurement['show']): Figure => ({
  value,
  text: value === undefined ? 'Linux only' : show(value),
});

function toRow(
  measured: Measurement,
  target: string,
  meets: (ratio: number, subject: number) => boolean,
): BenchRow {
  const { what, subject, floor, show, spread, more = '' } = measured;
  const isKnown = subject !== undefined && floor !== undefined;
  const ratio = isKnown ? (measured.ratio ?? subject / floor) : undefined;
  const met = isKnown && target !== '' ? meets(ratio ?? Number.NaN, subject) : undefined;
  return {
    what,
    subject: figure(subject, show),
    floor: figure(floor, show),
    ratio,
    spread,
    target,
    met,
    more,
  };
}

/** A row without a target. */
export const untargeted = (measured: Measurement): BenchRow => toRow(measured, '', () => true);

export const ratioAtLeast = (least: number, measured: Measurement): BenchRow =>
  toRow(measured, `ratio at least ${least}`, (ratio) => ratio >= least);

export const ratioAtMost = (most: number, measured: Measurement): BenchRow =>
  toRow(measured, `ratio at most ${most}`, (ratio) => ratio <= most);

export const subjectAtMost = (most: number, measured: Measurement): BenchRow =>
  toRow(measured, `at most ${measured.show(most)}`, (_, subject) => subject <= most);

/** The ratio with its spread, as "2.81 (2.75 to 2.93)". */
export function formatRatio({ ratio, spread }: BenchRow): string {
  if (ratio === undefined) return '–';
  const [least, greatest] = spread ?? [];
  const around =
    least === undefined || greatest === undefined ? '' : ` (${least.toFixed(2)} to ${greatest.toFixed(2)})`;
  return `${ratio.toFixed(2)}${around}`;
}

export function formatVerdict({ met, target }: BenchRow): string {
  return met === undefined ? '' : `${target}: ${met ? 'met' : 'MISSED'}`;
}

export function printRow(row: BenchRow): void {
  const verdict = formatVerdict(row);
  const rest = [row.more, verdict === '' ? '' : `target ${verdict}`].filter((text) => text !== '');
  const line = `${row.subject.text} against ${row.floor.text}: ratio ${formatRatio(row)}`;
  console.log(`${row.what}\n    ${[line, ...rest].join('; ')}`);
}
