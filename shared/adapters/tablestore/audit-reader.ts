// The audit trail in the order of time. Table `audit` is sharded, so each shard is read by ranges of its key, a page at a time,
// and the shards are merged: no read goes outside the range, and memory holds a few pages of each shard.
import * as z from 'zod';
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { AUDIT } from './tables.ts';
import { AUDIT_SHARDS } from './tablestore-audit-log.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, RowPage, TablestoreRows } from './tablestore-rows.ts';

/** Small, so that the first rows of a long range appear at once: 64 rows took twice the time, most of it to decode them. */
const FIRST_PAGE_ROWS = 16;
/** A page of each shard, and the next one. Measured with 10^6 rows: `stint audit` takes 145 MB, and 185 MB with pages of 500. */
const PAGE_ROWS = 200;
/** After every time, which begins with a digit. */
const AFTER_ALL_TIMES = '~';

export interface AuditRange {
  /** From this time on. */
  readonly since: Date;
  /** Rows before this time. Undefined: all, also those of an instance whose clock is ahead. */
  readonly until?: Date | undefined;
  /** Tablestore itself leaves out the others. */
  readonly outcome?: 'granted' | 'refused' | undefined;
}

const Event = z.record(z.string(), z.unknown());

/** One row of the audit trail. */
export interface AuditRow {
  /** Of this row and no other. */
  readonly id: string;
  /** ISO 8601 in UTC, by the clock of the instance that wrote it. */
  readonly at: string;
  /** The request's id, with a number behind it if the request wrote several rows. */
  readonly request: string;
  /** The members of AuditEvent. Undefined: the row cannot be read. */
  readonly event: Readonly<Record<string, unknown>> | undefined;
}

function toAuditRow({ key, columns }: Row): AuditRow {
  const [, at = '', request = ''] = key;
  return { id: key.join('|'), at, request, event: readJson(Event, columns['event']) };
}

type Rows = Pick<TablestoreRows, 'getPage'>;

/** The rows of one shard, in the order of time. */
class ShardReader {
  readonly #read: (from: readonly string[], limit: number) => Promise<Result<RowPage, TablestoreFault>>;
  #coming: Promise<Result<RowPage, TablestoreFault>> | undefined;
  #next: readonly string[] | undefined;
  #rows: readonly Row[] = [];
  #taken = 0;

  constructor(rows: Rows, shard: string, { since, until, outcome }: AuditRange) {
    const to = [shard, until?.toISOString() ?? AFTER_ALL_TIMES];
    const having = outcome && { column: 'outcome', value: outcome };
    this.#read = (from, limit) => rows.getPage(AUDIT, { from, to, limit, having });
    this.#coming = this.#read([shard, since.toISOString()], FIRST_PAGE_ROWS);
  }

  /** The earliest row that was not taken yet; undefined after the last. */
  async first(): Promise<Result<Row | undefined, TablestoreFault>> {
    while (this.#taken === this.#rows.length && this.#coming !== undefined) {
      const page = await this.#coming;
      if (!page.ok) return page;
      const { rows, next } = page.value;
      this.#next = next;
      this.#coming = undefined;
      this.#rows = rows;
      this.#taken = 0;
      if (rows.length === 0) this.#readOn();
    }
    return ok(this.#rows[this.#taken]);
  }

  take(): void {
    this.#taken += 1;
    // Read while the rest of this page is shown, and not before: the first rows do not wait for it.
    if (this.#taken === 1) this.#readOn();
  }

  #readOn(): void {
    this.#coming = this.#next && this.#read(this.#next, PAGE_ROWS);
  }
}

/** By time, then by request: the shard says nothing. */
function isBefore(
  { key: [, at = '', request = ''] }: Row,
  { key: [, otherAt = '', other = ''] }: Row,
): boolean {
  return at === otherAt ? request < other : at < otherAt;
}

/** Reads the rows of the range, the earliest first. A fault of Tablestore is the last value. */
export async function* readAudit(
  rows: Rows,
  range: AuditRange,
): AsyncGenerator<Result<AuditRow, TablestoreFault>, void> {
  if (range.until && range.until <= range.since) return;
  const shards = AUDIT_SHARDS.map((shard) => new ShardReader(rows, shard, range));
  const heads = new Map<ShardReader, Row>();
  const advance = async (shard: ShardReader): Promise<TablestoreFault | undefined> => {
    const head = await shard.first();
    if (!head.ok) return head.error;
    if (head.value) heads.set(shard, head.value);
    else heads.delete(shard);
    return undefined;
  };
  const faults = await Promise.all(shards.map(advance));
  let fault = faults.find((one) => one !== undefined);
  while (!fault) {
    const earliest = pickEarliest(heads);
    if (!earliest) return;
    const [shard, row] = earliest;
    yield ok(toAuditRow(row));
    shard.take();
    fault = await advance(shard);
  }
  yield err(fault);
}

function pickEarliest(heads: ReadonlyMap<ShardReader, Row>): readonly [ShardReader, Row] | undefined {
  let earliest: readonly [ShardReader, Row] | undefined;
  for (const head of heads) if (!earliest || isBefore(head[1], earliest[1])) earliest = head;
  return earliest;
}
