// The variables of a file of --env.
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';

export type EnvVariables = Readonly<Record<string, string | undefined>>;

export function readEnvFile(path: string): Result<EnvVariables, string> {
  try {
    return ok(parseEnv(readFileSync(path, 'utf8')));
  } catch {
    return err(`cannot read the file ${path} of --env: check its name`);
  }
}
