// The manifests of clients/kubernetes and every block of docs/for-kubernetes-owners.md, tried as in a cluster: the files that kubelet
// makes, the environment that the manifest gives and no other, real SDKs, and a token of the cluster that vend verifies.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { grantTo, role } from '../support/builders.ts';
import { FIRST_KEY, startCiWorld } from '../support/ci-world.ts';
import { documentBlocks } from '../support/document-blocks.ts';
import { type StartedContainer, startPod, type TokenRequest } from '../support/kubelet.ts';
import { runHere } from '../support/run-here.ts';
import { KUBERNETES } from '../support/vendor-claims.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { GO_VERSION, JAVA_VERSION, STOCK_CLIENTS } from './stock-clients/clients.ts';
import { startOverTls } from './stock-clients/world.ts';

const PAGE = 'docs/for-kubernetes-owners.md';
const HOST = 'vend.example.com';
const MANIFESTS = fileURLToPath(new URL('../../clients/kubernetes', import.meta.url));
const BIN = fileURLToPath(new URL('../../clients/cli/bin.mjs', import.meta.url));
const PYTHON = process.env['STINT_PYTHON'] ?? 'python3';
const AGENT_SECRET = 'a'.repeat(64);
/** Go and Maven fetch packages where nobody has on this machine. */
const BUILD_TIMEOUT_MS = 300_000;
const START = { timeout: 60_000 };

/** CI must not pass for want of a tool. */
const isCi = process.env['CI'] !== undefined;

const blocks = documentBlocks(PAGE);
const blockOf = (language: string): string => blocks.find((block) => block.language === language)?.text ?? '';
const manifest = (name: string): unknown => parse(readFileSync(join(MANIFESTS, name), 'utf8'));

/** vend, whose cluster may give the pod of the manifests the role `exporter`, over HTTP and over TLS. */
async function startCluster() {
  const world = await startCiWorld(KUBERNETES, `https://${HOST}`);
  world.vend.store.roles = [role({ id: 'exporter', roleArn: 'acs:ram::1234567890123456:role/exporter' })];
  const parts = { role: 'exporter', maxDurationSeconds: 3_600, sessionPolicy: 'inherit' } as const;
  world.vend.store.grants = [grantTo({ kind: 'sub', name: KUBERNETES.subject }, parts, 'ci')];
  const folder = testFolder().path;
  const tls = await startOverTls(world.vend, folder, (close) => onTestFinished(() => void close()));
  const giveToken = ({ namespace, serviceAccount, audience, expirationSeconds }: TokenRequest): string => {
    const iat = Math.floor(Date.now() / 1000) - 5;
    const sub = `system:serviceaccount:${namespace}:${serviceAccount}`;
    // The API server gives a list, also of one audience.
    return world.idToken(audience, { sub, aud: [audience], iat, exp: iat + expirationSeconds });
  };
  const volumes = join(folder, 'volumes');
  const pod = (spec: unknown) =>
    startPod(spec, { folder: volumes, giveToken, secrets: { 'stint-agent': { secret: AGENT_SECRET } } });
  return { world, folder, pod, volumes, ...tls };
}

type Cluster = Awaited<ReturnType<typeof startCluster>>;

/** Only what the manifest gives, what every image has, and the certificate authority of the test. */
function environmentOf(
  cluster: Cluster,
  { env }: StartedContainer,
  trust: Readonly<Record<string, string>> = {},
) {
  const placed = Object.entries(env).map(([name, value]) => [
    name,
    value === HOST ? cluster.endpoint : value,
  ]);
  return { PATH: process.env['PATH'], HOME: cluster.folder, ...trust, ...Object.fromEntries(placed) };
}

const containerOf = (pod: ReadonlyMap<string, StartedContainer>, name: string): StartedContainer => {
  const found = pod.get(name);
  if (found === undefined) throw new Error(`the manifest has no container ${name}`);
  return found;
};

interface Program {
  readonly language: string;
  readonly client: string;
  /** Makes a program of the page's lines in the folder, and gives the command that runs it. */
  readonly build: (lines: string, folder: string) => Promise<string>;
}

