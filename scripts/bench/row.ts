// One line of the benchmark's table.

export interface BenchRow {
  readonly what: string;
  readonly subject: string;
  readonly floor: string;
  readonly ratio: number | undefined;
  readonly target: string;
  readonly met: boolean | undefined;
}

export interface Measured {
  readonly what: string;
  readonly subject: number | undefined;
  readonly floor: number | undefined;
  readonly show: (value: number) => string;
}

/** Without /proc (macOS) CPU time and memory are not measured. */
const shown = (value: number | undefined, show: Measured['show']): string =>
  value === undefined ? 'Linux only' : show(value);

function toRow(
  measured: Measured,
  target: string,
  meets: (ratio: number, subject: number) => boolean,
): BenchRow {
  const { what, subject, floor, show } = measured;
  const known = subject !== undefined && floor !== undefined;
  const ratio = known ? subject / floor : undefined;
  const met = known && target !== '' ? meets(subject / floor, subject) : undefined;
  return { what, subject: shown(subject, show), floor: shown(floor, show), ratio, target, met };
}

export const untargeted = (measured: Measured): BenchRow => toRow(measured, '', () => true);

export const ratioAtLeast = (least: number, measured: Measured): BenchRow =>
  toRow(measured, `ratio at least ${least}`, (ratio) => ratio >= least);

export const ratioAtMost = (most: number, measured: Measured): BenchRow =>
  toRow(measured, `ratio at most ${most}`, (ratio) => ratio <= most);

export const subjectAtMost = (most: number, measured: Measured): BenchRow =>
  toRow(measured, `at most ${measured.show(most)}`, (_, subject) => subject <= most);

const verdict = ({ met, target }: BenchRow): string =>
  met === undefined ? '' : `  target ${target}: ${met ? 'met' : 'MISSED'}`;

export function printRow(row: BenchRow): void {
  const ratio = row.ratio === undefined ? '–' : row.ratio.toFixed(2);
  console.log(`${row.what}\n    ${row.subject} against ${row.floor}: ratio ${ratio}${verdict(row)}`);
}
