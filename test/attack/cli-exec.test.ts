// Against a program that stint exec starts, and what it finds in its environment: it gets the role and no other identity of the
// person or the job, no shell reads its arguments, and credentials stand in no argument and no output.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { childEnvironment } from '../../clients/cli/exec/child-environment.ts';
import { vended } from '../support/agent.ts';
import { problem } from '../support/cli-deployment.ts';
import { answerJson, type Handler, type Loopback, startLoopback } from '../support/loopback.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';

const BIN = fileURLToPath(new URL('../../clients/cli/bin.mjs', import.meta.url));
/** The command is compiled at its start, beside other tests. */
const START = { timeout: 30_000 };
const TIMEOUT_MS = 60_000;

interface Started {
  readonly child: ChildProcess;
  readonly vend: Loopback;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly out: Promise<string>;
  readonly notes: Promise<string>;
}

const GIVE: Handler = answerJson({ credentials: vended() });

async function startExec(
  argv: readonly string[],
  {
    answer = GIVE,
    env = {},
  }: { readonly answer?: Handler; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Started> {
  const vend = await startLoopback(answer);
  const folder = testFolder();
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [BIN, 'exec', ...argv], {
    cwd: folder.path,
    env: { PATH, HOME: folder.path, STINT_URL: vend.url, STINT_TOKEN: 'a.b.c', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  return { child, vend, ended, out: text(child.stdout), notes: text(child.stderr) };
}

/** A program of Node.js: its script, and its arguments. */
const node = (script: string, ...args: readonly string[]): readonly string[] => [
  '--',
  process.execPath,
  '-e',
  script,
  ...args,
];

const PRINT_ENV = 'console.log(JSON.stringify(process.env))';

describe('the environment of the program', () => {
  /**
   * @attack Program that finds the person's or the job's own credentials and acts as them
   * @removed the removal of the parent’s variables
   * @failed 17 of 36: has no STINT_TOKEN of the parent: `expected [ 'canary', '/bin', 'true', …(2) ] to not include
   *   'canary'`
   */
  it.each([
    'STINT_TOKEN',
    'STINT_ID_TOKEN',
    'ACTIONS_ID_TOKEN_REQUEST_URL',
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'ALIBABA_CLOUD_OIDC_TOKEN_FILE',
    'ALIBABA_CLOUD_ROLE_ARN',
    'ALIBABA_CLOUD_ACCESS_KEY_ID',
    'alibaba_cloud_access_key_id',
    'ALIBABA_CLOUD_SECURITY_TOKEN',
    'ALIBABACLOUD_ACCESS_KEY_SECRET',
    'ALICLOUD_SECRET_KEY',
    'OSS_SESSION_TOKEN',
    'ACCESS_KEY_SECRET',
    'ALIBABA_CLOUD_PROFILE',
    'ALIBABA_CLOUD_CREDENTIALS_FILE',
    'ALIBABA_CLOUD_CREDENTIALS_URI',
  ])('has no %s of the parent', (name) => {
    const env = childEnvironment({ [name]: 'canary', PATH: '/bin' }, {});
    expect(Object.values(env)).not.toContain('canary');
    expect(env['PATH']).toBe('/bin');
  });

  it(
    'has the role’s keys, and the switches that the parent had the other way',
    async () => {
      const env = {
        ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'false',
        ALIBABA_CLOUD_ACCESS_KEY_ID: 'canary-parent',
      };
      const { out, ended } = await startExec(['media-uploader', ...node(PRINT_ENV)], { env });
      const seen = JSON.parse(await out);
      expect(seen).toMatchObject({
        ALIBABA_CLOUD_ACCESS_KEY_ID: 'STS.agent-1',
        ALIBABA_CLOUD_SECURITY_TOKEN: 'canary+token/1=',
        ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true',
      });
      expect(seen).not.toHaveProperty('STINT_TOKEN');
      expect(await ended).toEqual({ code: 0, signal: null });
    },
    TIMEOUT_MS,
  );

  it(
    'has with --agent an address alone, which gives credentials to the program and ends with it',
    async () => {
      const script =
        'fetch(process.env.ALIBABA_CLOUD_CREDENTIALS_URI).then((r) => r.json()).then((body) => console.log(JSON.stringify({ body, env: process.env })))';
      const { out, ended } = await startExec(['media-uploader', '--agent', ...node(script)]);
      const { body, env } = JSON.parse(await out);
      expect(body).toMatchObject({ Code: 'Success', AccessKeyId: 'STS.agent-1' });
      expect(env).not.toHaveProperty('ALIBABA_CLOUD_ACCESS_KEY_ID');
      expect(Object.values(env).join()).not.toContain('canary');
      expect((await ended).code).toBe(0);
      await expect(fetch(env.ALIBABA_CLOUD_CREDENTIALS_URI)).rejects.toThrow();
    },
    TIMEOUT_MS,
  );
});

describe('the arguments of the program', () => {
  /**
   * @attack Argument that a shell would run
   * @removed the start without a shell
   * @failed 10 of 36: reach it as they are, options of stint and a second -- among them: `Unexpected end of JSON
   *   input`
   */
  it(
    'reach it as they are, options of stint and a second -- among them',
    async () => {
      const args = ['--url', '$(touch evil)', '; evil', '--', '', '--help', "a'b\nc"];
      const script = 'console.log(JSON.stringify(process.argv.slice(1)))';
      const { out } = await startExec(['media-uploader', ...node(script, '--', ...args)]);
      expect(JSON.parse(await out)).toEqual(args);
    },
    TIMEOUT_MS,
  );
});

describe('the end of the program', () => {
  it(
    'is that of stint: its exit code',
    async () => {
      const { ended } = await startExec(['media-uploader', ...node('process.exit(42)')]);
      expect(await ended).toEqual({ code: 42, signal: null });
    },
    TIMEOUT_MS,
  );

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'is that of stint: %s is passed on, and ends both',
    async (signal) => {
      const { child, ended } = await startExec([
        'media-uploader',
        ...node('console.log("up"); setInterval(() => 0, 1000)'),
      ]);
      await once(child.stdout ?? child, 'data');
      child.kill(signal);
      expect(await ended).toEqual({ code: null, signal });
    },
    TIMEOUT_MS,
  );

  it(
    'is the program’s own choice: one that catches a signal ends as it likes',
    async () => {
      const script =
        'process.on("SIGTERM", () => process.exit(7)); console.log("up"); setInterval(() => 0, 1000)';
      const { child, ended } = await startExec(['media-uploader', '--agent', ...node(script)]);
      await once(child.stdout ?? child, 'data');
      child.kill('SIGTERM');
      expect(await ended).toEqual({ code: 7, signal: null });
    },
    TIMEOUT_MS,
  );

  it(
    'is 127 for a program that is not there, and 126 for a folder',
    async () => {
      const missing = await startExec(['media-uploader', '--', 'no-such-program-here']);
      expect((await missing.ended).code).toBe(127);
      expect(await missing.notes).toContain('no-such-program-here is not there');
      const folder = await startExec(['media-uploader', '--', '/']);
      expect((await folder.ended).code).toBe(126);
    },
    TIMEOUT_MS,
  );
});

describe('a program', () => {
  const ask = (argv: readonly string[], vend: Loopback) =>
    testFolder().stint(['exec', ...argv], { STINT_URL: vend.url, STINT_TOKEN: 'canary.token' });

  it.each([
    ['without the role', ['media', ...node('')], problem(403, 'access_denied'), 4],
    ['without the role, by an agent', ['media', '--agent', ...node('')], problem(403, 'access_denied'), 4],
    ['while vend is in trouble', ['media', '--agent', ...node('')], problem(503, 'sts_unavailable'), 3],
    [
      'with an answer that a shell would run',
      ['media', ...node('')],
      [200, { credentials: { ...vended(), securityToken: 'a\nb' } }] as const,
      3,
    ],
  ])('does not start %s', async (_name, argv, [status, body], exitCode) => {
    const vend = await startLoopback(answerJson(body, status));
    const run = await ask(argv, vend);
    expect(run.exitCode).toBe(exitCode);
    expect(`${run.out}${run.notes}`).not.toContain('canary');
  });

  it.each([
    [['media'], 'which program?'],
    [['media', '--'], 'which program?'],
    [['media', 'echo', 'x'], 'which program?'],
    [['media', 'arms', '--', 'echo'], 'give one role'],
    [['--', 'echo'], 'which role?'],
    [['media', '--agent', '--duration', '900', '--', 'echo'], '--duration is for keys'],
  ])('is not guessed from %j, and nobody is asked', async (argv, says) => {
    const vend = await startLoopback(GIVE);
    const run = await ask(argv, vend);
    expect(run.notes).toContain(says);
    expect([run.exitCode, vend.requests]).toEqual([2, []]);
  });
});

/** Only Linux shows the arguments of every process to every user. */
describe.runIf(process.platform === 'linux')('the list of processes', () => {
  it(
    'shows no credentials and no secret of the agent',
    async () => {
      const { readFileSync } = await import('node:fs');
      const script = 'console.log(process.pid); setInterval(() => 0, 1000)';
      for (const argv of [['media'], ['media', '--agent']]) {
        const { child } = await startExec([...argv, ...node(script)]);
        const [data] = await once(child.stdout ?? child, 'data');
        await vi.waitFor(() => expect(String(data)).toMatch(/\d/), START);
        for (const pid of [child.pid, Number(String(data))])
          expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toMatch(/canary|127\.0\.0\.1/);
        child.kill('SIGTERM');
      }
    },
    TIMEOUT_MS,
  );
});
