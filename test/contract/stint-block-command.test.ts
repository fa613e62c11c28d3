// `stint block`, `stint blocks` and `stint unblock` over the real adapter, as an operator uses them, and what instances then read.
import { afterAll, describe, expect, it } from 'vitest';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { VALID } from '../unit/rules/documents.ts';
import { commandEnvironment, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const { server, options } = await startInstance();
afterAll(() => server.close());

const env = { USER: 'ada', ...commandEnvironment(options) };
const folder = testFolder();
folder.write('access.yaml', VALID);
const stint = (...argv: readonly string[]) => folder.stint(argv, env);

const rows = openRows(openTablestore(options));
/** As an instance that starts now reads it. */
const blocked = async () =>
  must(await createRulesStore(rows, { now: () => new Date() }).current()).blocks.all.map(
    ({ kind, name }) => `${kind} ${name}`,
  );

describe('stint block', () => {
  it('reaches instances, and says until when, who is out and how to end it', async () => {
    await stint('tables', 'create');
    await stint('apply', 'access.yaml');
    const { exitCode, out } = await stint('block', 'app-users:mallory', '--for', '4h', '--reason', 'INC-1');
    expect([exitCode, await blocked()]).toEqual([0, ['subject app-users:mallory']]);
    expect(out).toMatch(/^b-[0-9a-f]{8}: blocked subject app-users:mallory until \d{4}-/);
    expect(out).toMatch(/5 seconds.*\n.*stint unblock b-/);
  });

  it('is not undone by an apply', async () => {
    folder.write('other.yaml', VALID.replace('Seconds: 1800', 'Seconds: 900'));
    expect((await stint('apply', 'other.yaml')).exitCode).toBe(0);
    expect(await blocked()).toEqual(['subject app-users:mallory']);
  });

  it('locks nobody out by a whole provider without being told so', async () => {
    const words = ['block', 'app-users', '--for', '1h', '--reason', 'INC-2'];
    const { exitCode, notes } = await stint(...words);
    expect([exitCode, notes]).toEqual([2, expect.stringContaining('add --yes')]);
    // Of the two revisions that Tablestore has, those of the one in force.
    expect(notes).toContain('They lose what 2 grants of the rules in force give them.');
    expect((await folder.stint(words, env, undefined, async () => 'no')).exitCode).toBe(2);
    expect(await blocked()).toEqual(['subject app-users:mallory']);
    expect((await stint(...words, '--yes')).exitCode).toBe(0);
    expect(await blocked()).toEqual(['subject app-users:mallory', 'provider app-users']);
  });

  it.each([
    [['block', 'nobody', '--for', '1h', '--reason', 'x'], 'no provider, connection or role'],
    [['block', 'app-users:a', '--for', '91d', '--reason', 'x'], '90 days at most'],
    [['block', 'app-users:a', '--for', '1h', '--reason', ' '], 'give a reason'],
    [['block', 'app-users:*', '--for', '1h', '--reason', 'x'], '* in it stands for nothing'],
    [['block', 'group:app-users:eng*', '--for', '1h', '--reason', 'x'], '* in it stands for nothing'],
    [['block', 'app-users:a', '--reason', 'x'], "required option '--for"],
    [['block', `app-users:${'a'.repeat(591)}`, '--for', '1h', '--reason', 'x'], 'at most 600 characters'],
    [['unblock', 'b-00000000'], 'no block b-00000000 is in force'],
    [['unblock', 'mallory'], 'give the id'],
  ])('%j is refused', async (words, message) => {
    expect(await stint(...words)).toMatchObject({ exitCode: 2, notes: expect.stringContaining(message) });
  });

  it('is listed, with its author and reason, and ended by its id', async () => {
    const { out } = await stint('blocks');
    const line = out.split('\n').find((one) => one.includes('app-users:mallory')) ?? '';
    expect(line).toMatch(/subject .*ada \(.*app-users:mallory +INC-1$/);
    const [id = ''] = line.split(' ');
    expect((await stint('unblock', id)).exitCode).toBe(0);
    expect(JSON.parse((await stint('blocks', '--json')).out)).toMatchObject({
      format: 1,
      blocks: [{ kind: 'provider', name: 'app-users', reason: 'INC-2' }],
    });
  });

  it('asks before it blocks a group that the filter of its provider leaves out: no caller comes with it', async () => {
    folder.write('filter.yaml', VALID.replace('groups: groups', 'groups: { claim: groups, prefix: staff }'));
    expect((await stint('apply', '--yes', 'filter.yaml')).exitCode).toBe(0);
    const block = (group: string, ...more: readonly string[]) =>
      stint('block', `group:app-users:${group}`, '--for', '1h', '--reason', 'x', ...more);
    const before = await blocked();
    const lost = await block('contractors');
    expect([lost.exitCode, lost.notes]).toEqual([
      2,
      expect.stringContaining('its filter leaves this one out'),
    ]);
    expect(await blocked()).toEqual(before);
    expect((await block('contractors', '--yes')).exitCode).toBe(0);
    expect(await block('staff')).toMatchObject({ exitCode: 0, notes: '' });
  });

  it('says that people can still sign in, of a provider that trusts the sign-on of the deployment itself', async () => {
    folder.write('own.yaml', VALID.replace('https://id.example.com', 'https://vend.example.com/login'));
    expect((await stint('apply', '--yes', 'own.yaml')).exitCode).toBe(0);
    const [provider, group] = [
      await stint('block', 'app-users', '--for', '1h', '--reason', 'x', '--yes'),
      await stint('block', 'group:app-users:eng', '--for', '1h', '--reason', 'x'),
    ];
    for (const { out } of [provider, group]) expect(out).toContain('can still sign in');
  });
});
