// Alibaba Cloud's credentials libraries, which this project did not write: how to make the program of each, and how to run it.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Mode } from '../../support/client-cells.ts';
import { fetchAndroidSdk } from './android-sdk.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
export const PYTHON = process.env['STINT_PYTHON'] ?? 'python3';

/** The newest versions that Maven Central and the Go module proxy have. */
export const JAVA_VERSION = '1.0.3';
const JAVA_STS_VERSION = '1.1.4';
export const GO_VERSION = 'v1.4.14';
const GO_STS_VERSION = 'v2.0.4';

/** What a program is asked to do: take credentials in this way, and ask STS with them who it is. */
export interface Call {
  readonly call: string;
  /** Absent: the library's default chain, which reads variables and profiles. */
  readonly type?: 'oidc_role_arn' | 'ecs_ram_role';
  readonly roleArn?: string;
  readonly tokenFile?: string;
  /** Of STS, as the library is told it. */
  readonly endpoint?: string;
  readonly policy?: string;
}

/** What it prints for a call. */
const Line = z.union([
  z.strictObject({ call: z.string(), version: z.string(), accessKeyId: z.string(), arn: z.string() }),
  z.strictObject({ call: z.string(), version: z.string(), error: z.string() }),
]);
export type Line = z.infer<typeof Line>;

export interface StockClient {
  readonly client: string;
  /** What this machine lacks, or undefined. */
  readonly missing: string | undefined;
  /** Makes the program in an empty folder, and gives the command that runs it. */
  readonly build: (folder: string) => Promise<readonly string[]>;
  /** Variables by which it trusts a certificate authority, a file of PEM. May write into the folder. */
  readonly trust: (ca: string, folder: string) => Promise<Variables>;
}

export type Variables = Readonly<Record<string, string>>;

export const isThere = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args).status === 0;

/** Nothing of the machine's own credentials, proxies and profiles: a client must use what the test gives it. */
function cleanEnvironment(folder: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:ALIBABA_CLOUD_|AWS_|https?_proxy$)/i.test(name),
  );
  // Java goes by its own option, not by HOME.
  const home = { HOME: folder, XDG_STATE_HOME: folder, JAVA_TOOL_OPTIONS: `-Duser.home=${folder}` };
  return { ...Object.fromEntries(own), ...home };
}

async function outputOf(
  [command = '', ...args]: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const exitCode = await ended;
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}:\n${out}\n${errors}`);
  return out;
}

/** With the machine's own home folder, in which Go and Maven keep what they have fetched. */
export const make = (folder: string, ...command: readonly string[]) => outputOf(command, folder, process.env);

/** Runs a program whose home folder is the one given, in which it also works. */
export const run = (command: readonly string[], folder: string, own: Variables = {}): Promise<string> =>
  outputOf(command, folder, { ...cleanEnvironment(folder), ...own });

/** Java's library prints lines of its own. */
export const readLines = (printed: string): readonly Line[] =>
  printed
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => Line.parse(JSON.parse(line)));

const programOf = (name: string): string => readFileSync(join(HERE, name), 'utf8');

/** Gives the command that runs this program. */
export async function buildGo(folder: string, program: string): Promise<readonly string[]> {
  writeFileSync(join(folder, 'main.go'), program);
  const modules = [
    `github.com/aliyun/credentials-go ${GO_VERSION}`,
    `github.com/alibabacloud-go/sts-20150401/v2 ${GO_STS_VERSION}`,
  ];
  const requires = modules.map((module) => `require ${module}\n`).join('');
  writeFileSync(join(folder, 'go.mod'), `module stint\n\ngo 1.22\n\n${requires}`);
  await make(folder, 'go', 'build', '-mod=mod', '-o', 'client', '.');
  return [join(folder, 'client')];
}

const dependency = (artifact: string, version: string): string =>
  `<dependency><groupId>com.aliyun</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>stint</groupId><artifactId>stint</artifactId><version>1</version>
