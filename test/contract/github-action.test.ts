// The composite action, run as the runner runs it: with an id token that vend verifies, and its credentials in the later steps.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { keyVariables } from '../../clients/cli/exec/child-environment.ts';
import { buildCli } from '../../scripts/build/cli-package.ts';
import { CI_ROLE, type CiWorld, FIRST_KEY, startCiWorld } from '../support/ci-world.ts';
import { createRunner } from '../support/github-runner.ts';
import { GITHUB } from '../support/vendor-claims.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';

const ACTION = fileURLToPath(new URL('../../clients/github-action', import.meta.url));

const runnerFor = (world: CiWorld, env: Readonly<Record<string, string>> = {}) =>
  createRunner(testFolder().path, { ...world.githubEnvironment, ...env });

async function takeRole(world: CiWorld, inputs: Readonly<Record<string, string>> = {}) {
  const runner = runnerFor(world);
  const result = await runner.runAction(ACTION, { url: world.url, role: CI_ROLE, ...inputs });
  for (const secret of [...world.secrets, ...world.issued]) {
    expect(result.log, 'a secret is in the log').not.toContain(secret);
    // Only the command that masks it holds it.
    const lines = result.raw.split('\n').filter((line) => line.includes(secret));
    expect(lines.filter((line) => !line.startsWith('::add-mask::'))).toEqual([]);
  }
  return { runner, ...result };
}

