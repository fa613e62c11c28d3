// The commands that read access documents and need no network: files and folders, tests, lint, layout.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyDocument } from '../../../clients/cli/documents/apply-document.ts';
import { explainApplyFault } from '../../../clients/cli/documents/explain-apply-fault.ts';
import { ACCESS, CATALOG } from '../../../shared/adapters/tablestore/tables.ts';
import { FakeRows } from '../../support/fake-rows.ts';
import { edited, VALID } from '../rules/documents.ts';
import { testFolder } from './test-terminal.ts';

const TESTS = `tests:
  - name: staff may take the role
    as: { provider: app-users, subject: ada, groups: [staff] }
    role: media-uploader
    expect: allow
  - name: nobody else may
    as: { provider: app-users, subject: "?" }
    role: media-uploader
    expect: deny
`;
const TESTED = VALID + TESTS;
const FAILING = edited('expect: deny', 'expect: allow', TESTED);
const MORE = `version: 1
grants:
  - id: extra
    to: { provider: app-users, subject: ada }
    role: media-uploader
    sessionPolicy: inherit
`;

function folderOf(files: Readonly<Record<string, string>>) {
  const folder = testFolder();
  for (const [name, content] of Object.entries(files)) folder.write(name, content);
  return folder;
}

describe('files and folders', () => {
  it('are taken together, in the order of their names', async () => {
    const folder = folderOf({
      'access/b.yaml': edited('id: extra', 'id: staff', MORE),
      'access/a.yml': VALID,
      'access/notes.txt': 'not YAML: [',
      'access/.hidden.yaml': 'not YAML: [',
      'access/deeper/c.yaml': 'not YAML: [',
    });
    const { exitCode, notes } = await folder.stint(['validate', 'access']);
    expect(notes).toContain(
      'access/b.yaml:3:5: grants[0].id: give it an id of its own: access/a.yml:26 has the same',
    );
    expect(exitCode).toBe(1);
  });

  it('may be named several times, and count once', async () => {
    const folder = folderOf({ 'access/a.yaml': VALID, 'more.yaml': MORE });
    const { out } = await folder.stint(['validate', 'more.yaml', 'access', './access/a.yaml']);
    expect(out).toContain('valid; 1 providers, 1 roles, 3 grants');
  });

  it('are refused when a folder holds no document', async () => {
    const { exitCode, notes } = await folderOf({ 'access/readme.md': '' }).stint(['lint', 'access']);
    expect([exitCode, notes]).toEqual([2, 'no file in access ends in .yaml or .yml']);
  });
});

describe('stint test', () => {
  it('says how many passed', async () => {
    const run = await folderOf({ 'a.yaml': TESTED }).stint(['test', 'a.yaml']);
    expect(run).toEqual({ exitCode: 0, out: '2 passed, 0 failed', notes: '' });
  });

  it('names file, line, expectation and reason of each failure, and exits with 1', async () => {
    const run = await folderOf({ 'a.yaml': FAILING }).stint(['test', 'a.yaml']);
    expect(run).toEqual({
      exitCode: 1,
      out: '1 passed, 1 failed',
      notes:
        'a.yaml:38:5: test "nobody else may": expected allow, came denied: claim-unusable (grant own-prefix)',
    });
  });

  it('gives the failures to a program as JSON', async () => {
    const { out } = await folderOf({ 'a.yaml': FAILING }).stint(['test', '--json', 'a.yaml']);
    expect(JSON.parse(out)).toMatchObject({ passed: 1, failed: 1, failures: [{ file: 'a.yaml', line: 38 }] });
  });

  it('does not let a name steer the terminal', async () => {
    const text = edited('name: nobody else may', 'name: "\\e[2J"', FAILING);
    expect((await folderOf({ 'a.yaml': text }).stint(['test', 'a.yaml'])).notes).toContain('test "?[2J"');
  });

  it('is told of a document with faults', async () => {
    const run = await folderOf({ 'a.yaml': edited('kind: oidc', 'kind: saml', TESTED) }).stint([
      'test',
      'a.yaml',
    ]);
    expect([run.exitCode, run.out]).toEqual([1, '']);
  });
});

