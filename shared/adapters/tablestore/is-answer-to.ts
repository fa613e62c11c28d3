// Whether an answer of Tablestore can be one to the call that was made. HTTP does not say which request an answer is for: after one
// answer too many, every call on a connection would get the rows of the caller before. So what an answer names is compared with what
// was asked. An answer to PutRow, DeleteRow or UpdateRow, and one that rows are missing, names nothing that could be compared.
import type TableStore from 'tablestore';

interface BatchRead {
  readonly tables: readonly { readonly tableName: string; readonly primaryKey: readonly Key[] }[];
}
interface BatchWrite {
  readonly tables: readonly { readonly tableName: string; readonly rows: readonly object[] }[];
}
interface RangeRead {
  readonly inclusiveStartPrimaryKey: Key;
  readonly exclusiveEndPrimaryKey: Key;
  readonly limit?: number;
}
type Key = TableStore.PrimaryKey;
type NamedParts = readonly { readonly name: string; readonly value: unknown }[];
/** What Tablestore charges for. An instance that is paid in another way may count nothing. */
interface Units {
  readonly read?: number;
  readonly write?: number;
}
interface AnsweredRow extends TableStore.BatchRow {
  readonly tableName: string;
  /** The SDK has an empty text where there is none. */
  readonly capacityUnit: Units | '';
}
interface SingleAnswer {
  readonly consumed?: { readonly capacityUnit?: Units };
}

/** `params` and `answer` are those of the SDK for this operation, in its spelling. */
export function isAnswerTo(operation: string, params: object, answer: object): boolean {
  switch (operation) {
    case 'batchGetRow':
      return areRowsAsked(params as BatchRead, answer as { tables: readonly (readonly AnsweredRow[])[] });
    case 'batchWriteRow':
      return areRowsWritten(params as BatchWrite, answer as { tables: readonly AnsweredRow[] });
    case 'getRange':
      return isPartOf(params as RangeRead, answer as TableStore.GetRangeResponse);
    case 'putRow':
    case 'updateRow':
    case 'deleteRow':
      return !isOfRead((answer as SingleAnswer).consumed?.capacityUnit);
    default:
      return true;
  }
}

/** Each row in its place: one in another caller's place would give this caller the other's rights. */
const areRowsAsked = (
  asked: BatchRead,
  { tables }: { tables: readonly (readonly AnsweredRow[])[] },
): boolean =>
  tables.length === asked.tables.length &&
  asked.tables.every(({ tableName, primaryKey }, i) => {
    const rows = tables[i] ?? [];
    return (
      rows.length === primaryKey.length &&
      rows.every(
        (row, j) =>
          row.tableName === tableName && !isOfWrite(row.capacityUnit) && hasKey(row, primaryKey[j] ?? []),
      )
    );
  });

const hasKey = ({ primaryKey }: AnsweredRow, asked: Key): boolean =>
  !primaryKey?.length ||
  (primaryKey.length === asked.length &&
    primaryKey.every(({ name, value }, i) => asked[i]?.[name] === value));

/** The rows of an answer name their table alone. */
function areRowsWritten(asked: BatchWrite, { tables: rows }: { tables: readonly AnsweredRow[] }): boolean {
  const names = asked.tables.flatMap(({ tableName, rows: own }) => own.map(() => tableName));
  return (
    names.length === rows.length &&
    rows.every((row, i) => row.tableName === names[i] && !(row.isOk && isOfRead(row.capacityUnit)))
  );
}

/** Answers to BatchGetRow and BatchWriteRow have one form: the one to a write would read as rows that are missing. */
const isOfWrite = (units: Units | '' = ''): boolean => units !== '' && (units.write ?? 0) > 0;

/** A write with a condition reads as well. */
const isOfRead = (units: Units | '' = ''): boolean =>
  units !== '' && (units.read ?? 0) > 0 && !isOfWrite(units);

/** Rows of the range in their order, and a next page that lies behind them: otherwise a reader of all pages would never end. */
function isPartOf(
  asked: RangeRead,
  { rows, nextStartPrimaryKey: next }: TableStore.GetRangeResponse,
): boolean {
  const [start, end] = [valuesOf(asked.inclusiveStartPrimaryKey), valuesOf(asked.exclusiveEndPrimaryKey)];
  const keys = rows.map(({ primaryKey = [] }) => textsOf(primaryKey));
  const isInOrder = keys.every((key, i) =>
    i === 0 ? compare(key, start) >= 0 : compare(key, keys[i - 1] ?? []) > 0,
  );
  const last = keys.at(-1) ?? start;
  return (
    isInOrder &&
    (keys.length === 0 || compare(last, end) < 0) &&
    keys.length <= (asked.limit ?? Number.POSITIVE_INFINITY) &&
    (!next || compare(textsOf(next), last) > 0)
  );
}

/** Up to the first part that is not text: a bound of the SDK, which stands before every text. */
function valuesOf(key: Key): readonly string[] {
  const values = key.flatMap((part) => Object.values(part));
  const end = values.findIndex((value) => typeof value !== 'string');
  return values.slice(0, end < 0 ? values.length : end).map(String);
}

const textsOf = (key: NamedParts): readonly string[] => key.map(({ value }) => String(value));

/** By the bytes of the parts, as Tablestore sorts. A key stands behind what it begins with. */
function compare(a: readonly string[], b: readonly string[]): number {
  for (const [i, part] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    if (part !== other) return Buffer.compare(Buffer.from(part), Buffer.from(other));
  }
  return a.length - b.length;
}