describe('the action', () => {
  it('exports the credentials for the later steps, as stint exec names them', async () => {
    const world = await startCiWorld(GITHUB);
    const { runner, exitCode, outputs, log } = await takeRole(world);
    expect([exitCode, log]).toEqual([0, expect.stringContaining(`took the role ${CI_ROLE}`)]);
    const expiration = String(outputs['expiration']);
    expect(runner.jobEnv).toMatchObject(keyVariables({ ...FIRST_KEY, expiration }));
    expect(runner.jobEnv).toMatchObject({
      ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true',
      ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
      ALIBABA_CLOUD_IGNORE_PROFILE: 'TRUE',
    });
    const [row] = world.vend.auditLog.events;
    expect(row).toMatchObject({ outcome: 'granted', role: CI_ROLE });
    expect(outputs).toEqual({
      'access-key-id': FIRST_KEY.accessKeyId,
      expiration: expect.stringMatching(/^\d{4}-.*Z$/),
      'request-id': row?.requestId,
    });
  });

  it('asks for the audience, and for the duration, that are given', async () => {
    const world = await startCiWorld(GITHUB, 'https://vend.example.com');
    const inputs = { audience: 'https://vend.example.com', duration: '15m' };
    expect((await takeRole(world, inputs)).exitCode).toBe(0);
    expect(world.vend.assumer.orders[0]).toMatchObject({ durationSeconds: 900 });
    const refused = await takeRole(world, {});
    expect(refused.commands).toContainEqual([
      'error',
      expect.stringContaining(`for the audience ${world.url}`),
    ]);
  });

  it('writes a profile of aliyun, keeps the others, and exports no secret', async () => {
    const world = await startCiWorld(GITHUB);
    const runner = runnerFor(world);
    const folder = join(runner.home, '.aliyun');
    mkdirSync(folder, { recursive: true });
    const mine = { name: 'mine', mode: 'AK', access_key_id: 'LTAI', unknown: ['kept'] };
    const old = { name: 'stint', mode: 'AK' };
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify({ current: 'mine', profiles: [mine, old], meta_path: '' }),
    );
    const inputs = { url: world.url, role: CI_ROLE, export: 'aliyun', region: 'cn-hangzhou' };
    expect((await runner.runAction(ACTION, inputs)).exitCode).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))).toEqual({
      current: 'mine',
      meta_path: '',
      profiles: [
        mine,
        {
          name: 'stint',
          mode: 'StsToken',
          access_key_id: FIRST_KEY.accessKeyId,
          access_key_secret: FIRST_KEY.accessKeySecret,
          sts_token: FIRST_KEY.securityToken,
          region_id: 'cn-hangzhou',
          output_format: 'json',
          language: 'en',
        },
      ],
    });
    expect(statSync(join(folder, 'config.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['config.json']);
    expect(runner.jobEnv['ALIBABA_CLOUD_PROFILE']).toBe('stint');
    expect(JSON.stringify(runner.jobEnv)).not.toContain(FIRST_KEY.accessKeySecret);
  });

  it('leaves a configuration of aliyun that it cannot read as it is', async () => {
    const world = await startCiWorld(GITHUB);
    const runner = runnerFor(world);
    mkdirSync(join(runner.home, '.aliyun'), { recursive: true });
    writeFileSync(join(runner.home, '.aliyun/config.json'), '{ "profiles": [');
    const inputs = { url: world.url, role: CI_ROLE, export: 'aliyun', region: 'cn-hangzhou' };
    const { exitCode, log } = await runner.runAction(ACTION, inputs);
    expect([exitCode, log]).toEqual([1, expect.stringContaining('is not as aliyun writes it')]);
    expect(readFileSync(join(runner.home, '.aliyun/config.json'), 'utf8')).toBe('{ "profiles": [');
  });

  it('tries again as Retry-After says, with a token of its own for each try', async () => {
    const world = await startCiWorld(GITHUB);
    const vend = world.answer;
    let left = 2;
    world.answer = (request, response) =>
      left-- > 0 ? response.writeHead(429, { 'retry-after': '0' }).end('{}') : vend(request, response);
    expect((await takeRole(world)).exitCode).toBe(0);
    expect(new Set(world.issued).size).toBe(3);
  });

  it('gives up where the wait is long, and after five tries', async () => {
    const world = await startCiWorld(GITHUB);
    world.answer = (_, response) => {
      response.writeHead(429, { 'retry-after': '3600', 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ code: 'rate_limited', requestId: 'request-9' }));
    };
    const { exitCode, log } = await takeRole(world);
    expect([exitCode, world.issued.length]).toEqual([1, 1]);
    expect(log).toContain(
      'too many requests for this role or by this repository: run the job again later (rate_limited, request request-9)',
    );
    world.answer = (_, response) => response.writeHead(503, { 'retry-after': '0' }).end();
    expect(await takeRole(world)).toMatchObject({
      exitCode: 1,
      log: expect.stringContaining('cannot answer now (status 503): run the job again later'),
    });
    expect(world.issued.length).toBe(6);
  });

  it('tries again where GitHub cannot give an id token for a moment, and not where it refuses one', async () => {
    const world = await startCiWorld(GITHUB);
    world.idTokenFaults.push(503, 502);
    expect((await takeRole(world)).exitCode).toBe(0);
    expect(world.issued.length).toBe(1);
    world.idTokenFaults.push(403, 200);
    const { exitCode, log } = await takeRole(world);
    expect([exitCode, log]).toEqual([1, expect.stringContaining('GitHub gave no id token')]);
    expect(world.idTokenFaults).toEqual([200]);
  });

  it('does not try again where STS refuses the role', async () => {
    const world = await startCiWorld(GITHUB);
    world.answer = (_, response) =>
      response.writeHead(502).end('{"code":"role_misconfigured","requestId":"request-9"}');
    const { exitCode, log } = await takeRole(world);
    expect([exitCode, log]).toEqual([1, expect.stringContaining('(role_misconfigured, request request-9)')]);
    expect(world.issued.length).toBe(1);
  });
});

