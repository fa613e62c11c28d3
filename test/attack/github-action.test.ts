// Against a hostile deployment, or one that was taken over, and against secrets in the log of a job: the GitHub action gives later
// steps nothing that the server chooses but credentials, runs no program of its choice, and masks before it prints.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeTarball } from '../../scripts/build/tarball.ts';
import { CI_ROLE, type CiWorld, FIRST_KEY, startCiWorld } from '../support/ci-world.ts';
import { createRunner, type StepResult } from '../support/github-runner.ts';
import { answerJson, startLoopback } from '../support/loopback.ts';
import { GITHUB } from '../support/vendor-claims.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';

const ACTION = fileURLToPath(new URL('../../clients/github-action', import.meta.url));

async function run(world: CiWorld, inputs: Readonly<Record<string, string>> = {}) {
  const runner = createRunner(testFolder().path, world.githubEnvironment);
  const before = { ...runner.jobEnv };
  const result = await runner.runAction(ACTION, { url: world.url, role: CI_ROLE, ...inputs });
  return { result, before, runner };
}

/** The job goes on as it was, and its log shows nothing of what the server wrote. */
function expectInert({ result, before, runner }: Awaited<ReturnType<typeof run>>, evil: string): void {
  expect(result.exitCode).toBe(1);
  expect(runner.jobEnv).toEqual(before);
  expect(result.raw).not.toContain(evil);
  const commands = result.commands.filter(([name]) => name !== 'add-mask');
  expect(commands.map(([name]) => name)).toEqual(['error']);
}

const WHOLE = {
  credentials: {
    ...FIRST_KEY,
    accessKeySecret: `${FIRST_KEY.accessKeySecret}-of-this-test`,
    expiration: '2036-03-01T12:20:00.000Z',
  },
  requestId: 'request-1',
};
const withKey = (parts: object) => ({ ...WHOLE, credentials: { ...WHOLE.credentials, ...parts } });

describe('an answer that is not STS’s', () => {
  it('is told from one that is', async () => {
    const world = await startCiWorld(GITHUB);
    world.answer = answerJson(WHOLE);
    expect((await run(world)).result.exitCode).toBe(0);
  });

  /**
   * @attack A deployment’s answer that ends its line, to set a variable of the job or to write a command of the runner
   * @removed the forms of an answer’s members
   * @failed 7 of 19: a variable behind a line break: `expected +0 to be 1`
   */
  it.each([
    ['a variable behind a line break', withKey({ securityToken: `${'t'.repeat(20)}\nEVIL=1` })],
    ['a command behind a carriage return', withKey({ accessKeyId: 'STS.key\r::set-env name=EVIL::1' })],
    ['a command of old runners', withKey({ expiration: '##[set-env name=EVIL]1' })],
    ['a command in the request id', { ...WHOLE, requestId: '\n::add-path::EVIL' }],
    ['an expiration that is no number', withKey({ expiration: 'NaN EVIL' })],
    ['a secret that would mask every letter', withKey({ accessKeySecret: 'e', evil: 'EVIL' })],
    ['no text', withKey({ accessKeySecret: ['EVIL'.repeat(9)] })],
    ['nothing', null],
  ])('sets nothing and prints nothing: %s', async (_, answer) => {
    const world = await startCiWorld(GITHUB);
    world.answer = answerJson(answer);
    expectInert(await run(world), 'EVIL');
  });

  /**
   * @attack A refusal whose code, or id of the request, is a command of the runner
   * @removed the forms of a code and of a request id
   * @failed 4 of 19: of the code: `expected '::add-mask::eyJ…' not to contain 'EVIL'`
   */
  it.each([
    ['the code', { code: 'x\n::add-path::/EVIL', requestId: 'request-1' }],
    ['the id of the request', { code: 'access_denied', requestId: 'request-1 ##[add-path]/EVIL' }],
    ['both, in HTML', { code: '<b>EVIL', requestId: {} }],
  ])('a refusal is explained without the text of %s', async (_, problem) => {
    const world = await startCiWorld(GITHUB);
    world.answer = answerJson(problem, 403);
    expectInert(await run(world), 'EVIL');
  });
});