const PRINT_JS = 'credentials.getCredential().then((given) => console.log(JSON.stringify(given)));';
const LIBRARY = createRequire(import.meta.url).resolve('@alicloud/credentials');

async function buildJs(lines: string, folder: string): Promise<string> {
  const opening = `const { default: Credential, Config } = require(${JSON.stringify(LIBRARY)});`;
  writeFileSync(join(folder, 'main.cjs'), [opening, lines, PRINT_JS].join('\n'));
  return `${process.execPath} main.cjs`;
}

async function buildPython(lines: string, folder: string): Promise<string> {
  const opening = `import json, os
from alibabacloud_credentials.client import Client
from alibabacloud_credentials.models import Config
`;
  const print = `given = credentials.get_credential()
print(json.dumps({"accessKeyId": given.access_key_id, "accessKeySecret": given.access_key_secret, "securityToken": given.security_token}))
`;
  writeFileSync(join(folder, 'main.py'), opening + lines + print);
  return `${PYTHON} main.py`;
}

async function buildGo(lines: string, folder: string): Promise<string> {
  const program = `package main

import (
	"encoding/json"
	"os"

	"github.com/aliyun/credentials-go/credentials"
)

func main() {
${lines}
	if err != nil {
		panic(err)
	}
	given, err := credential.GetCredential()
	if err != nil {
		panic(err)
	}
	json.NewEncoder(os.Stdout).Encode(map[string]*string{
		"accessKeyId": given.AccessKeyId, "accessKeySecret": given.AccessKeySecret, "securityToken": given.SecurityToken,
	})
}
`;
  writeFileSync(join(folder, 'main.go'), program);
  writeFileSync(
    join(folder, 'go.mod'),
    `module stint\n\ngo 1.22\n\nrequire github.com/aliyun/credentials-go ${GO_VERSION}\n`,
  );
  await runHere('go build -mod=mod -o main .', folder);
  return './main';
}

