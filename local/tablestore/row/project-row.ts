// The part of a row that a read asked for, or nothing if its filter refuses the row.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';
import { COLUMNS_TO_GET_MAX } from '../ots-limits.ts';
import type { ReadOptions } from '../protocol/messages.ts';
import type { StoredCell, StoredRow } from '../store/stored-row.ts';
import { type ColumnPage, decodeFilter, type Filter, passes } from './filter.ts';
import { newestVersions } from './live-row.ts';

export interface Projection {
  readonly columns: ReadonlySet<string> | undefined;
  readonly oldest: bigint | undefined;
  readonly beforeVersion: bigint | undefined;
  readonly maxVersions: number;
  readonly startColumn: string | undefined;
  readonly endColumn: string | undefined;
  readonly filter: Filter | ColumnPage | undefined;
}

/** OTSParameterInvalid for options that do not fit together. */
export function readProjection(options: ReadOptions): Outcome<Projection> {
  const { columnsToGet, timeRange, maxVersions, filter: filterBytes } = options;
  if (columnsToGet.length > COLUMNS_TO_GET_MAX) {
    return invalid(
      `The number of columns from the request exceeds the limit, limit count: ${COLUMNS_TO_GET_MAX}, column count: ${columnsToGet.length}.`,
    );
  }
  if (timeRange === undefined && maxVersions === undefined) {
    return invalid('No version condition is specified while querying row.');
  }
  if (maxVersions !== undefined && maxVersions <= 0) return invalid('MaxVersions must be greater than 0.');
  const filter = filterBytes === undefined ? undefined : decodeFilter(filterBytes);
  if (filter?.ok === false) return filter;
  return ok({
    columns: columnsToGet.length === 0 ? undefined : new Set(columnsToGet),
    ...readVersions(timeRange),
    maxVersions: maxVersions ?? Number.POSITIVE_INFINITY,
    startColumn: options.startColumn,
    endColumn: options.endColumn,
    filter: filter?.value,
  });
}

/** Undefined if the row is not part of the answer. */
export function projectRow(row: StoredRow, projection: Projection): StoredRow | undefined {
  const { columns, filter } = projection;
  const wanted = row.cells.filter((cell) => isWanted(cell, projection));
  const cells = newestVersions(wanted, projection.maxVersions);
  const keyWanted = row.primaryKey.some(({ name }) => columns?.has(name));
  // A row with none of the columns asked for is not returned at all.
  if (cells.length === 0 && !keyWanted && (columns !== undefined || row.cells.length > 0)) return undefined;
  // The filter sees only what was asked for; the rest counts as missing ("Configure a filter").
  const projected = { primaryKey: row.primaryKey, cells };
  if (filter === undefined) return projected;
  if (filter.kind === 'column-page') return { ...projected, cells: pageOf(cells, filter) };
  return passes(filter, projected) ? projected : undefined;
}

function isWanted(cell: StoredCell, projection: Projection): boolean {
  const { columns, oldest, beforeVersion, startColumn, endColumn } = projection;
  if (columns !== undefined && !columns.has(cell.name)) return false;
  if (oldest !== undefined && cell.timestamp < oldest) return false;
  if (beforeVersion !== undefined && cell.timestamp >= beforeVersion) return false;
  if (startColumn !== undefined && cell.name < startColumn) return false;
  return endColumn === undefined || cell.name < endColumn;
}

function pageOf(cells: readonly StoredCell[], { offset, limit }: ColumnPage): StoredCell[] {
  const names = [...new Set(cells.map((cell) => cell.name))].slice(offset, offset + limit);
  return cells.filter((cell) => names.includes(cell.name));
}

/** `[start, end)`, or exactly one version. */
function readVersions(range: ReadOptions['timeRange']): Pick<Projection, 'oldest' | 'beforeVersion'> {
  if (range?.specificTime !== undefined) {
    const version = BigInt(range.specificTime);
    return { oldest: version, beforeVersion: version + 1n };
  }
  return {
    oldest: range?.startTime === undefined ? undefined : BigInt(range.startTime),
    beforeVersion: range?.endTime === undefined ? undefined : BigInt(range.endTime),
  };
}
