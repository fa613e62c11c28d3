// `stint apply` of a document that takes something away: asked about on a terminal, and refused where nobody sits at one.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { edited, VALID } from '../unit/rules/documents.ts';
import { commandEnvironment, startInstance } from './local-tablestore-rows.ts';

const { server, options } = await startInstance();
afterAll(() => server.close());

const env = commandEnvironment(options);
const SIGN_ON = `signOn:
  connections:
    - { id: corporate, kind: oidc, name: Example Corp, issuer: "https://sso.example.com", clientId: stint }
`;
const EMPTY = 'version: 1\nproviders: []\nroles: []\ngrants: []\n';
const GOES = '2 grants, 1 provider, 1 role and how people sign in';

const folder = testFolder();
folder.write('all.yaml', `${VALID}${SIGN_ON}`);
folder.write('renamed.yaml', `${edited('own-prefix', 'another-name')}${SIGN_ON}`);
folder.write('empty.yaml', EMPTY);
const stint = (...argv: readonly string[]) => folder.stint(argv, env);
const isAllInForce = async () => (await stint('apply', 'all.yaml')).out.startsWith('Nothing to change');

beforeEach(async () => {
  await stint('tables', 'create');
  expect((await stint('apply', '--yes', 'all.yaml')).exitCode).toBe(0);
});

describe('a document that takes something away', () => {
  it.each([
    ['everything', ['empty.yaml'], GOES],
    ['everything, for a program', ['--json', 'empty.yaml'], GOES],
    ['a grant, by giving it another name', ['renamed.yaml'], '1 grant'],
  ])('is refused where nobody can be asked: %s', async (_, argv, goes) => {
    const { exitCode, notes } = await stint('apply', ...argv);
    expect(exitCode).toBe(2);
    expect(notes).toContain(`This removes ${goes}. Nothing was changed`);
    expect(notes).toContain('--yes');
    expect(await isAllInForce()).toBe(true);
  });

  it('is in force with --yes', async () => {
    const { exitCode, out } = await stint('apply', '--yes', 'empty.yaml');
    expect([exitCode, out.split('\n').at(-1)]).toEqual([0, expect.stringContaining('Applied as revision')]);
  });

  it.each([
    ['yes', 0, false],
    [' yes ', 0, false],
    ['', 2, true],
    ['no', 2, true],
    ['y', 2, true],
  ])('is asked about on a terminal, with the totals: %j', async (answer, exitCode, isAsBefore) => {
    const asked: string[] = [];
    const run = await folder.stint(['apply', 'empty.yaml'], env, undefined, async (question) => {
      asked.push(question);
      return answer;
    });
    expect(run).toMatchObject({ exitCode, notes: expect.stringContaining(`This removes ${GOES}.`) });
    expect(asked).toEqual(['Type yes to apply it: ']);
    if (isAsBefore) expect(await isAllInForce()).toBe(true);
    else expect((await stint('apply', 'empty.yaml')).out).toContain('Nothing to change');
  });

  it('is planned without a question, and the plan says that there will be one', async () => {
    for (const argv of [
      ['plan', 'empty.yaml'],
      ['apply', '--dry-run', 'empty.yaml'],
    ])
      expect(await stint(...argv)).toMatchObject({
        exitCode: 0,
        out: expect.stringContaining(`It removes ${GOES}: stint apply asks first`),
      });
  });
});

it('what only adds or changes is applied without a question', async () => {
  folder.write('more.yaml', `${edited('Seconds: 1800', 'Seconds: 900')}${SIGN_ON}`);
  expect((await stint('apply', 'more.yaml')).exitCode).toBe(0);
});
