// Where nobody names a proof, a command finds one by itself: the first source that is present, in the order that
// docs/command-line.md gives, and none in place of one that does not work.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseProof } from '../../../clients/cli/proof/find-proof.ts';
import { ALICE, problem } from '../../support/cli-deployment.ts';
import { answerJson, type Handler, type Loopback, startLoopback } from '../../support/loopback.ts';
import { type TestFolder, testFolder } from './test-terminal.ts';

const URL_OF_DEPLOYMENT = 'https://stint.example.com';

/** A GitHub that gives tokens; what it was asked with. */
async function startGithub(answer: Handler = answerJson({ value: 'github' })) {
  const bearers: (string | undefined)[] = [];
  const github = await startLoopback((request, response) => {
    bearers.push(request.headers.authorization);
    answer(request, response);
  });
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary-bearer',
  };
  return { github, env, bearers };
}

interface Sources {
  readonly folder: TestFolder;
  readonly env: Record<string, string>;
  readonly options: { readonly tokenFile?: string };
}

/** The token that a command would send, or its fault. */
async function find({ folder, env, options }: Sources): Promise<string> {
  const terminal = {
    out: () => undefined,
    note: () => undefined,
    env: { STINT_URL: URL_OF_DEPLOYMENT, XDG_STATE_HOME: join(folder.path, 'state'), ...env },
    folder: folder.path,
    openKeychain: async () => undefined,
  };
  const found = await chooseProof(options, terminal, join(folder.path, 'mounted'))();
  return found.ok ? found.value.tokens.access.reveal() : `fault: ${found.error.message}`;
}

describe('the order', () => {
  it('is --token-file, STINT_TOKEN, GitHub, GitLab, the pod’s token, RRSA, the sign-in', async () => {
    const folder = testFolder();
    for (const name of ['option', 'mounted', 'rrsa']) folder.write(name, `${name}\n`);
    mkdirSync(join(folder.path, 'state'));
    const { env: github } = await startGithub();
    const rrsa = { ALIBABA_CLOUD_OIDC_TOKEN_FILE: 'rrsa' };
    const gitlab = { STINT_ID_TOKEN: 'gitlab', ...rrsa };
    const all = { STINT_TOKEN: 'stint', ...github, ...gitlab };
    const options = { tokenFile: 'option' };

    expect(await find({ folder, env: all, options })).toBe('option');
    expect(await find({ folder, env: all, options: {} })).toBe('stint');
    expect(await find({ folder, env: { ...github, ...gitlab }, options: {} })).toBe('github');
    expect(await find({ folder, env: gitlab, options: {} })).toBe('gitlab');
    expect(await find({ folder, env: rrsa, options: {} })).toBe('mounted');
    const bare = testFolder();
    bare.write('rrsa', 'rrsa');
    expect(await find({ folder: bare, env: rrsa, options: {} })).toBe('rrsa');
    expect(await find({ folder: bare, env: {}, options: {} })).toContain('you are not signed in');
  });

  it('leaves out variables that are empty', async () => {
    const env = {
      STINT_TOKEN: '',
      STINT_ID_TOKEN: '',
      ACTIONS_ID_TOKEN_REQUEST_URL: '',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: '',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: '',
    };
    expect(await find({ folder: testFolder(), env, options: {} })).toContain('you are not signed in');
  });
});

describe('GitHub', () => {
  it('is asked for a token for the deployment, or for the audience that is set', async () => {
    const { github, env, bearers } = await startGithub();
    const folder = testFolder();
    await find({ folder, env, options: {} });
    await find({ folder, env: { ...env, STINT_AUDIENCE: 'stint prod' }, options: {} });
    const path = 'GET /token?api-version=2.0&audience=';
    expect(github.requests).toEqual([`${path}${encodeURIComponent(URL_OF_DEPLOYMENT)}`, `${path}stint+prod`]);
    expect(bearers).toEqual(['Bearer canary-bearer', 'Bearer canary-bearer']);
  });

  it('is asked again for each request', async () => {
    const { github, env } = await startGithub();
    const folder = testFolder();
    const terminal = {
      out: () => undefined,
      note: () => undefined,
      env: { ...env, STINT_URL: URL_OF_DEPLOYMENT },
      folder: folder.path,
      openKeychain: async () => undefined,
    };
    const findProof = chooseProof({}, terminal, join(folder.path, 'none'));
    await findProof();
    await findProof();
    expect(github.requests).toHaveLength(2);
  });

  it('is named as the reason where the workflow lacks the permission', async () => {
    const env = { GITHUB_ACTIONS: 'true' };
    expect(await find({ folder: testFolder(), env, options: {} })).toContain('permissions: id-token: write');
  });
});

describe('a token for a deployment', () => {
  const startVend = (answer: readonly [number, unknown]): Promise<Loopback> =>
    startLoopback(answerJson(answer[1], answer[0]));

  it('is sent to it, and stint whoami says where it came from', async () => {
    const vend = await startVend([200, ALICE]);
    const env = { STINT_TOKEN: 'a.b.c', STINT_URL: vend.url };
    const folder = testFolder();
    const run = await folder.stint(['whoami'], env);
    expect([run.exitCode, run.out.split('\n').at(-1)]).toEqual([0, 'proof: STINT_TOKEN']);
    const json = await folder.stint(['whoami', '--json'], env);
    expect(JSON.parse(json.out)).toMatchObject({ proof: 'STINT_TOKEN', subject: ALICE.subject });
  });

  it('is named where the deployment does not accept it, and no sign-in is spoken of', async () => {
    const folder = testFolder();
    folder.write('token', 'a.b.c');
    const says = async (code: string) => {
      const vend = await startVend(problem(401, code));
      return (await folder.stint(['roles', '--url', vend.url, '--token-file', 'token'])).notes;
    };
    expect(await says('invalid_token')).toMatch(/^the deployment does not accept token: check its audience/);
    expect(await says('step_up_required')).toMatch(/^token is too old or too weak for this/);
  });

  it('needs the deployment’s URL', async () => {
    const { notes, exitCode } = await testFolder().stint(['roles'], { STINT_TOKEN: 'a.b.c' });
    expect(notes).toBe('which deployment is STINT_TOKEN for? Give --url, or set STINT_URL');
    expect(exitCode).toBe(2);
  });
});
