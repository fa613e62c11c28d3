// `stint history`, `diff`, `export` and `rollback` against the local Tablestore: earlier rules come back whole, with the same
// questions as an apply, and whatever fails leaves the old rules or the new ones in force.
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ACCESS } from '../../shared/adapters/tablestore/tables.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { edited, VALID } from '../unit/rules/documents.ts';
import { commandEnvironment, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const { server, options } = await startInstance();
afterAll(() => server.close());
afterEach(() => server.faults.clear());

const rows = openRows(openTablestore(options));
const env = { ...commandEnvironment(options), USER: 'operator' };
const folder = testFolder();
const stint = (...argv: readonly string[]) => folder.stint(argv, env);

const TEST = `tests:
  - { name: staff may, as: { provider: app-users, subject: x, groups: [staff] }, role: media-uploader, expect: allow }
`;
const FIRST = `# a comment\n${VALID}${TEST}`;
const SECOND = edited('Seconds: 1800', 'Seconds: 900');
folder.write('first.yaml', FIRST);
folder.write('second.yaml', SECOND);

const Past = z.object({ number: z.int(), revision: z.string(), inForce: z.boolean() }).loose();
const History = z.strictObject({ format: z.literal(1), revisions: z.array(Past) });
const history = async () => History.parse(JSON.parse((await stint('history', '--json')).out)).revisions;
const inForce = async () => (await history())[0]?.number ?? 0;
const rules = async () => (await stint('export')).out.replace(/^#.*\n/, '');

/** Two revisions more: FIRST, then SECOND in force. Gives the number of FIRST. */
async function applyBoth(): Promise<number> {
  expect((await stint('apply', '--yes', 'first.yaml')).exitCode).toBe(0);
  const first = await inForce();
  expect((await stint('apply', '--yes', 'second.yaml')).exitCode).toBe(0);
  return first;
}

let first = 0;
beforeEach(async () => {
  await stint('tables', 'create');
  first = await applyBoth();
});

describe('stint history', () => {
  it('says who applied what, when, from which files, and what changed', async () => {
    const { out, exitCode } = await stint('history');
    expect(exitCode).toBe(0);
    const [heading, newest, before] = out.split('\n');
    expect(heading).toMatch(/^revision\s+name\s+applied\s+by\s+files\s+what it did$/);
    expect(newest).toMatch(
      /operator \(LTAIcontract\)\s+second\.yaml\s+in force; removes 1 test; changes 1 grant$/,
    );
    expect(before).toMatch(/first\.yaml/);
    expect(out).not.toContain(env.ALIBABA_CLOUD_ACCESS_KEY_SECRET);
    expect(out).not.toContain('only-stint-knows-this');
  });
});

describe('stint diff', () => {
  it('compares with the revision in force, or two revisions, by number or name', async () => {
    const [newest] = await history();
    const { out, exitCode } = await stint('diff', String(first));
    expect(exitCode).toBe(0);
    expect(out).toContain(`From revision ${first} to ${first + 1}: removes 1 test; changes 1 grant.`);
    expect(out).toContain('maxDurationSeconds 1800 → 900');
    expect((await stint('diff', String(first), newest?.revision.slice(0, 8) ?? '')).out).toBe(out);
    const json = JSON.parse((await stint('diff', '--json', String(first + 1), String(first))).out);
    expect(json).toMatchObject({ format: 1, from: first + 1, to: first, totals: { added: { test: 1 } } });
  });
});

describe('stint export', () => {
  it('writes a document that changes nothing, and says what it lacks', async () => {
    const { out, notes, exitCode } = await stint('export', '--rev', String(first));
    expect(exitCode).toBe(0);
    expect(notes).toContain('Comments, the owners of files and their division are not stored');
    expect(out).not.toContain('a comment');
    expect(out).toContain('name: staff may');
    folder.write('exported.yaml', `${out}\n`);
    await stint('apply', '--yes', 'first.yaml');
    expect((await stint('apply', 'exported.yaml')).out).toContain('Nothing to change');
    expect((await stint('fmt', '--check', 'exported.yaml')).exitCode).toBe(0);
  });

  it('writes a file, and never over one', async () => {
    const name = `exported-${first}.yaml`;
    expect(await stint('export', '--out', name)).toMatchObject({ exitCode: 0, out: `${name}: written` });
    const before = folder.read(name);
    expect(await stint('export', '--out', name)).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining('is there already'),
    });
    expect(folder.read(name)).toBe(before);
  });
});

