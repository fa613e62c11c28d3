// OpenAPI Generator, which this project did not write, and the tools that run what it generates.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const DOCUMENT = join(HERE, '../../../openapi.yaml');
const TSX = join(HERE, '../../../node_modules/.bin/tsx');
const MAVEN_FOLDER = '.m2/repository/org/openapitools/openapi-generator-cli';
const PYTHON = process.env['STINT_PYTHON'] ?? 'python3';
const PYTHON_PACKAGES = 'pydantic, urllib3, dateutil, typing_extensions';

/** The jar of STINT_OPENAPI_GENERATOR, or the newest that Maven has fetched. */
function findJar(): string | undefined {
  const named = process.env['STINT_OPENAPI_GENERATOR'];
  if (named !== undefined) return existsSync(named) ? named : undefined;
  const folder = join(homedir(), MAVEN_FOLDER);
  if (!existsSync(folder)) return undefined;
  const versions = readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return versions
    .map((version) => join(folder, version, `openapi-generator-cli-${version}.jar`))
    .findLast(existsSync);
}

const JAR = findJar();
const runs = (command: string, ...args: readonly string[]) => spawnSync(command, args).status === 0;

/** What a machine lacks for the client of a language, or undefined. */
function missingFor(tool: string, isThere: boolean): string | undefined {
  if (JAR === undefined) return 'fetch org.openapitools:openapi-generator-cli with Maven';
  if (!runs('java', '-version')) return 'install Java';
  return isThere ? undefined : `install ${tool}`;
}

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const environment = { ...process.env, PYTHONPATH: cwd, GOFLAGS: '-mod=mod' };
  const child = spawn(command, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const exitCode = await ended;
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}:\n${out}\n${errors}`);
  return out;
}

export interface GeneratedClient {
  readonly generator: string;
  readonly missing: string | undefined;
  /** Runs the program of this folder against the generated code. */
  readonly use: (generated: string, args: readonly string[]) => Promise<string>;
}

export const CLIENTS: readonly GeneratedClient[] = [
  {
    generator: 'python',
    missing: missingFor(`Python with ${PYTHON_PACKAGES}`, runs(PYTHON, '-c', `import ${PYTHON_PACKAGES}`)),
    use: (generated, args) => run(PYTHON, [join(HERE, 'client.py'), ...args], generated),
  },
  {
    generator: 'go',
    missing: missingFor('Go', runs('go', 'version')),
    use: (generated, args) => {
      mkdirSync(join(generated, 'use'));
      cpSync(join(HERE, 'client.go.txt'), join(generated, 'use/main.go'));
      return run('go', ['run', './use', ...args], generated);
    },
  },
  {
    generator: 'typescript-fetch',
    missing: missingFor('', true),
    use: (generated, args) =>
      run(TSX, [join(HERE, 'client.ts'), ...args, join(generated, 'index.ts')], generated),
  },
];

export async function generate(generator: string, folder: string): Promise<void> {
  const args = ['generate', '--input-spec', DOCUMENT, '--generator-name', generator, '--output', folder];
  await run('java', ['-jar', String(JAR), ...args], HERE);
}
