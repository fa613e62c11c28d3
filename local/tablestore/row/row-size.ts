// The size of data as Tablestore counts it, for limits and for capacity units.
import { CAPACITY_UNIT_BYTES } from '../ots-limits.ts';
import type { PlainValue } from '../plain-buffer/value.ts';

const FIXED_BYTES: Partial<Record<PlainValue['type'], number>> = { integer: 8, double: 8, boolean: 1 };

interface Named {
  readonly name: string;
  readonly value?: PlainValue | undefined;
}

/** Bytes of a value as Tablestore counts them. */
export function valueBytes(value: PlainValue | undefined): number {
  if (value === undefined) return 0;
  if (value.type === 'string' || value.type === 'blob') return value.value.length;
  return FIXED_BYTES[value.type] ?? 0;
}

/** Bytes of a row as Tablestore counts them: names and values. */
export function rowBytes(row: {
  readonly primaryKey: readonly Named[];
  readonly cells: readonly Named[];
}): number {
  return sumBytes(row.primaryKey) + sumBytes(row.cells);
}

/** Capacity units of 4 KB, rounded up; at least one. */
export function capacityUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / CAPACITY_UNIT_BYTES));
}

function sumBytes(columns: readonly Named[]): number {
  return columns.reduce((sum, { name, value }) => sum + name.length + valueBytes(value), 0);
}