describe('stint rollback', () => {
  it('puts an earlier revision in force as a new one, and says so in the history', async () => {
    const before = (await stint('export', '--rev', String(first))).out.replace(/^#.*\n/, '');
    const { out, exitCode } = await stint('rollback', String(first));
    expect(exitCode).toBe(0);
    expect(out).toContain('Tests of the document: 1 passed, 0 failed.');
    expect(out).toContain(`Applied as revision ${first + 2} (`);
    expect(await rules()).toBe(before);
    expect((await stint('history')).out).toContain(
      `in force; back to ${first}; adds 1 test; changes 1 grant`,
    );
  });

  it('asks before it removes something, and writes nothing where nobody can be asked', async () => {
    await stint('rollback', '--yes', String(first));
    const now = await inForce();
    expect(await stint('rollback', String(first + 1))).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining('This removes 1 test. Nothing was changed'),
    });
    expect(await inForce()).toBe(now);
    const asked = await folder.stint(['rollback', String(first + 1)], env, undefined, async () => 'yes');
    expect(asked.exitCode).toBe(0);
    expect(await inForce()).toBe(now + 1);
  });

  it('shows what it would do with --dry-run', async () => {
    const { out, exitCode } = await stint('rollback', '--dry-run', String(first));
    expect(exitCode).toBe(0);
    expect(out).toContain('Nothing was written: this is what stint rollback would change.');
    expect(await inForce()).toBe(first + 1);
  });

  it.each([
    ['999999', 2, /there is no such revision: \d+ to \d+ are kept/],
    ['0', 2, /a revision is a number/],
    ['-1', 2, /a revision is a number/],
    ['1e3', 2, /a revision is a number/],
    ['head', 2, /a revision is a number/],
    ['../../x', 2, /a revision is a number/],
    ['zzzzzzzzzz', 2, /there is no such revision/],
  ] as const)('refuses %j, and changes nothing', async (text, code, says) => {
    const { exitCode, notes } = await stint('rollback', text);
    expect(exitCode).toBe(code);
    expect(notes).toMatch(says);
    expect(await inForce()).toBe(first + 1);
  });

  it('changes nothing when the revision is in force', async () => {
    expect(await stint('rollback', String(first + 1))).toMatchObject({
      exitCode: 0,
      out: `Nothing to change: revision ${first + 1} is in force.`,
    });
    expect(await inForce()).toBe(first + 1);
  });

  /**
   * @attack A rollback to a revision of which a row was deleted, by a hand in Tablestore or a deletion that broke off: the closer
   *   grant is gone, and a wider one counts
   * @removed the comparison of the rows that are there with the number in the revision's record
   * @failed 1 of 19: refuses a revision that has lost a row: `expected +0 to be 3`
   */
  it('refuses a revision that has lost a row', async () => {
    const { revision } = (await history()).find(({ number }) => number === first) ?? { revision: '' };
    const all = must(await rows.getRange(ACCESS, '0', '{'));
    const lost = all.filter(({ key: [key = ''] }) => key.includes(revision) && key.endsWith('|any'));
    must(await rows.deleteRows(ACCESS, [lost[0]?.key ?? []]));
    const { exitCode, notes } = await stint('rollback', '--yes', String(first));
    expect(exitCode).toBe(3);
    expect(notes).toContain(`revision ${first} cannot be read whole: 1 of its entries`);
    expect(notes).toContain('Nothing was changed.');
    expect(await inForce()).toBe(first + 1);
  });

  it('goes through when Tablestore throttles, and leaves the old rules when it goes on', async () => {
    server.faults.add({ operation: 'BatchWriteRow', kind: 'busy', times: 2 });
    server.faults.add({ operation: 'PutRow', kind: 'busy', times: 1 });
    server.faults.add({ operation: 'GetRange', kind: 'busy', times: 1 });
    expect((await stint('rollback', String(first))).exitCode).toBe(0);
    server.faults.clear();

    const before = await rules();
    for (const operation of ['GetRange', 'BatchWriteRow', 'PutRow'] as const) {
      server.faults.add({ operation, kind: 'busy', times: 100 });
      const { exitCode, notes } = await stint('rollback', '--yes', String(first + 1));
      expect([exitCode, notes]).toEqual([3, expect.stringContaining('OTSServerBusy')]);
      server.faults.clear();
      expect(await rules()).toBe(before);
    }
    expect((await stint('rollback', '--yes', String(first + 1))).exitCode).toBe(0);
    expect(await rules()).not.toBe(before);
  });

  it('lets one of a rollback and an apply at the same time win, and tells the other', async () => {
    folder.write('third.yaml', edited('Seconds: 1800', 'Seconds: 600'));
    const ended = await Promise.all([stint('rollback', String(first)), stint('apply', 'third.yaml')]);
    const lost = ended.filter(({ exitCode }) => exitCode === 3);
    // One may have begun after the other had ended: then both are in the history.
    expect(await inForce()).toBe(first + 3 - lost.length);
    for (const { notes } of lost) expect(notes).toContain('Someone else applied rules meanwhile');
  });
});

describe('before anything was applied', () => {
  it('every command says what to do', async () => {
    const empty = await startInstance();
    const there = { ...commandEnvironment(empty.options) };
    await folder.stint(['tables', 'create'], there);
    expect((await folder.stint(['history'], there)).out).toContain('run stint apply');
    for (const argv of [['export'], ['diff', '1'], ['rollback', '1']])
      expect(await folder.stint(argv, there)).toMatchObject({
        exitCode: 2,
        notes: expect.stringContaining('run stint apply first'),
      });
    folder.write('nothing.yaml', 'version: 1\nproviders: []\nroles: []\ngrants: []\n');
    await folder.stint(['apply', 'nothing.yaml'], there);
    expect((await folder.stint(['export'], there)).notes).not.toContain('An earlier version');
    await empty.server.close();
  });
});
