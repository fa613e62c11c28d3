// What a function prints, kept in the state folder for whoever looks for a fault.
import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the run before is put aside at this size, so that the folder stays small. */
const MAX_LOG_BYTES = 5_000_000;

export function openFunctionLog(stateDir: string, name: string): (line: string) => void {
  const folder = join(stateDir, 'logs');
  const file = join(folder, `${name}.log`);
  mkdirSync(folder, { recursive: true });
  if (existsSync(file) && statSync(file).size > MAX_LOG_BYTES) renameSync(file, `${file}.1`);
  return (line) => appendFileSync(file, `${line}\n`);
}
