// Unmodified credentials libraries take credentials from `stint agent` after the lines that it prints: those of Alibaba Cloud
// by the URI protocol and, for Node.js and Python, as on ECS, the OSS SDK for Android, and the AWS SDK for Python by the container
// protocol.
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { vended } from '../support/agent.ts';
import { answerJson, startLoopback } from '../support/loopback.ts';
import { type TestFolder, testFolder } from '../unit/cli/test-terminal.ts';
import { fetchAndroidSdk } from './stock-clients/android-sdk.ts';

const HERE = fileURLToPath(new URL('agent-clients', import.meta.url));
const BIN = fileURLToPath(new URL('../../clients/cli/bin.mjs', import.meta.url));
const TSX = fileURLToPath(new URL('../../node_modules/.bin/tsx', import.meta.url));
const PYTHON = process.env['STINT_PYTHON'] ?? 'python3';
const PACKAGES = 'alibabacloud_credentials, boto3';
/** A client starts, is compiled, and may wait a while for sources that are not there. */
const START = { timeout: 60_000 };
/** Go and Maven fetch packages where nobody has on this machine. */
const BUILD_TIMEOUT_MS = 300_000;

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

/** With the machine's own home folder, in which Go and Maven keep what they have fetched. */
const runHere = (folder: TestFolder, command: string, ...args: readonly string[]): unknown =>
  execFileSync(command, args, { cwd: folder.path });

function buildGo(folder: TestFolder): readonly string[] {
  folder.write('main.go', readFileSync(join(HERE, 'client.go.txt')));
  folder.write('go.mod', 'module stint\n\ngo 1.22\n\nrequire github.com/aliyun/credentials-go v1.4.14\n');
  runHere(folder, 'go', 'build', '-mod=mod', '-o', 'client', '.');
  return [join(folder.path, 'client')];
}

/** The newest version that Maven Central has. */
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>stint</groupId><artifactId>stint</artifactId><version>1</version>
<dependencies><dependency>
<groupId>com.aliyun</groupId><artifactId>credentials-java</artifactId><version>1.0.3</version>
</dependency></dependencies></project>
`;

function buildJava(folder: TestFolder): readonly string[] {
  folder.write('Main.java', readFileSync(join(HERE, 'Client.java')));
  folder.write('pom.xml', POM);
  runHere(folder, 'mvn', '-q', '-B', 'dependency:build-classpath', '-Dmdep.outputFile=classpath');
  return ['java', '-cp', folder.read('classpath'), join(folder.path, 'Main.java')];
}

function buildAndroid(folder: TestFolder): readonly string[] {
  folder.write('Phone.java', readFileSync(join(HERE, 'Phone.java')));
  return ['java', '-cp', fetchAndroidSdk(folder.path), join(folder.path, 'Phone.java')];
}

const needsPython = hasPackages ? undefined : `${PYTHON} with ${PACKAGES}`;

interface AgentClient {
  readonly client: string;
  /** Makes the program in an empty folder, and gives the command that runs it. */
  readonly build: (folder: TestFolder) => readonly string[];
  readonly argv: readonly string[];
  readonly missing: string | undefined;
}

const CLIENTS: readonly AgentClient[] = [
  { client: '@alicloud/credentials, URI', build: () => [...NODE, 'uri'], argv: [], missing: undefined },
  { client: 'alibabacloud-credentials, URI', build: () => [...PY, 'uri'], argv: [], missing: needsPython },
  {
    client: 'credentials-go, URI',
    build: buildGo,
    argv: [],
    missing: runs('go', 'version') ? undefined : 'Go',
  },
  {
    client: 'credentials-java, URI',
    build: buildJava,
    argv: [],
    missing: runs('java', '-version') && runs('mvn', '-v') ? undefined : 'Java and Maven',
  },
  {
    client: 'oss-android-sdk, authorization server',
    build: buildAndroid,
    argv: [],
    missing: runs('java', '-version') && runs('mvn', '-v') ? undefined : 'Java and Maven',
  },
  { client: 'boto3, container', build: () => [...PY, 'aws'], argv: ['--aws'], missing: needsPython },
];

describe.each(CLIENTS)('$client', ({ build, argv, missing }) => {
  const title = missing === undefined ? 'takes credentials from the agent' : `needs: ${missing}`;

  it.skipIf(missing !== undefined && !isCi)(
    title,
    async () => {
      const folder = testFolder();
      const command = build(folder);
      const lines = await startAgentCommand(folder, ['media-uploader', ...argv]);
      expect(await runAfter(lines, folder, command)).toEqual(GIVEN);
    },
    BUILD_TIMEOUT_MS,
  );
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
