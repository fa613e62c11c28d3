// Checks a primary key against the table's schema. Codes and wording are as the live service's clients have recorded them.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome, refuse } from '../errors.ts';
import { PRIMARY_KEY_VALUE_MAX_BYTES } from '../ots-limits.ts';
import type { PrimaryKeyColumn } from '../plain-buffer/value.ts';
import type { StoredTable } from '../store/table.ts';
import { valueBytes } from './row-size.ts';

export type PrimaryKeyUse = 'row' | 'bound';

const invalidKey = (message: string) => refuse('OTSInvalidPK', message);

/** `bound` also allows INF_MIN and INF_MAX, for ranges. */
export function checkPrimaryKey(
  table: StoredTable,
  primaryKey: readonly PrimaryKeyColumn[],
  use: PrimaryKeyUse,
): Outcome<undefined> {
  const { length } = table.primaryKey;
  if (primaryKey.length !== length) {
    return invalidKey(`Validate PK size fail. Input: ${primaryKey.length}, Meta: ${length}.`);
  }
  for (const [index, defined] of table.primaryKey.entries()) {
    const column = primaryKey[index];
    if (column?.name !== defined.name) {
      return invalidKey(`Validate PK name fail. Input: ${column?.name}, Meta: ${defined.name}.`);
    }
    const infinite = column.value.type === 'inf-min' || column.value.type === 'inf-max';
    if (infinite && use === 'bound') continue;
    if (infinite) return invalid(`${column.value.type} is an invalid type for the primary key.`);
    if (column.value.type !== defined.type) {
      return invalidKey(`Validate PK type fail. Input: ${column.value.type}, Meta: ${defined.type}.`);
    }
    const bytes = valueBytes(column.value);
    if (bytes > PRIMARY_KEY_VALUE_MAX_BYTES) {
      return invalid(
        `The length of primary key column: '${column.name}' exceeds the MaxLength: ${PRIMARY_KEY_VALUE_MAX_BYTES} with CurrentLength: ${bytes}.`,
      );
    }
  }
  return ok(undefined);
}
