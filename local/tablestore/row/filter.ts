// Column conditions and read filters: decoded once, then asked of any number of rows. Pure.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';
import type { PlainValue } from '../plain-buffer/value.ts';
import type { StoredRow } from '../store/stored-row.ts';
import { type Comparison, satisfies } from './compare.ts';

export type Filter =
  | {
      readonly kind: 'column';
      readonly comparison: Comparison;
      readonly name: string;
      readonly value: PlainValue;
      readonly passIfMissing: boolean;
      readonly latestVersionOnly: boolean;
    }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter[] };

export interface ColumnPage {
  readonly kind: 'column-page';
  readonly offset: number;
  readonly limit: number;
}

/** Columns that the row lacks, or that the caller did not ask for, are missing. */
export function passes(filter: Filter, row: StoredRow): boolean {
  switch (filter.kind) {
    case 'not':
      return !passes(filter.of, row);
    case 'and':
      return filter.of.every((part) => passes(part, row));
    case 'or':
      return filter.of.some((part) => passes(part, row));
    case 'column': {
      const versions = versionsOf(filter.name, row);
      if (versions.length === 0) return filter.passIfMissing;
      const compared = filter.latestVersionOnly ? versions.slice(0, 1) : versions;
      return compared.some((value) => satisfies(value, filter.comparison, filter.value));
    }
  }
}

/** A condition on a write decides about the row, so it can't be a page of columns. */
export function asCondition(filter: Filter | ColumnPage): Outcome<Filter> {
  if (filter.kind === 'column-page') return invalid('ColumnPaginationFilter is not a condition.');
  return ok(filter);
}

/** Newest first. Primary key columns can be compared too ("Configure a filter"). */
function versionsOf(name: string, row: StoredRow): readonly PlainValue[] {
  const key = row.primaryKey.find((column) => column.name === name);
  if (key !== undefined) return [key.value];
  return row.cells.filter((cell) => cell.name === name).map((cell) => cell.value);
}
