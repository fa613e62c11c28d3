// The condition of a write, checked against the row as it is now.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome, refuse } from '../errors.ts';
import { type ConditionMessage, ROW_EXISTENCE } from '../protocol/messages.ts';
import type { StoredRow } from '../store/stored-row.ts';
import { asCondition, decodeFilter, type Filter, passes } from './filter.ts';

export interface RowCondition {
  readonly rowExistence: number;
  readonly column: Filter | undefined;
}

/** OTSParameterInvalid for a condition that cannot be read. */
export function decodeCondition(message: ConditionMessage): Outcome<RowCondition> {
  const { rowExistence, columnCondition } = message;
  if (!Object.values<number>(ROW_EXISTENCE).includes(rowExistence)) return invalid('Invalid condition.');
  if (columnCondition === undefined) return ok({ rowExistence, column: undefined });
  const filter = decodeFilter(columnCondition);
  if (!filter.ok) return filter;
  const column = asCondition(filter.value);
  return column.ok ? ok({ rowExistence, column: column.value }) : column;
}

/** OTSConditionCheckFail unless the row, or its absence, meets the condition. */
export function checkCondition(condition: RowCondition, row: StoredRow | undefined): Outcome<undefined> {
  const { rowExistence, column } = condition;
  const expected =
    rowExistence === ROW_EXISTENCE.ignore ||
    (rowExistence === ROW_EXISTENCE.expectExist) === (row !== undefined);
  // Of a row that is not there, every column is missing.
  const holds = column === undefined || passes(column, row ?? { primaryKey: [], cells: [] });
  return expected && holds ? ok(undefined) : refuse('OTSConditionCheckFail', 'Condition check failed.');
}

/** A write that looks at the row first is billed for reading it, too. */
export function readsFirst(condition: RowCondition): boolean {
  return condition.rowExistence !== ROW_EXISTENCE.ignore || condition.column !== undefined;
}
