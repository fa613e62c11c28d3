// The whole command over the real adapter, as an administrator uses it.
import { afterAll, describe, expect, it } from 'vitest';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { edited, VALID } from '../unit/rules/documents.ts';
import { commandEnvironment, startInstance } from './local-tablestore-rows.ts';

const { server, options } = await startInstance();
afterAll(() => server.close());

const env = { USER: 'ada', ...commandEnvironment(options) };

describe('stint, from an empty instance to applied rules', () => {
  const folder = testFolder();
  folder.write('access.yaml', VALID);
  folder.write('shorter.yaml', edited('Seconds: 1800', 'Seconds: 900'));
  const stint = (...argv: readonly string[]) => folder.stint(argv, env);

  it('is told that the tables are missing, and how to make them', async () => {
    const { exitCode, notes } = await stint('apply', 'access.yaml');
    expect(notes).toContain('run stint tables create');
    expect(exitCode).toBe(3);
  });

  it('makes the tables, once', async () => {
    expect((await stint('tables', 'create')).out).toContain('+ table access');
    const again = await stint('tables', 'create');
    expect(again.out).toContain('table access: there already');
    expect(again).toMatchObject({ exitCode: 0, notes: '' });
  });

  it('plans without writing, then applies the same changes', async () => {
    const plan = await stint('plan', 'access.yaml');
    expect(plan.out).toContain('+ grant own-prefix: anyone of app-users may take media-uploader');
    expect(await stint('plan', 'access.yaml')).toEqual(plan);
    const apply = await stint('apply', 'access.yaml');
    expect(apply.out.split('\n').slice(0, -1)).toEqual(plan.out.split('\n').slice(0, -1));
    expect(apply.out).toMatch(
      /Applied as revision 1 \([a-z0-9]{20}\); in force everywhere within 5 seconds\.$/,
    );
    expect([plan.exitCode, apply.exitCode]).toEqual([0, 0]);
  });

  it('has nothing to do the second time', async () => {
    expect(await stint('apply', 'access.yaml')).toMatchObject({
      exitCode: 0,
      out: 'Nothing to change: these rules are in force.',
    });
  });

  it('gives a change to a program as JSON', async () => {
    const { out } = await stint('apply', '--json', 'shorter.yaml');
    expect(JSON.parse(out)).toMatchObject({
      result: 'applied',
      unreadable: 0,
      access: [
        {
          change: 'changes',
          who: { provider: 'app-users', principal: { kind: 'any' } },
          role: 'media-uploader',
          grant: 'own-prefix',
          permissions: { relation: 'same', gains: [], loses: [] },
          limits: [{ limit: 'maxDurationSeconds', before: 1800, after: 900 }],
        },
      ],
      changes: [{ change: 'changed', kind: 'grant', id: 'own-prefix' }],
    });
  });

  it('plans what it means for people, and fails when a test of the document does', async () => {
    const tests = `tests:\n  - name: nobody\n    as: { provider: app-users, subject: a }\n    role: media-uploader\n    expect: deny\n`;
    folder.write('wider.yaml', `owner: Ada\n${edited('oss:GetObject]', 'oss:*]')}${tests}`);
    const { exitCode, out, notes } = await stint('plan', 'wider.yaml');
    expect(out).toContain(
      'wider.yaml belongs to Ada\n~ anyone of app-users keeps role media-uploader, WIDER',
    );
    expect(out).toContain('Tests of the document: 0 passed, 1 failed.');
    expect(notes).toContain(
      'wider.yaml:35:5: test "nobody": expected deny, came allow: grant own-prefix gives it',
    );
    expect(exitCode).toBe(1);
  });

  it('is told when the key is refused', async () => {
    const { exitCode, notes } = await folder.stint(['apply', 'access.yaml'], {
      ...env,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'wrong',
    });
    expect(notes).toContain('the access key was refused');
    expect(notes).not.toContain('wrong');
    expect(exitCode).toBe(3);
  });
});
