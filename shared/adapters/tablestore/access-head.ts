// The row that names the access rules in force. Everything else becomes visible, at once, by changing it.
import * as z from 'zod';
import { Revision } from '../../kernel/names.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { HEAD_KEY } from './catalog-keys.ts';
import { CATALOG } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';

const Columns = z.object({
  revision: Revision,
  previous: z.union([Revision, z.literal('')]),
  applied_at: z.iso.datetime(),
  applied_by: z.string(),
  document_sha256: z.string(),
});

export interface AccessHead {
  readonly revision: Revision;
  readonly previous: Revision | undefined;
  readonly appliedAt: Date;
  readonly appliedBy: string;
  readonly documentSha256: string;
}

function toHead({ columns }: Row): AccessHead | undefined {
  const parsed = Columns.safeParse(columns);
  if (!parsed.success) return undefined;
  const { revision, previous, applied_at, applied_by, document_sha256 } = parsed.data;
  return {
    revision,
    previous: previous === '' ? undefined : previous,
    appliedAt: new Date(applied_at),
    appliedBy: applied_by,
    documentSha256: document_sha256,
  };
}

/** Undefined while nothing was ever applied. A head that cannot be read is a fault: it is not replaced blindly. */
export async function readHead(
  rows: TablestoreRows,
): Promise<Result<AccessHead | undefined, TablestoreFault>> {
  const answer = await rows.getRows(CATALOG, [HEAD_KEY]);
  if (!answer.ok) return answer;
  const [row] = answer.value;
  if (!row) return ok(undefined);
  const head = toHead(row);
  return head ? ok(head) : err({ code: 'HeadUnreadable', requestId: undefined });
}

/** Takes effect only if the head is still `base`. */
export function putHead(rows: TablestoreRows, head: AccessHead, base: AccessHead | undefined) {
  const write: RowWrite = {
    table: CATALOG,
    key: HEAD_KEY,
    columns: {
      revision: head.revision,
      previous: head.previous ?? '',
      applied_at: head.appliedAt.toISOString(),
      applied_by: head.appliedBy,
      document_sha256: head.documentSha256,
    },
  };
  return rows.putRowIf(write, base ? { column: 'revision', value: base.revision } : 'absent');
}
