// Unmodified credentials libraries take credentials from `stint agent` after the lines that it prints: those of Alibaba Cloud
// for Node.js and Python by the URI protocol and as on ECS, and the AWS SDK for Python by the container protocol.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { vended } from '../support/agent.ts';
import { answerJson, startLoopback } from '../support/loopback.ts';
import { type TestFolder, testFolder } from '../unit/cli/test-terminal.ts';

const HERE = fileURLToPath(new URL('agent-clients', import.meta.url));
const BIN = fileURLToPath(new URL('../../clients/cli/bin.mjs', import.meta.url));
const TSX = fileURLToPath(new URL('../../node_modules/.bin/tsx', import.meta.url));
const PYTHON = process.env['STINT_PYTHON'] ?? 'python3';
const PACKAGES = 'alibabacloud_credentials, boto3';
/** A client starts, is compiled, and may wait a while for sources that are not there. */
const START = { timeout: 60_000 };

/** CI must not pass for want of a package or of the right to make a network. */
const isCi = process.env['CI'] !== undefined;
const runs = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args).status === 0;
const hasPackages = runs(PYTHON, '-c', `import ${PACKAGES}`);
const hasNamespaces = runs('unshare', '-rn', 'ip', 'link', 'set', 'lo', 'up');

const NODE = [TSX, join(HERE, 'client.ts')];
const PY = [PYTHON, join(HERE, 'client.py')];

const GIVEN = {
  accessKeyId: 'STS.agent-1',
  accessKeySecret: 'canary-secret-1',
  securityToken: 'canary+token/1=',
};

/** Of a home folder in which nothing else gives credentials. */
const envOf = ({ path }: TestFolder) => ({ PATH: process.env['PATH'], HOME: path, XDG_STATE_HOME: path });

/** The lines that `stint agent` prints, while it runs to the end of the test. */
async function startAgentCommand(folder: TestFolder, argv: readonly string[]): Promise<string> {
  const { url } = await startLoopback(answerJson({ credentials: vended() }));
  folder.write('token', 'a.b.c');
  const args = [BIN, 'agent', '--url', url, '--token-file', 'token', ...argv];
  const child = spawn(process.execPath, args, { cwd: folder.path, env: envOf(folder) });
  onTestFinished(() => void child.kill('SIGKILL'));
  let lines = '';
  child.stdout.on('data', (data) => {
    lines += String(data);
  });
  await vi.waitFor(() => expect(lines).toMatch(/\n$/), START);
  return lines;
}

/** What a client prints after a shell has run the lines. */
function runAfter(lines: string, folder: TestFolder, command: readonly string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const script = `${lines}\nexec "$@"`;
    execFile('sh', ['-c', script, 'sh', ...command], { env: envOf(folder) }, (error, out) =>
      error ? reject(error) : resolve(JSON.parse(out)),
    );
  });
}

const CLIENTS = [
  { client: '@alicloud/credentials, URI', command: [...NODE, 'uri'], argv: [], isMissing: false },
  { client: 'alibabacloud-credentials, URI', command: [...PY, 'uri'], argv: [], isMissing: !hasPackages },
  { client: 'boto3, container', command: [...PY, 'aws'], argv: ['--aws'], isMissing: !hasPackages },
];

describe.each(CLIENTS)('$client', ({ command, argv, isMissing }) => {
  const title = isMissing ? `needs: ${PYTHON} with ${PACKAGES}` : 'takes credentials from the agent';

  it.skipIf(isMissing && !isCi)(title, async () => {
    const folder = testFolder();
    const lines = await startAgentCommand(folder, ['media-uploader', ...argv]);
    expect(await runAfter(lines, folder, command)).toEqual(GIVEN);
  });
});

describe('clients that ask the metadata service of ECS', () => {
  const isMissing = !hasPackages || !hasNamespaces;
  const title = isMissing
    ? `needs: ${PYTHON} with ${PACKAGES}, and unshare and ip`
    : 'take the credentials of the first role from the agent';

  it.skipIf(isMissing && !isCi)(title, async () => {
    const clients = [
      [...NODE, 'metadata'],
      [...PY, 'metadata'],
    ];
    const script = 'ip link set lo up && ip addr add 100.100.100.200/32 dev lo && exec "$@"';
    const program = [TSX, join(HERE, 'run-in-namespace.ts')];
    const args = [JSON.stringify({ credentials: vended() }), JSON.stringify(clients)];
    const child = spawn('unshare', ['-rn', 'sh', '-c', script, 'sh', ...program, ...args], {
      cwd: testFolder().path,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = (await text(child.stdout)).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([GIVEN, GIVEN]);
  });
});