describe('stint lint', () => {
  const WARNINGS = [
    'a.yaml:14:5: warning anyone-without-condition: grants[0].to: ',
    'a.yaml:25:20: warning short-lifetime: grants[0].constraints.effectiveSeconds: ',
    'a.yaml:29:5: warning inherits-role: grants[1].sessionPolicy: ',
    '3 warnings',
  ];

  it('names file, line, code, reason and fix, in the order of the lines', async () => {
    const { exitCode, out } = await folderOf({ 'a.yaml': VALID }).stint(['lint', 'a.yaml']);
    const lines = out.split('\n');
    expect(lines.map((line, i) => line.slice(0, WARNINGS[i]?.length))).toEqual(WARNINGS);
    expect(exitCode).toBe(0);
  });

  it('fails with --strict', async () => {
    expect((await folderOf({ 'a.yaml': VALID }).stint(['lint', '--strict', 'a.yaml'])).exitCode).toBe(1);
  });

  it('shows the first hundred, and how many there are', async () => {
    const grants = Array.from({ length: 150 }, (_, i) =>
      MORE.slice(MORE.indexOf('  -')).replace('extra', `e${i}`).replace('ada', `u${i}`),
    );
    const { out } = await folderOf({ 'a.yaml': VALID + grants.join('') }).stint(['lint', '--json', 'a.yaml']);
    expect(JSON.parse(out)).toMatchObject({ total: 153, shown: { length: 100 } });
  });
});

describe('stint fmt', () => {
  const MESSY = edited('kind: oidc', "kind:   'oidc'");

  it('lays a file out, once, and keeps what it means', async () => {
    const folder = folderOf({ 'a.yaml': MESSY });
    expect(await folder.stint(['fmt', 'a.yaml'])).toEqual({
      exitCode: 0,
      out: 'a.yaml: laid out',
      notes: '',
    });
    expect((await folder.stint(['validate', 'a.yaml'])).exitCode).toBe(0);
    expect(await folder.stint(['fmt', '--check', 'a.yaml'])).toEqual({ exitCode: 0, out: '', notes: '' });
  });

  it('writes nothing with --check, and fails', async () => {
    const folder = folderOf({ 'a.yaml': MESSY });
    expect(await folder.stint(['fmt', '--check', 'a.yaml'])).toMatchObject({
      exitCode: 1,
      out: 'a.yaml: run stint fmt',
    });
    expect(readFileSync(join(folder.path, 'a.yaml'), 'utf8')).toBe(MESSY);
  });

  it('leaves what is not YAML, and says where', async () => {
    const run = await folderOf({ 'a.yaml': 'a: [' }).stint(['fmt', 'a.yaml']);
    expect(run.exitCode).toBe(1);
    expect(run.notes).toContain('a.yaml:1:5: correct the YAML');
  });
});

describe('applying a document with tests', () => {
  const apply = (rows: FakeRows, text: string, more = {}) =>
    applyDocument({
      rows,
      files: [{ name: 'a.yaml', text }],
      appliedBy: 'test',
      now: new Date(0),
      ram: undefined,
      ...more,
    });
  const count = (rows: FakeRows) => rows.rows(CATALOG).length + rows.rows(ACCESS).length;

  it('is done when they pass, and keeps them where vend does not read', async () => {
    const [tested, plain] = [new FakeRows(), new FakeRows()];
    expect(await apply(tested, TESTED)).toMatchObject({ value: { result: 'applied', tests: { passed: 2 } } });
    await apply(plain, VALID);
    const kinds = (rows: FakeRows) =>
      rows.rows(CATALOG).map(({ key: [kind = ''] }) => kind.replace(/^[0-9a-f]{20}/, 'revision'));
    expect(kinds(tested).sort()).toEqual([...kinds(plain), 'revision+document'].sort());
    expect(count(tested)).toBe(count(plain) + 1);
    expect(await apply(tested, TESTED)).toMatchObject({ value: { result: 'unchanged' } });
    expect(await apply(tested, VALID)).toMatchObject({ value: { totals: { removed: { test: 2 } } } });
  });

  it('is refused when one fails, before anything is read', async () => {
    const rows = new FakeRows();
    rows.intercept = () => {
      throw new Error('the store was asked');
    };
    const refused = await apply(rows, FAILING);
    expect(refused).toMatchObject({ ok: false, error: { kind: 'tests', tests: { passed: 1, failed: 1 } } });
    expect(!refused.ok && explainApplyFault(refused.error)).toEqual({
      message:
        'a.yaml:38:5: test "nobody else may": expected allow, came denied: claim-unusable (grant own-prefix)\nTests of the document: 1 passed, 1 failed.\nNothing was changed.',
      exitCode: 1,
    });
  });

  it('is planned all the same, with their result', async () => {
    const planned = await apply(new FakeRows(), FAILING, { dryRun: true });
    expect(planned).toMatchObject({
      value: { result: 'planned', tests: { failed: 1 }, access: { length: 2 } },
    });
  });

  it('is refused with --strict for a warning', async () => {
    const refused = await apply(new FakeRows(), TESTED, { strict: true });
    expect(refused).toMatchObject({ ok: false, error: { kind: 'warnings', warnings: { total: 3 } } });
    expect(!refused.ok && explainApplyFault(refused.error).exitCode).toBe(1);
  });
});