describe('the action explains', () => {
  it('a job without permission to ask for an id token', async () => {
    const world = await startCiWorld(GITHUB);
    const runner = createRunner(testFolder().path, {});
    const { exitCode, log } = await runner.runAction(ACTION, { url: world.url, role: CI_ROLE });
    expect([exitCode, log]).toEqual([1, expect.stringContaining('id-token: write')]);
  });

  it('a role that no grant gives', async () => {
    const world = await startCiWorld(GITHUB);
    const { exitCode, log } = await takeRole(world, { role: 'owner-of-everything' });
    const requestId = world.vend.auditLog.events[0]?.requestId;
    expect([exitCode, log]).toEqual([1, expect.stringContaining(`(access_denied, request ${requestId})`)]);
  });

  it.each([
    ['no url', { url: '' }, 'the input url must be'],
    ['http', { url: 'http://vend.example.com' }, 'the input url must be'],
    ['no role', { role: ' ' }, 'the input role is missing'],
    ['another export', { export: 'file' }, 'must be env or aliyun'],
    ['no region', { export: 'aliyun' }, 'needs the input region'],
    ['a long word as duration', { duration: 'long' }, 'must be as 1h'],
    ['no digest', { refresh: 'true' }, 'cli-sha256 must be'],
    ['a duration for the agent', { refresh: 'true', duration: '1h' }, 'has no effect with refresh'],
    ['a word as refresh', { refresh: 'yes' }, 'must be true or false'],
  ])('inputs that are wrong: %s', async (_, inputs, words) => {
    const world = await startCiWorld(GITHUB);
    const { exitCode, log } = await takeRole(world, inputs);
    expect([exitCode, log]).toEqual([1, expect.stringContaining(words)]);
    expect(world.requests).toEqual([]);
  });

  it('a runner without Node.js', async () => {
    const world = await startCiWorld(GITHUB);
    const tools = testFolder();
    const runner = runnerFor(world, { PATH: tools.path });
    const bash = spawnSync('sh', ['-c', 'command -v bash'], { encoding: 'utf8' }).stdout.trim();
    const { status } = spawnSync('ln', ['-s', bash, join(tools.path, 'bash')]);
    expect(status).toBe(0);
    const { exitCode, log } = await runner.runAction(ACTION, { url: world.url, role: CI_ROLE });
    expect([exitCode, log]).toEqual([1, expect.stringContaining('needs Node.js 20')]);
  });
});

