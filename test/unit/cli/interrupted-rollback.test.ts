// A rollback that is interrupted at any of its calls leaves the old rules or the new ones in force, whole; run again, it ends.
import { expect, it } from 'vitest';
import { applyDocument } from '../../../clients/cli/documents/apply-document.ts';
import { readCurrentAccess } from '../../../shared/adapters/tablestore/applied-access.ts';
import type { DocumentFiles } from '../../../shared/rules/compile/read-documents.ts';
import { exportDocuments } from '../../../shared/rules/review/export-document.ts';
import { must } from '../../contract/must.ts';
import { FakeRows, type Interception } from '../../support/fake-rows.ts';
import { accepted, edited, VALID } from '../rules/documents.ts';

const OLD = edited('Seconds: 1800', 'Seconds: 900');
const apply = (rows: FakeRows, files: DocumentFiles) =>
  applyDocument({ rows, files, appliedBy: 'test', now: new Date(), ram: undefined });

/** More revisions than are kept, so that old rows are deleted too; `VALID` is in the history, and `OLD` in force. */
async function prepare(): Promise<{ rows: FakeRows; files: DocumentFiles }> {
  const rows = new FakeRows();
  for (let i = 0; i < 12; i += 1) must(await apply(rows, [{ name: 'a', text: i % 2 ? OLD : VALID }]));
  const { history } = must(await readCurrentAccess(rows));
  const target = history[1]?.revision;
  if (!target) throw new Error('there is no revision before');
  const earlier = must(await readCurrentAccess(rows, [target])).earlier.get(target);
  if (!earlier?.supplement) throw new Error('the revision before cannot be read');
  const { access, supplement } = earlier;
  return { rows, files: must(exportDocuments({ access, supplement, comment: 'x' })) };
}

const inForce = async (rows: FakeRows) => must(await readCurrentAccess(rows));

/** `how` is what the call does that is interrupted: nothing, or its work without an answer. */
function interruptAt(rows: FakeRows, call: number, how: 'before' | 'throttled'): () => number {
  let calls = 0;
  const intercept: Interception = () => {
    calls += 1;
    if (calls < call) return undefined;
    if (how === 'before') throw new Error('killed');
    return { code: 'OTSServerBusy', requestId: undefined };
  };
  rows.intercept = intercept;
  return () => calls;
}

it.each(['before', 'throttled'] as const)('at every call: %s', async (how) => {
  let interrupted = 0;
  for (let call = 1; ; call += 1) {
    const { rows, files } = await prepare();
    const calls = interruptAt(rows, call, how);
    const ended = await apply(rows, files).catch(() => undefined);
    if (calls() < call) break;
    interrupted += 1;
    rows.intercept = () => undefined;
    const { access, unreadable, head } = await inForce(rows);
    expect(unreadable).toBe(0);
    expect([accepted(VALID), accepted(OLD)]).toContainEqual(access);
    // What was reported as done is done, and what was not done left nothing that counts.
    if (ended?.ok) expect(access).toEqual(accepted(VALID));

    expect(await apply(rows, files)).toMatchObject({ ok: true });
    const after = await inForce(rows);
    expect(after).toMatchObject({ access: accepted(VALID), unreadable: 0 });
    const numbers = after.history.map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) - i));
    expect(head).toBeDefined();
  }
  expect(interrupted).toBeGreaterThan(4);
});
