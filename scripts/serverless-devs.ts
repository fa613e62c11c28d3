// npm run preview and npm run deploy: runs Serverless Devs with the settings of deployment.env, which stint setup writes, and the
// secrets of login. Serverless Devs prints what it deploys. So a preview gets a placeholder for each secret; a deployment gets
// the secrets, and its output is masked.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { DEPLOYMENT_FILE } from '../clients/cli/base/deployment-file.ts';
import { SECRET_FILES, TOKEN_HOLDER } from '../clients/cli/setup/deployment-settings.ts';
import { showable } from '../shared/kernel/showable.ts';
import { maskSecrets } from './serverless-devs/mask-secrets.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const BIN = join(ROOT, 'node_modules/@serverless-devs/s/bin/s');

const SHOWN = '(set; not shown)';

type Environment = Readonly<Record<string, string | undefined>>;

/** npm runs scripts in the clone, wherever it was called: a folder within it may be another deployment's. */
function findFolder({ npm_lifecycle_event: script, INIT_CWD: called }: Environment): string {
  const isScript = script === 'preview' || script === 'deploy';
  return isScript && called && existsSync(join(called, DEPLOYMENT_FILE)) ? called : process.cwd();
}

const FOLDER = findFolder(process.env);

/** Of a file that came with a stranger's folder, NODE_OPTIONS would run the stranger's code with the deployer's credentials. */
const isSetting = (name: string): boolean => name.startsWith('STINT_');

/** Those of the file, if there is one. What the environment sets comes before them. */
function readSettings(env: Environment): Environment {
  const file = join(FOLDER, DEPLOYMENT_FILE);
  if (!existsSync(file)) return env;
  const values = Object.entries(parseEnv(readFileSync(file, 'utf8')));
  const others = values.flatMap(([name]) => (isSetting(name) ? [] : [showable(name)]));
  const left = others.length === 0 ? '' : `; not taken from it: ${others.join(', ')}`;
  process.stderr.write(`settings: ${file}${left}\n`);
  return { ...Object.fromEntries(values.filter(([name]) => isSetting(name))), ...env };
}

/** The variable itself, else the file. A file that <NAME>_FILE names must exist. */
function readSecret(name: string, defaultFile: string, env: Environment): string {
  const given = env[name];
  if (given !== undefined && given !== '') return given;
  const named = env[`${name}_FILE`];
  const file = resolve(FOLDER, named ?? defaultFile);
  return named === undefined && !existsSync(file) ? '' : readFileSync(file, 'utf8').trim();
}

const readSecrets = (env: Environment) =>
  Object.fromEntries(Object.entries(SECRET_FILES).map(([name, file]) => [name, readSecret(name, file, env)]));

async function copyMasked(from: Readable, to: Writable, secrets: readonly string[]): Promise<void> {
  for await (const line of createInterface({ input: from })) to.write(`${maskSecrets(line, secrets)}\n`);
}

async function main([command = '', ...args]: readonly string[]): Promise<number> {
  if (command !== 'preview' && command !== 'deploy') {
    process.stderr.write(
      'give preview or deploy, and after -- the arguments for Serverless Devs: npm run deploy -- -y\n',
    );
    return 2;
  }
  const environment = readSettings(process.env);
  const secrets = readSecrets(environment);
  const hidden = { ...secrets, [TOKEN_HOLDER]: environment[TOKEN_HOLDER] ?? '' };
  const values = Object.values(hidden).filter((value) => value !== '');
  const shown = Object.entries(hidden).map(([name, value]) => [name, value === '' ? '' : SHOWN]);
  const child = spawn(process.execPath, [BIN, command, ...args], {
    cwd: ROOT,
    env: { ...environment, ...(command === 'deploy' ? secrets : Object.fromEntries(shown)) },
    stdio: ['inherit', 'pipe', 'pipe'],
  });
  const ended = new Promise<number>((done) => child.once('close', (code) => done(code ?? 1)));
  await Promise.all([
    copyMasked(child.stdout, process.stdout, values),
    copyMasked(child.stderr, process.stderr, values),
  ]);
  return ended;
}

process.exitCode = await main(process.argv.slice(2));
