// Alibaba Cloud's credentials libraries, which this project did not write, and what runs a program that uses one.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PYTHON = process.env['STINT_PYTHON'] ?? 'python3';

/** The newest versions that Maven Central and the Go module proxy have. */
const JAVA_VERSION = '1.0.3';
const GO_VERSION = 'v1.4.14';

interface Work {
  /** An empty folder. */
  readonly folder: string;
  /** The certificate authority of the server, as a file of PEM. */
  readonly ca: string;
  readonly args: readonly string[];
}

export interface StockClient {
  readonly library: string;
  /** What this machine lacks, or undefined. */
  readonly missing: string | undefined;
  /** What the program prints. */
  readonly run: (work: Work) => Promise<string>;
  /** How it asks. */
  readonly method: 'GET' | 'POST';
  /** May its endpoint have a path? Python sends the whole text as Host, which no server takes with a path in it. */
  readonly takesPath: boolean;
}

const isThere = (command: string, ...args: readonly string[]) => spawnSync(command, args).status === 0;

/** Nothing of the machine's own credentials or proxies: a client must use what the test gives it. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('ALIBABA_CLOUD_'));
  return { ...Object.fromEntries(own), NO_PROXY: 'localhost', no_proxy: 'localhost' };
}

async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const exitCode = await ended;
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}:\n${out}\n${errors}`);
  return out;
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>stint</groupId><artifactId>stint</artifactId><version>1</version>
<dependencies><dependency>
<groupId>com.aliyun</groupId><artifactId>credentials-java</artifactId><version>${JAVA_VERSION}</version>
</dependency></dependencies></project>
`;

async function runJava({ folder, ca, args }: Work): Promise<string> {
  const store = join(folder, 'truststore');
  const keytool = ['-importcert', '-noprompt', '-file', ca, '-keystore', store, '-storepass', 'changeit'];
  await run('keytool', keytool, folder);
  writeFileSync(join(folder, 'pom.xml'), POM);
  await run('mvn', ['-q', '-B', 'dependency:build-classpath', '-Dmdep.outputFile=classpath'], folder);
  cpSync(join(HERE, 'Client.java'), join(folder, 'Main.java'));
  // Without the password Java reads no certificate from such a store, and says only that there is none.
  const trust = [`-Djavax.net.ssl.trustStore=${store}`, '-Djavax.net.ssl.trustStorePassword=changeit'];
  return run(
    'java',
    [...trust, '-cp', readFileSync(join(folder, 'classpath'), 'utf8'), 'Main.java', ...args],
    folder,
  );
}

async function runGo({ folder, ca, args }: Work): Promise<string> {
  cpSync(join(HERE, 'client.go.txt'), join(folder, 'main.go'));
  const require = `require github.com/aliyun/credentials-go ${GO_VERSION}`;
  writeFileSync(join(folder, 'go.mod'), `module stint\n\ngo 1.22\n\n${require}\n`);
  // The certificate authority is the server's alone: what fetches the library needs those of the machine.
  await run('go', ['build', '-mod=mod', '-o', 'client', '.'], folder);
  return run(join(folder, 'client'), args, folder, { SSL_CERT_FILE: ca });
}

export const STOCK_CLIENTS: readonly StockClient[] = [
  {
    library: '@alicloud/credentials (Node.js)',
    missing: undefined,
    method: 'POST',
    takesPath: true,
    run: ({ folder, ca, args }) =>
      run(process.execPath, [join(HERE, 'client.mjs'), ...args], folder, { NODE_EXTRA_CA_CERTS: ca }),
  },
  {
    library: 'alibabacloud-credentials (Python)',
    missing: isThere(PYTHON, '-c', 'import alibabacloud_credentials')
      ? undefined
      : 'install alibabacloud-credentials from PyPI',
    method: 'GET',
    takesPath: false,
    run: ({ folder, ca, args }) =>
      run(PYTHON, [join(HERE, 'client.py'), ...args], folder, { SSL_CERT_FILE: ca }),
  },
  {
    library: 'credentials-go (Go)',
    missing: isThere('go', 'version') ? undefined : 'install Go',
    method: 'POST',
    takesPath: true,
    run: runGo,
  },
  {
    library: 'credentials-java (Java)',
    missing: isThere('java', '-version') && isThere('mvn', '-v') ? undefined : 'install Java and Maven',
    method: 'POST',
    takesPath: true,
    run: runJava,
  },
];

export function newFolder(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  return folder;
}

/** Of all languages, as one text. */
export const PROGRAMS: string = ['client.mjs', 'client.py', 'client.go.txt', 'Client.java']
  .map((name) => readFileSync(join(HERE, name), 'utf8'))
  .join('\n');

/** Runs lines that make `credentials` by the library for Node.js, and gives what they get, as JSON. */
export function runSnippet(snippet: string, folder: string, ca: string): Promise<string> {
  const program = join(HERE, 'client.mjs');
  const library = createRequire(program).resolve('@alicloud/credentials');
  const file = join(folder, 'snippet.cjs');
  const opening = `const { default: Credential, Config } = require(${JSON.stringify(library)});`;
  const ending = 'credentials.getCredential().then((given) => console.log(JSON.stringify(given)));';
  writeFileSync(file, [opening, snippet, ending].join('\n'));
  return run(process.execPath, [file], folder, { NODE_EXTRA_CA_CERTS: ca });
}