async function buildJava(lines: string, folder: string): Promise<string> {
  writeFileSync(
    join(folder, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>stint</groupId><artifactId>stint</artifactId><version>1</version>
<dependencies><dependency>
<groupId>com.aliyun</groupId><artifactId>credentials-java</artifactId><version>${JAVA_VERSION}</version>
</dependency></dependencies></project>
`,
  );
  writeFileSync(
    join(folder, 'Main.java'),
    `import com.aliyun.credentials.Client;
import com.aliyun.credentials.models.*;

public class Main {
  public static void main(String[] args) throws Exception {
${lines}
    CredentialModel given = credentials.getCredential();
    System.out.printf("{\\"accessKeyId\\":\\"%s\\",\\"accessKeySecret\\":\\"%s\\",\\"securityToken\\":\\"%s\\"}%n", given.accessKeyId, given.accessKeySecret, given.securityToken);
  }
}
`,
  );
  await runHere(
    'mvn -q -B dependency:build-classpath -Dmdep.outputFile=classpath && javac -cp "$(cat classpath)" Main.java',
    folder,
  );
  return 'java -cp ".:$(cat classpath)" Main';
}

const PROGRAMS: readonly Program[] = [
  { language: 'js', client: '@alicloud/credentials (Node.js)', build: buildJs },
  { language: 'python', client: 'alibabacloud-credentials (Python)', build: buildPython },
  { language: 'go', client: 'credentials-go (Go)', build: buildGo },
  { language: 'java', client: 'credentials-java (Java)', build: buildJava },
];

/** The library may print lines of its own. */
const lastLine = (printed: string): unknown => JSON.parse(printed.trim().split('\n').at(-1) ?? '');

describe.each(PROGRAMS)('in the pod of sts-endpoint.yaml, $client', ({ language, client, build }) => {
  const stock = STOCK_CLIENTS.find((one) => one.client === client);
  const missing = stock?.missing;

  it.skipIf(missing !== undefined && !isCi)(
    missing === undefined ? 'takes credentials by the lines of the page' : `needs: ${missing}`,
    async () => {
      const cluster = await startCluster();
      const work = join(cluster.folder, 'work');
      mkdirSync(work);
      const command = await build(blockOf(language), work);
      const container = containerOf(cluster.pod(manifest('sts-endpoint.yaml')), 'exporter');
      const trust = (await stock?.trust(cluster.ca, work)) ?? {};
      const printed = await runHere(command, work, environmentOf(cluster, container, trust));
      expect(lastLine(printed)).toMatchObject(FIRST_KEY);
      expect(cluster.world.vend.auditLog.events).toMatchObject([
        { wire: 'sts', outcome: 'granted', role: 'exporter', subject: KUBERNETES.subject },
      ]);
    },
    BUILD_TIMEOUT_MS,
  );
});

/** Until the test ends. */
function startAgent({ args }: StartedContainer, folder: string): { readonly notes: () => string } {
  const child: ChildProcess = spawn(process.execPath, [BIN, 'agent', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let notes = '';
  child.stderr?.on('data', (data) => {
    notes += String(data);
  });
  return { notes: () => notes };
}

describe('in the pod of sidecar.yaml', () => {
  it('an SDK finds the agent by the environment alone, and the agent takes the pod’s role', async () => {
    const { world, folder, pod } = await startCluster();
    const containers = pod(manifest('sidecar.yaml'));
    const { args } = containerOf(containers, 'stint-agent');
    const placed = args.map((arg) => arg.replace(`https://${HOST}`, world.url).replace('9911', '9913'));
    expect(placed.filter((arg, index) => arg !== args[index])).toHaveLength(2);
    const agent = startAgent({ args: placed, env: {} }, folder);
    await vi.waitFor(async () => {
      const answer = await fetch('http://127.0.0.1:9913/readyz').catch(() => undefined);
      expect([answer?.status, agent.notes()]).toEqual([200, expect.any(String)]);
    }, START);
    const { env } = containerOf(containers, 'exporter');
    const uri = (env['ALIBABA_CLOUD_CREDENTIALS_URI'] ?? '').replace('9911', '9913');
    expect(uri).toContain(AGENT_SECRET);
    writeFileSync(
      join(folder, 'main.cjs'),
      `const { default: Credential } = require(${JSON.stringify(LIBRARY)}); const credentials = new Credential(); ${PRINT_JS}`,
    );
    const own = { PATH: process.env['PATH'], HOME: folder, ...env, ALIBABA_CLOUD_CREDENTIALS_URI: uri };
    expect(lastLine(await runHere(`${process.execPath} main.cjs`, folder, own))).toMatchObject(FIRST_KEY);
    expect(world.vend.auditLog.events[0]).toMatchObject({ role: 'exporter', subject: KUBERNETES.subject });
  });
});

describe('the manifests', () => {
  const isThere = spawnSync(PYTHON, ['-c', 'import kubernetes_validate']).status === 0;
  it.skipIf(!isThere && !isCi)(
    isThere ? 'are valid by the schema of Kubernetes' : `needs: ${PYTHON} with kubernetes-validate`,
    () => {
      const file = join(MANIFESTS, 'sts-endpoint.yaml');
      const { status, stdout } = spawnSync(PYTHON, ['-m', 'kubernetes_validate', '--strict', file], {
        encoding: 'utf8',
      });
      expect([status, stdout]).toEqual([0, expect.stringContaining('passed')]);
    },
  );
});

describe(PAGE, () => {
  it('has these blocks, each of which a test here runs', () => {
    expect(blocks.map(({ heading, language }) => [heading, language])).toEqual([
      ...['yaml', 'js', 'python', 'go', 'java'].map((language) => ['The SDK asks Stint', language]),
      ['One request', ''],
    ]);
  });

  it('shows the manifest as it is, without its comments', () => {
    expect(parse(blockOf('yaml'))).toEqual(manifest('sts-endpoint.yaml'));
  });

  it('shows a request that gets credentials with the file of the pod', async () => {
    const { world, folder, pod, volumes } = await startCluster();
    pod(parse(blockOf('yaml')));
    const lines = blockOf('')
      .replace(`https://${HOST}`, world.url)
      .replace('/var/run/secrets/stint/', `${volumes}/stint-token/`);
    expect(lines).toContain(volumes);
    expect(JSON.parse(await runHere(lines, folder))).toMatchObject({
      role: 'exporter',
      credentials: FIRST_KEY,
    });
  });
});
