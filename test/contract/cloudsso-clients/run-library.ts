// Alibaba Cloud's credentials libraries, which this project did not write, with a profile of the aliyun command line.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PYTHON = process.env['STINT_PYTHON'] ?? 'python3';
const GO_VERSION = 'v1.4.14';

/** A member of `profiles` in ~/.aliyun/config.json, as `aliyun configure --mode CloudSSO` writes it. */
export interface CloudSsoProfile {
  readonly cloud_sso_sign_in_url: string;
  readonly cloud_sso_account_id: string;
  readonly cloud_sso_access_config: string;
  readonly access_token: string;
  /** Seconds since the epoch. */
  readonly cloud_sso_access_token_expire: number;
}

export function writeProfile(home: string, profile: CloudSsoProfile): void {
  const named = { name: 'company', mode: 'CloudSSO', output_format: 'json', language: 'en', ...profile };
  mkdirSync(join(home, '.aliyun'), { recursive: true });
  const config = { current: 'company', profiles: [named], meta_path: '' };
  writeFileSync(join(home, '.aliyun/config.json'), JSON.stringify(config));
}

export interface Library {
  readonly name: string;
  /** What this machine lacks, or undefined. */
  readonly missing: string | undefined;
  /** Whether it names the role of its profile in its requests. */
  readonly namesRole: boolean;
  /** Makes the program in an empty folder, and returns the command that runs it. */
  readonly build: (folder: string) => Promise<readonly string[]>;
}

const isThere = (command: string, ...args: readonly string[]) => spawnSync(command, args).status === 0;

async function run([command = '', ...args]: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const exitCode = await ended;
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}:\n${out}\n${errors}`);
  return out;
}

/** Runs the program with a home folder, and with no other credentials that it could find. */
export async function runLibrary(command: readonly string[], home: string): Promise<unknown> {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:ALIBABA_CLOUD_|https?_proxy$)/i.test(name),
  );
  const env = { ...Object.fromEntries(own), HOME: home, ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' };
  return JSON.parse(await run(command, home, env));
}

export const LIBRARIES: readonly Library[] = [
  {
    name: '@alicloud/credentials (Node.js)',
    missing: undefined,
    namesRole: false,
    build: async () => [process.execPath, join(HERE, 'client.mjs')],
  },
  {
    name: 'alibabacloud-credentials (Python)',
    missing: isThere(PYTHON, '-c', 'import alibabacloud_credentials')
      ? undefined
      : 'install alibabacloud-credentials from PyPI',
    namesRole: true,
    build: async () => [PYTHON, join(HERE, 'client.py')],
  },
  {
    name: 'credentials-go (Go)',
    missing: isThere('go', 'version') ? undefined : 'install Go',
    namesRole: true,
    build: async (folder) => {
      cpSync(join(HERE, 'client.go.txt'), join(folder, 'main.go'));
      const require = `require github.com/aliyun/credentials-go ${GO_VERSION}`;
      writeFileSync(join(folder, 'go.mod'), `module stint\n\ngo 1.22\n\n${require}\n`);
      await run(['go', 'build', '-mod=mod', '-o', 'client', '.'], folder, process.env);
      return [join(folder, 'client')];
    },
  },
];
