// Brings the tables and the access rules of the demo world into Tablestore, as an operator would: with the
// administrator's key, through the code and the command that serve the real cloud.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createTables } from '../../shared/adapters/tablestore/create-tables.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { INSTANCE } from '../demo/demo-account.ts';
import type { KeptKey } from './kept-key.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

export async function prepareTables(endpoint: string, key: KeptKey): Promise<readonly string[]> {
  const credentials = {
    accessKeyId: key.accessKeyId,
    accessKeySecret: new Secret(key.accessKeySecret),
    securityToken: undefined,
  };
  const made = await createTables(
    openTablestore({ endpoint, instance: INSTANCE, credentials: () => credentials }),
  );
  if (!made.ok) throw new Error(`the tables could not be made: ${made.error.code}`);
  return made.value;
}

/** `stint apply --yes FILE`, since nobody can be asked; its last line says what changed. */
export async function applyRules(file: string, adminEnvironment: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [join(ROOT, 'clients/cli/bin.mjs'), 'apply', '--yes', file], {
    cwd: ROOT,
    env: { ...adminEnvironment, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [output, faults] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if ((await exitCode) !== 0) throw new Error(`the access document was not applied:\n${faults || output}`);
  return output.trim().split('\n').at(-1) ?? '';
}
