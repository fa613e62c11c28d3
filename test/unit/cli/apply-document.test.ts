// Documents are put in force whole or not at all, with a plan before it, and a failed write says what is in force.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type AccessPlan,
  type ApplyRequest,
  applyDocument,
} from '../../../clients/cli/documents/apply-document.ts';
import { explainApplyFault } from '../../../clients/cli/documents/explain-apply-fault.ts';
import { ACCESS, CATALOG } from '../../../shared/adapters/tablestore/tables.ts';
import { FakeRows } from '../../support/fake-rows.ts';
import { edited, VALID } from '../rules/documents.ts';

const apply = (rows: FakeRows, text = VALID, more: Partial<ApplyRequest> = {}) =>
  applyDocument({
    rows,
    files: [{ name: 'a.yaml', text }],
    appliedBy: 'test',
    now: new Date(0),
    ram: undefined,
    ...more,
  });

const headOf = (rows: FakeRows) => rows.rows(CATALOG).find(({ key }) => key[0] === 'head')?.columns;
const count = (rows: FakeRows) => rows.rows(CATALOG).length + rows.rows(ACCESS).length;

describe('applyDocument', () => {
  it('puts a first document in force and records the hash of its text', async () => {
    const rows = new FakeRows();
    const applied = await apply(rows);
    expect(applied).toMatchObject({ ok: true, value: { result: 'applied', changes: { length: 4 } } });
    expect(headOf(rows)).toMatchObject({
      revision: applied.ok ? applied.value.revision : '',
      previous: '',
      document_sha256: createHash('sha256').update(VALID).digest('hex'),
    });
  });

  it('tells the plan before anything is written', async () => {
    const rows = new FakeRows();
    const rowsAtPlan: number[] = [];
    await apply(rows, VALID, { onPlan: () => rowsAtPlan.push(count(rows)) });
    expect(rowsAtPlan).toEqual([0]);
  });

  it('writes nothing when only asked to plan', async () => {
    const rows = new FakeRows();
    const planned = await apply(rows, VALID, { dryRun: true });
    expect(planned).toMatchObject({
      value: { result: 'planned', changes: { length: 4 }, revision: undefined },
    });
    expect(count(rows)).toBe(0);
  });

  it('leaves the revision in force when nothing changes', async () => {
    const rows = new FakeRows();
    await apply(rows);
    const before = headOf(rows);
    expect(await apply(rows, `# a comment\n${VALID}`)).toMatchObject({
      value: { result: 'unchanged', changes: [], revision: before?.['revision'] },
    });
    expect(headOf(rows)).toEqual(before);
  });

  it('puts even a document without entries in force the first time, so that everything is refused', async () => {
    const rows = new FakeRows();
    const empty = 'version: 1\nproviders: []\nroles: []\ngrants: []\n';
    expect(await apply(rows, empty)).toMatchObject({ value: { result: 'applied' } });
    expect(headOf(rows)).toBeDefined();
  });

  it('replaces rules that cannot be read, and says so, even when nothing else changes', async () => {
    const rows = new FakeRows();
    await apply(rows);
    const [row] = rows.rows(ACCESS);
    if (!row) throw new Error('no row was written');
    await rows.putRows([{ table: ACCESS, key: row.key, columns: { ...row.columns, g_x: 'damaged' } }]);
    const plans: AccessPlan[] = [];
    const applied = await apply(rows, VALID, { onPlan: (plan) => void plans.push(plan) });
    expect(plans).toMatchObject([{ access: [], changes: [], unreadable: 1 }]);
    expect(applied).toMatchObject({ value: { result: 'applied' } });
  });

  it('reads nothing for a document with faults', async () => {
    const rows = new FakeRows();
    rows.intercept = () => {
      throw new Error('the store was asked');
    };
    expect(await apply(rows, edited('id: staff', 'id: own-prefix'))).toMatchObject({
      error: { kind: 'document', faults: [{ file: 'a.yaml', line: 26 }] },
    });
  });

  it('reports progress up to the last row', async () => {
    const progress: string[] = [];
    await apply(new FakeRows(), VALID, {
      onProgress: (done, total) => void progress.push(`${done}/${total}`),
    });
    expect(progress).toEqual(['5/5']);
  });

  it('lets one of two concurrent applies win and tells the other to look again', async () => {
    const rows = new FakeRows();
    const [a, b] = await Promise.all([apply(rows), apply(rows, edited('Seconds: 1800', 'Seconds: 900'))]);
    const [lost, ...more] = [a, b].flatMap((answer) => (answer.ok ? [] : [answer.error]));
    expect(more).toEqual([]);
    expect(lost && explainApplyFault(lost)).toEqual({
      message:
        'Someone else applied rules meanwhile. Nothing was changed: run stint history to see what, then this command again.',
      exitCode: 3,
    });
  });
});

describe('explainApplyFault', () => {
  const fault = (code: string) => ({ code, requestId: '0005-abc' });

  it.each([
    ['not-read', 'OTSObjectNotExist', 'run stint tables create'],
    ['not-read', 'OTSAuthFailed', 'the access key was refused'],
    ['not-written', 'OTSNoPermissionAccess', 'it needs ots:BatchGetRow'],
    ['not-written', 'OTSServerBusy', 'Nothing was changed.'],
    ['unknown', 'Network', 'may or may not be in force'],
  ] as const)('says what to do after %s %s', (kind, code, says) => {
    const explained = explainApplyFault({ kind, fault: fault(code) });
    expect(explained.message).toContain(says);
    expect(explained.message).toContain('(request 0005-abc)');
    expect(explained.exitCode).toBe(3);
  });
});