describe('with refresh, the action', () => {
  let tarball: Uint8Array;
  let sha256: string;
  beforeAll(async () => {
    tarball = (await buildCli(join(testFolder().path, 'dist'))).bytes;
    sha256 = createHash('sha256').update(tarball).digest('hex');
  });

  async function startWithCli(): Promise<CiWorld> {
    const world = await startCiWorld(GITHUB);
    const vend = world.answer;
    world.answer = (request, response) =>
      request.url === '/cli/stint.tgz' ? response.end(tarball) : vend(request, response);
    return world;
  }

  it('starts the agent, which outlives the step and ends with the job', async () => {
    const world = await startWithCli();
    const { runner, exitCode, log, outputs } = await takeRole(world, {
      refresh: 'true',
      'cli-sha256': sha256,
    });
    expect([exitCode, log]).toEqual([0, expect.stringContaining('until the job ends')]);
    const uri = runner.jobEnv['ALIBABA_CLOUD_CREDENTIALS_URI'] ?? '';
    expect(await (await fetch(uri)).json()).toMatchObject({
      Code: 'Success',
      AccessKeyId: FIRST_KEY.accessKeyId,
    });
    expect(runner.masks).toContain(uri.split('/')[3]);
    expect(log).not.toContain(uri);
    expect(outputs).toEqual({ 'access-key-id': '', expiration: '', 'request-id': '' });
    expect(runner.endJob(), 'the agent is what the runner ends with the job').toHaveLength(1);
    await expect(fetch(uri)).rejects.toThrow();
  });

  it.each([
    [{ http_proxy: 'http://127.0.0.1:9' }, '127.0.0.1', '127.0.0.1'],
    [
      { HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: 'corp.example' },
      'corp.example,127.0.0.1',
      'corp.example,127.0.0.1',
    ],
    [{ http_proxy: 'http://127.0.0.1:9', no_proxy: '*' }, undefined, '*'],
    [{}, undefined, undefined],
  ])('lets no program show the agent’s secret to the proxy of the runner: %j', async (env, upper, lower) => {
    const world = await startWithCli();
    const runner = runnerFor(world, env);
    const inputs = { url: world.url, role: CI_ROLE, refresh: 'true', 'cli-sha256': sha256 };
    expect((await runner.runAction(ACTION, inputs)).exitCode).toBe(0);
    expect([runner.jobEnv['NO_PROXY'], runner.jobEnv['no_proxy']]).toEqual([upper, lower]);
    runner.endJob();
  });

  it('gives aliyun a profile that asks the agent', async () => {
    const world = await startWithCli();
    const inputs = { refresh: 'true', 'cli-sha256': sha256, export: 'aliyun', region: 'cn-hangzhou' };
    const { runner, exitCode } = await takeRole(world, inputs);
    expect(exitCode).toBe(0);
    const config = JSON.parse(readFileSync(join(runner.home, '.aliyun/config.json'), 'utf8'));
    expect(config.profiles).toMatchObject([
      { name: 'stint', mode: 'CredentialsURI', region_id: 'cn-hangzhou' },
    ]);
    expect(await (await fetch(config.profiles[0].credentials_uri)).json()).toMatchObject({ Code: 'Success' });
    expect(runner.jobEnv).not.toHaveProperty('ALIBABA_CLOUD_CREDENTIALS_URI');
  });

  it('refuses where SDKs would take other credentials before the agent’s', async () => {
    const world = await startWithCli();
    const runner = runnerFor(world, { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI' });
    const inputs = { url: world.url, role: CI_ROLE, refresh: 'true', 'cli-sha256': sha256 };
    const { exitCode, log } = await runner.runAction(ACTION, inputs);
    expect([exitCode, log]).toEqual([
      1,
      expect.stringContaining('ALIBABA_CLOUD_ACCESS_KEY_ID is set for the job'),
    ]);
  });

  it('runs no command line but the one whose digest is named', async () => {
    const world = await startWithCli();
    const { exitCode, log } = await takeRole(world, { refresh: 'true', 'cli-sha256': '0'.repeat(64) });
    expect([exitCode, log]).toEqual([1, expect.stringContaining(`has the SHA-256 ${sha256}`)]);
    expect(world.issued).toEqual([]);
  });

  it('says why the agent does not start', async () => {
    const world = await startWithCli();
    const { exitCode, log } = await takeRole(world, {
      refresh: 'true',
      'cli-sha256': sha256,
      role: 'nobody',
    });
    expect([exitCode, log]).toEqual([1, expect.stringContaining('no grant gives you this')]);
  });
});

describe('action.yml', () => {
  const action = parse(readFileSync(join(ACTION, 'action.yml'), 'utf8'));

  it('has no expression in the text of a script', () => {
    for (const { run } of action.runs.steps) expect(run).not.toContain('${{');
    expect(action.runs.steps.length).toBeGreaterThan(0);
  });

  it('gives each input to the script, and describes it', () => {
    const given = Object.values<string>(action.runs.steps[0].env).flatMap(
      (value) => /inputs\.([\w-]+)/.exec(value)?.[1] ?? [],
    );
    expect(given).toEqual(expect.arrayContaining(Object.keys(action.inputs)));
    for (const { description } of Object.values<{ description: string }>(action.inputs))
      expect(description).not.toBe('');
  });

  const isThere = spawnSync('actionlint', ['--version']).status === 0;
  it.skipIf(!isThere && process.env['CI'] === undefined)(
    isThere
      ? 'is accepted by actionlint, and so is a workflow that uses it'
      : 'needs: actionlint on the PATH',
    () => {
      const folder = testFolder();
      spawnSync('git', ['init', '-q', folder.path]);
      mkdirSync(join(folder.path, 'stint'));
      writeFileSync(join(folder.path, 'stint/action.yml'), readFileSync(join(ACTION, 'action.yml')));
      const lint = (inputs: string) => {
        folder.write(
          '.github/workflows/a.yml',
          `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./stint\n        with: ${inputs}\n`,
        );
        return spawnSync('actionlint', ['-no-color'], { cwd: folder.path, encoding: 'utf8' });
      };
      expect(lint('{ url: https://vend.example.com, role: a }')).toMatchObject({ status: 0, stdout: '' });
      expect(lint('{ url: https://vend.example.com, roll: a }').stdout).toContain('"roll" is not defined');
    },
  );
});