describe('what is written for the runner', () => {
  const step = async (script: string, env: Readonly<Record<string, string>>) => {
    const runner = createRunner(testFolder().path, {});
    const run = `node --input-type=module -e "import * as r from '${ACTION}/runner.mjs'; ${script}"`;
    const result: StepResult = await runner.runStep({ run, env, with: {} });
    return { runner, result };
  };

  /**
   * @attack A value that holds the end of a value, to set a further variable
   * @removed the random part of the delimiter
   * @failed 1 of 19: `the runner fails at this line: EOF`
   */
  it('cannot be ended by a value', async () => {
    const value = ['stint', 'stint_', 'EOF', 'ghadelimiter', '']
      .map((guess) => `${guess}\nEVIL=1`)
      .join('\n');
    const { runner, result } = await step(`r.setVariable('A', process.env.VALUE)`, { VALUE: value });
    expect([result.exitCode, runner.jobEnv]).toEqual([0, { A: value }]);
  });

  /**
   * @attack Text in a message, such as that of an input, that is a command of the runner
   * @removed the replacement of control characters, and of the mark of old commands
   * @failed 1 of 19: `expected [ 'add-path', 'add-path' ] to deeply equal [ 'error' ]`
   */
  it('is one line of text, whatever it holds', async () => {
    const text = 'x\n::add-path::/EVIL\r\n::stop-commands::a\u2028 ##[add-path]/EVIL';
    const { result } = await step(`r.note(process.env.TEXT); r.writeCommand('error', process.env.TEXT)`, {
      TEXT: text,
    });
    expect(result.commands.map(([name]) => name)).toEqual(['error']);
    expect(result.raw.trim().split('\n')).toHaveLength(2);
  });

  /**
   * @attack A secret of several lines, one of which a later step prints
   * @removed the escapes of a masked value
   * @failed 1 of 19: `expected [ 'first%line', 'first%line' ] to deeply equal […]`
   */
  it('masks each line of a secret', async () => {
    const { runner } = await step('r.mask(process.env.TEXT)', { TEXT: 'first%line\nsecond line' });
    expect(runner.masks).toEqual(['first%line\nsecond line', 'first%line', 'second line']);
  });
});

describe('the secrets of a job', () => {
  /**
   * @attack The log of a job, read for the id token and the credentials
   * @removed `mask`
   * @failed 2 of 19: `expected [] to include 'eyJhbGciOiJSUzI1NiIs…'`
   */
  it('are masked before anything else is printed or exported', async () => {
    const world = await startCiWorld(GITHUB);
    const { result, runner } = await run(world);
    const printed = await runner.runStep({
      run: 'env; echo "${ALIBABA_CLOUD_SECURITY_TOKEN}"',
      env: {},
      with: {},
    });
    for (const secret of [...world.issued, FIRST_KEY.accessKeySecret, FIRST_KEY.securityToken]) {
      expect(runner.masks).toContain(secret);
      expect(result.log + printed.log).not.toContain(secret);
      const first = result.raw.split('\n').find((line) => line.includes(secret));
      expect(first).toBe(`::add-mask::${secret}`);
    }
    expect(printed.raw).toContain(FIRST_KEY.securityToken);
  });

  /**
   * @attack A redirect that takes the id token to another host
   * @removed the refusal of redirects
   * @failed 1 of 19: `expected [ +0, [ 'POST /v1/credentials' ] ] to deeply equal [ 1, [] ]`
   */
  it('follow no redirect', async () => {
    const world = await startCiWorld(GITHUB);
    const elsewhere = await startLoopback(answerJson(WHOLE));
    world.answer = (_, response) =>
      response.writeHead(307, { location: `${elsewhere.url}/v1/credentials` }).end();
    const { result } = await run(world);
    expect([result.exitCode, elsewhere.requests]).toEqual([1, []]);
  });

  /**
   * @attack A variable of an earlier step that leads the request for the id token to a host in the clear
   * @removed the check of ACTIONS_ID_TOKEN_REQUEST_URL
   * @failed 1 of 19: `expected 'GitHub gave no id token at 127.0.0.2:…' to contain 'may not ask…'`
   */
  it('are not sent for without TLS', async () => {
    const world = await startCiWorld(GITHUB);
    // Port 9 of a name that leads to this machine, and is none of its own names.
    const request = {
      ACTIONS_ID_TOKEN_REQUEST_URL: world.githubEnvironment.ACTIONS_ID_TOKEN_REQUEST_URL.replace(
        '127.0.0.1',
        '127.0.0.2',
      ),
    };
    const runner = createRunner(testFolder().path, { ...world.githubEnvironment, ...request });
    const { log } = await runner.runAction(ACTION, { url: world.url, role: CI_ROLE });
    expect(log).toContain('may not ask GitHub for an id token');
  });
});

describe('a deployment that was taken over', () => {
  /**
   * @attack A deployment that serves a program of the attacker’s as its command line, to run it on every runner
   * @removed the comparison with cli-sha256
   * @failed 1 of 19: `expected [ 'EVIL' ] to deeply equal []`
   */
  it('runs nothing on the runner', async () => {
    const world = await startCiWorld(GITHUB);
    const evil = "import { writeFileSync } from 'node:fs'; writeFileSync(process.env.HOME + '/EVIL', '');";
    const tarball = makeTarball(
      new Map([
        ['package.json', Buffer.from('{"bin":{"stint":"stint.mjs"}}')],
        ['stint.mjs', Buffer.from(evil)],
      ]),
      ['stint.mjs'],
    );
    world.answer = (_, response) => response.end(tarball);
    const { result, runner } = await run(world, { refresh: 'true', 'cli-sha256': 'a'.repeat(64) });
    expect(readdirSync(runner.home)).toEqual([]);
    expect([result.exitCode, result.log]).toEqual([1, expect.stringContaining('and cli-sha256 is aaaa')]);
  });
});
