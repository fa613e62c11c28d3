// `stint agent` as a process of its own: what it prints leads a shell's programs to it, its secret is in one private file and
// nowhere else, and it ends cleanly.
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { vended } from '../support/agent.ts';
import { problem } from '../support/cli-deployment.ts';
import { answerJson, type Loopback, startLoopback } from '../support/loopback.ts';
import { type TestFolder, testFolder } from '../unit/cli/test-terminal.ts';

const BIN = fileURLToPath(new URL('../../clients/cli/bin.mjs', import.meta.url));
const VARIABLE = 'ALIBABA_CLOUD_CREDENTIALS_URI';
/** Of what the agent prints when it serves: in lines, which may come one by one, or as JSON. */
const LAST_LINE = /^(?:# To end the agent: kill \d+|\})\n$/m;
/** The command is compiled at its start, beside other tests. */
const START = { timeout: 30_000 };

interface Agent {
  readonly child: ChildProcess;
  readonly folder: TestFolder;
  out(): string;
  notes(): string;
  /** Resolves when the agent has said how programs reach it. */
  ready(): Promise<string>;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

function startCommand(deployment: Loopback, argv: readonly string[], folder = testFolder()): Agent {
  folder.write('token', 'a.b.c\n');
  const { PATH = '' } = process.env;
  const child = spawn(
    process.execPath,
    [BIN, 'agent', '--url', deployment.url, '--token-file', 'token', ...argv],
    { cwd: folder.path, env: { PATH, HOME: folder.path, XDG_STATE_HOME: folder.path } },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  let [out, notes] = ['', ''];
  child.stdout.on('data', (data) => {
    out += String(data);
  });
  child.stderr.on('data', (data) => {
    notes += String(data);
  });
  return {
    child,
    folder,
    out: () => out,
    notes: () => notes,
    ready: () =>
      vi.waitFor(() => {
        if (!LAST_LINE.test(out)) throw new Error(`not ready: ${notes}`);
        return out;
      }, START),
    async end(signal) {
      child.kill(signal);
      return (await exit)[0];
    },
  };
}

const startVend = () => startLoopback(answerJson({ credentials: vended() }));

/** As a program finds its environment after the shell has run the lines. */
const inShell = (lines: string, script: string): string =>
  execFileSync('sh', ['-c', `${lines}\n${script}`], { encoding: 'utf8' }).trim();

const secretFilesIn = (folder: TestFolder): readonly string[] =>
  readdirSync(join(folder.path, 'stint')).filter((name) => name.endsWith('.secret'));

describe('stint agent', () => {
  it('prints lines that lead a shell’s programs to it, and to no other credentials', async () => {
    const agent = startCommand(await startVend(), ['media-uploader', 'arms-reader']);
    const lines = await agent.ready();
    const before = 'export ALIBABA_CLOUD_ACCESS_KEY_ID=a ALIBABA_CLOUD_OIDC_TOKEN_FILE=b';
    const env = inShell(`${before}\n${lines}`, 'env');
    expect(env).not.toMatch(/ACCESS_KEY_ID|OIDC_TOKEN_FILE/);
    expect(env).toContain('ALIBABA_CLOUD_CLI_PROFILE_DISABLED=true');
    expect(env).toContain('ALIBABA_CLOUD_ECS_METADATA_DISABLED=true');
    const uri = inShell(lines, `echo "$${VARIABLE}"`);
    expect(await (await fetch(uri)).json()).toMatchObject({ Code: 'Success', AccessKeyId: 'STS.agent-1' });
    const other = uri.replace(/media-uploader$/, 'arms-reader');
    expect((await fetch(other)).status).toBe(200);
  });

  it('keeps its secret in a file of this user alone, and out of its output, log and arguments', async () => {
    const agent = startCommand(await startVend(), ['media-uploader']);
    const lines = await agent.ready();
    const uri = new URL(inShell(lines, `echo "$${VARIABLE}"`));
    const [, secret = ''] = uri.pathname.split('/');
    expect(secret).toMatch(/^[\w-]{43}$/);
    const [file = ''] = secretFilesIn(agent.folder);
    expect(statSync(join(agent.folder.path, 'stint', file)).mode & 0o777).toBe(0o600);
    expect(statSync(join(agent.folder.path, 'stint')).mode & 0o777).toBe(0o700);
    await fetch(uri);
    await fetch(new URL('/x', uri));
    const shown = `${agent.out()}${agent.notes()}${execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })}`;
    for (const hidden of [secret, 'canary', 'a.b.c']) expect(shown).not.toContain(hidden);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends at %s with 0, and removes its file', async (signal) => {
    const agent = startCommand(await startVend(), ['media-uploader']);
    await agent.ready();
    expect(secretFilesIn(agent.folder)).toHaveLength(1);
    expect(await agent.end(signal)).toBe(0);
    expect(secretFilesIn(agent.folder)).toEqual([]);
  });

  it('keeps the URI over a restart, with a port and a file for the secret', async () => {
    const deployment = await startVend();
    const first = startCommand(deployment, ['media-uploader', '--secret-file', 'secret', '--json']);
    const { roles } = JSON.parse(await first.ready());
    const secret = first.folder.read('secret');
    const [{ credentialsUri }] = roles;
    const { port } = new URL(credentialsUri);
    expect(await first.end('SIGTERM')).toBe(0);
    const argv = ['media-uploader', '--secret-file', 'secret', '--port', port];
    await startCommand(deployment, argv, first.folder).ready();
    expect((await fetch(credentialsUri.replace('{secret}', secret))).status).toBe(200);
  });

  it('logs a line for each renewal, and reads the token file for each', async () => {
    const [status, body] = problem(403, 'access_denied');
    const tokens: unknown[] = [];
    const deployment = await startLoopback((request, response) => {
      let sent = '';
      request.on('data', (data) => {
        sent += String(data);
      });
      request.on('end', () => {
        const answer =
          tokens.length === 0 ? answerJson({ credentials: vended(2) }) : answerJson(body, status);
        tokens.push(JSON.parse(sent).token);
        answer(request, response);
      });
    });
    const agent = startCommand(deployment, ['media-uploader']);
    const uri = inShell(await agent.ready(), `echo "$${VARIABLE}"`);
    agent.folder.write('token', 'd.e.f');
    await vi.waitFor(async () => {
      if ((await fetch(uri)).ok) throw new Error('not expired yet');
    }, START);
    expect(tokens.slice(0, 2)).toEqual(['a.b.c', 'd.e.f']);
    const [taken, failed] = agent.notes().trim().split('\n');
    expect(taken).toMatch(/^\S+Z media-uploader: taken; works until \S+Z; next in 10 s$/);
    expect(failed).toMatch(
      /^\S+Z media-uploader: not taken, no grant gives you this.*; no credentials; next in 1 s$/,
    );
  });

  it.each([
    ['no role', [], 'which roles?', 2],
    ['roles and --all', ['a', '--all'], 'not both', 2],
    ['lines for a shell and JSON', ['a', '--export', '--json'], 'not both', 2],
    ['a token file that is not there', ['a', '--token-file', 'none'], 'cannot be read', 2],
    ['a port that is none', ['a', '--port', '70000'], 'the number of a port', 2],
    ['a user that is none', ['a', '--allow-user', 'root'], 'as id -u prints it', 2],
  ])('says what is wrong with %s', async (_name, argv, says, code) => {
    const agent = startCommand(await startVend(), argv);
    const [exitCode] = await once(agent.child, 'exit');
    expect([exitCode, agent.out()]).toEqual([code, '']);
    expect(agent.notes()).toContain(says);
    expect(existsSync(join(agent.folder.path, 'stint')) ? secretFilesIn(agent.folder) : []).toEqual([]);
  });

  it('ends at once where a role is refused, and waits for a deployment that is down', async () => {
    const [status, body] = problem(403, 'access_denied');
    const refused = startCommand(await startLoopback(answerJson(body, status)), ['media-uploader']);
    expect((await once(refused.child, 'exit'))[0]).toBe(4);
    const down = await startLoopback((_, response) => void response.destroy());
    const agent = startCommand(down, ['media-uploader', '--json']);
    await agent.ready();
    down.handler = answerJson({ credentials: vended() });
    await vi.waitFor(() => expect(agent.notes()).toContain('media-uploader: taken'), START);
  });

  it.each(['eval "$lines"', 'eval $lines'])(
    'starts in the background for a shell that runs %s',
    async (evaluate) => {
      const folder = testFolder();
      folder.write('token', 'a.b.c');
      const { url } = await startVend();
      const command = [
        process.execPath,
        BIN,
        'agent',
        'media-uploader',
        '--export',
        '--token-file',
        'token',
        '--url',
        url,
      ];
      const script = `lines=$("$@"); ${evaluate}; echo "$STINT_AGENT_PID $${VARIABLE}"`;
      const { PATH } = process.env;
      const env = { PATH, HOME: folder.path, XDG_STATE_HOME: folder.path };
      const { stdout } = await promisify(execFile)('sh', ['-c', script, 'sh', ...command], {
        cwd: folder.path,
        env,
      });
      const [pid = '', uri = ''] = stdout.trim().split(' ');
      onTestFinished(() => void spawnSync('kill', [pid]));
      expect((await fetch(uri)).status).toBe(200);
      process.kill(Number(pid), 'SIGTERM');
      await vi.waitFor(() => expect(secretFilesIn(folder)).toEqual([]), START);
    },
  );

  it('fails in the background as it does in front', async () => {
    const agent = startCommand(await startVend(), ['a', '--export', '--token-file', 'none']);
    expect((await once(agent.child, 'exit'))[0]).toBe(2);
    expect(agent.out()).toBe('');
    expect(agent.notes()).toContain('cannot be read');
  });

  it('serves all roles of the identity with --all', async () => {
    const listed = (role: string) => ({
      role,
      roleArn: 'acs:ram::1:role/any',
      account: '1',
      description: '',
      maxDurationSeconds: 3600,
      needs: [],
    });
    const roles = { roles: [listed('one'), listed('acs:ram::1:role/two')] };
    const deployment = await startLoopback((request, response) =>
      answerJson(request.url === '/v1/roles' ? roles : { credentials: vended() })(request, response),
    );
    const agent = startCommand(deployment, ['--all', '--aws', '--json']);
    const told = JSON.parse(await agent.ready());
    expect(told).toMatchObject({
      format: 1,
      pid: agent.child.pid,
      roles: [
        { role: 'one' },
        { credentialsUri: expect.stringMatching(/\{secret\}\/acs%3Aram%3A%3A1%3Arole%2Ftwo$/) },
      ],
    });
    const authorization = readFileSync(told.secretFile, 'utf8');
    const [, { containerUri }] = told.roles;
    expect((await fetch(containerUri, { headers: { authorization } })).status).toBe(200);
  });

  it.each([
    ['can be read by others', 0o644, 'x'.repeat(32), 'can be read or changed by others'],
    ['is too short', 0o600, 'short', 'must hold 32 to 128'],
    ['has a line end, which clients would send', 0o600, `${'x'.repeat(32)}\n`, 'no line end'],
  ])('refuses a secret file that %s', async (_name, mode, content, says) => {
    const folder = testFolder();
    folder.write('secret', content);
    execFileSync('chmod', [mode.toString(8), join(folder.path, 'secret')]);
    const agent = startCommand(await startVend(), ['a', '--secret-file', 'secret'], folder);
    expect((await once(agent.child, 'exit'))[0]).toBe(2);
    expect(agent.notes()).toContain(says);
  });

  it('refuses a pipe for a secret file, and does not wait for its writer', async () => {
    const folder = testFolder();
    execFileSync('mkfifo', ['-m', '600', join(folder.path, 'secret')]);
    const agent = startCommand(await startVend(), ['a', '--secret-file', 'secret'], folder);
    expect((await once(agent.child, 'exit'))[0]).toBe(2);
    expect(agent.notes()).toContain('is no regular file');
  });

  it('asks for the duration that it is told', async () => {
    const bodies: Promise<string>[] = [];
    const vend = await startLoopback((request, response) => {
      bodies.push(text(request));
      answerJson({ credentials: vended() })(request, response);
    });
    const agent = startCommand(vend, ['a', '--duration', '45m']);
    await agent.ready();
    expect(JSON.parse((await bodies[0]) ?? '')).toMatchObject({ role: 'a', durationSeconds: 2_700 });
    await agent.end('SIGTERM');
  });
});