<dependencies>
${dependency('credentials-java', JAVA_VERSION)}
${dependency('sts20150401', JAVA_STS_VERSION)}
</dependencies></project>
`;

/** Gives the command that runs this program, whose class is `Main` or the one that is named. */
export async function buildJava(folder: string, program: string, name = 'Main'): Promise<readonly string[]> {
  writeFileSync(join(folder, 'pom.xml'), POM);
  await make(folder, 'mvn', '-q', '-B', 'dependency:build-classpath', '-Dmdep.outputFile=classpath');
  writeFileSync(join(folder, `${name}.java`), program);
  const libraries = readFileSync(join(folder, 'classpath'), 'utf8');
  await make(folder, 'javac', '-cp', libraries, `${name}.java`);
  return ['java', '-cp', `${folder}:${libraries}`, name];
}

/** Gives the command that runs this program. */
export async function buildCSharp(folder: string, program: string): Promise<readonly string[]> {
  writeFileSync(join(folder, 'App.cs'), program);
  const references = ['-r:System.Net.Http', '-r:System.Runtime.Serialization'];
  await make(folder, 'mcs', '-nologo', ...references, 'App.cs');
  return ['mono', join(folder, 'App.exe')];
}

/** Without the password Java reads no certificate from such a store, and says only that there is none. */
export async function trustByJava(ca: string, folder: string): Promise<Variables> {
  const store = join(folder, 'truststore');
  const imported = ['-importcert', '-noprompt', '-file', ca, '-keystore', store, '-storepass', 'changeit'];
  await make(folder, 'keytool', ...imported);
  const options = [`-Djavax.net.ssl.trustStore=${store}`, '-Djavax.net.ssl.trustStorePassword=changeit'];
  return { JAVA_TOOL_OPTIONS: options.join(' ') };
}

const hasPackages = isThere(PYTHON, '-c', 'import alibabacloud_credentials, alibabacloud_sts20150401, boto3');
const needsPython = hasPackages
  ? undefined
  : 'alibabacloud-credentials, alibabacloud-sts20150401 and boto3 from PyPI';

export const needsGo = isThere('go', 'version') ? undefined : 'Go';

export const needsPhp = isThere('php', '--version') ? undefined : 'PHP';

export const needsMono = isThere('mcs', '--version') && isThere('mono', '--version') ? undefined : 'Mono';

export const needsJava = isThere('java', '-version') && isThere('mvn', '-v') ? undefined : 'Java and Maven';

export const STOCK_CLIENTS: readonly StockClient[] = [
  {
    client: '@alicloud/credentials (Node.js)',
    missing: undefined,
    build: async () => [process.execPath, join(HERE, 'client.mjs')],
    trust: async (ca) => ({ NODE_EXTRA_CA_CERTS: ca }),
  },
  {
    client: 'alibabacloud-credentials (Python)',
    missing: needsPython,
    build: async () => [PYTHON, join(HERE, 'client.py')],
    trust: async (ca) => ({ SSL_CERT_FILE: ca }),
  },
  {
    client: 'credentials-go (Go)',
    missing: needsGo,
    build: (folder) => buildGo(folder, programOf('client.go.txt')),
    trust: async (ca) => ({ SSL_CERT_FILE: ca }),
  },
  {
    client: 'credentials-java (Java)',
    missing: needsJava,
    build: (folder) => buildJava(folder, programOf('Client.java')),
    trust: trustByJava,
  },
];

/** A client that signs no request which the local cloud understands: its program prints the keys. */
export interface KeysClient extends Pick<StockClient, 'client' | 'missing' | 'build'> {
  readonly mode: Mode;
  /** Of the agent. */
  readonly argv: readonly string[];
  /** Beside that another program used the keys. */
  readonly limit?: string;
}

export const KEYS_CLIENTS: readonly KeysClient[] = [
  {
    client: 'boto3 (Python)',
    missing: needsPython,
    build: async () => [PYTHON, join(HERE, 'boto.py')],
    mode: 'container',
    argv: ['--aws'],
  },
  {
    client: 'oss-android-sdk (Java)',
    missing: needsJava,
    build: async (folder) => {
      const libraries = fetchAndroidSdk(folder);
      cpSync(join(HERE, 'Phone.java'), join(folder, 'Phone.java'));
      return ['java', '-cp', libraries, join(folder, 'Phone.java')];
    },
    mode: 'phone',
    argv: [],
    limit: 'on the JVM',
  },
];

/** Of all languages, as one text. */
export const PROGRAMS: string = ['client.mjs', 'client.py', 'client.go.txt', 'Client.java']
  .map(programOf)
  .join('\n');

/** Runs lines that make `credentials` by the library for Node.js, and gives what they get, as JSON. */
export function runSnippet(snippet: string, folder: string, ca: string): Promise<string> {
  const library = createRequire(join(HERE, 'client.mjs')).resolve('@alicloud/credentials');
  const file = join(folder, 'snippet.cjs');
  const opening = `const { default: Credential, Config } = require(${JSON.stringify(library)});`;
  const ending = 'credentials.getCredential().then((given) => console.log(JSON.stringify(given)));';
  writeFileSync(file, [opening, snippet, ending].join('\n'));
  return run([process.execPath, file], folder, { NODE_EXTRA_CA_CERTS: ca });
}

/** A profile of the aliyun command line, as the only one of a home folder. */
export function writeProfile(home: string, profile: Readonly<Record<string, unknown>>): string {
  const named = {
    name: 'company',
    output_format: 'json',
    language: 'en',
    region_id: 'cn-hangzhou',
    ...profile,
  };
  mkdirSync(join(home, '.aliyun'), { recursive: true });
  const file = join(home, '.aliyun/config.json');
  writeFileSync(file, JSON.stringify({ current: 'company', profiles: [named], meta_path: '' }));
  return file;
}
