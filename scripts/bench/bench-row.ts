// A line of the benchmark: what was measured, its floor, their ratio, and whether the target is met. The floor is what any
// program pays for the same work, measured in the same run.

export interface BenchRow {
  readonly what: string;
  readonly subject: string;
  readonly floor: string;
  readonly ratio: number | undefined;
  readonly target: string;
  readonly met: boolean | undefined;
}

export interface Measurement {
  readonly what: string;
  /** Both in the same unit; undefined where this system does not tell. */
  readonly subject: number | undefined;
  readonly floor: number | undefined;
  /** A value with its unit. */
  readonly show: (value: number) => string;
}

/** For `Measurement.show`, of a value in µs. */
export const showMicros = (value: number): string => `${value.toFixed(1)} µs`;

/** Without /proc (macOS) CPU time and memory are not measured. */
const shown = (value: number | undefined, show: Measurement['show']): string =>
  value === undefined ? 'Linux only' : show(value);

function toRow(
  measured: Measurement,
  target: string,
  meets: (ratio: number, subject: number) => boolean,
): BenchRow {
  const { what, subject, floor, show } = measured;
  const known = subject !== undefined && floor !== undefined;
  const ratio = known ? subject / floor : undefined;
  const met = known && target !== '' ? meets(subject / floor, subject) : undefined;
  return { what, subject: shown(subject, show), floor: shown(floor, show), ratio, target, met };
}

/** A row without a target. */
export const untargeted = (measured: Measurement): BenchRow => toRow(measured, '', () => true);

export const ratioAtLeast = (least: number, measured: Measurement): BenchRow =>
  toRow(measured, `ratio at least ${least}`, (ratio) => ratio >= least);

export const ratioAtMost = (most: number, measured: Measurement): BenchRow =>
  toRow(measured, `ratio at most ${most}`, (ratio) => ratio <= most);

export const subjectAtMost = (most: number, measured: Measurement): BenchRow =>
  toRow(measured, `at most ${measured.show(most)}`, (_, subject) => subject <= most);

const verdict = ({ met, target }: BenchRow): string =>
  met === undefined ? '' : `  target ${target}: ${met ? 'met' : 'MISSED'}`;

export function printRow(row: BenchRow): void {
  const ratio = row.ratio === undefined ? '–' : row.ratio.toFixed(2);
  console.log(`${row.what}\n    ${row.subject} against ${row.floor}: ratio ${ratio}${verdict(row)}`);
}
