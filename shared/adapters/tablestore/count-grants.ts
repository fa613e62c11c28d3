// How many grants of a revision are for some of its recipients. The keys of `access` spread neighbours, so that every row is read.
import type { Revision } from '../../kernel/names.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Recipient } from '../../rules/document/compiled-access.ts';
import { recipientOf, revisionOf } from './access-rows.ts';
import { ACCESS } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { RowPage, TablestoreRows } from './tablestore-rows.ts';

const PAGE_ROWS = 1_000;
/** Keys begin with a hexadecimal digit. */
const [FIRST, AFTER_LAST] = ['0', 'g'];

export interface CountedGrants {
  readonly grants: number;
  /** False: the time was over, and there may be more. */
  readonly isWhole: boolean;
}

/** Reads until all are counted or `isOver`. `counts`: whether a grant to this recipient does. */
export async function countGrants(
  rows: Pick<TablestoreRows, 'getPage'>,
  revision: Revision,
  counts: (recipient: Recipient) => boolean,
  isOver: () => boolean,
): Promise<Result<CountedGrants, TablestoreFault>> {
  let grants = 0;
  let from: readonly string[] | undefined = [FIRST];
  while (from !== undefined) {
    const page: Result<RowPage, TablestoreFault> = await rows.getPage(ACCESS, {
      from,
      to: [AFTER_LAST],
      limit: PAGE_ROWS,
    });
    if (!page.ok) return page;
    for (const row of page.value.rows) {
      const recipient = revisionOf(row) === revision ? recipientOf(row.key[0] ?? '') : undefined;
      if (recipient && counts(recipient)) grants += Object.keys(row.columns).length;
    }
    from = page.value.next;
    if (from !== undefined && isOver()) return ok({ grants, isWhole: false });
  }
  return ok({ grants, isWhole: true });
}
