// The command as a process of its own, where nobody reads what it says.
import { spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../../clients/cli/bin.mjs', import.meta.url));
const FULL_DISK = '/dev/full';

interface Ended {
  readonly exitCode: number | null;
  readonly said: string;
}

/** `--help` is all output. */
function help(stdout: 'pipe' | number): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, '--help'], { stdio: ['ignore', stdout, 'pipe'] });
  child.stdout?.destroy();
  let said = '';
  child.stderr?.on('data', (part) => {
    said += String(part);
  });
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, said })));
}

describe('stint whose output goes nowhere', () => {
  it('ends without a word where its reader has left', async () => {
    expect(await help('pipe')).toEqual({ exitCode: 3, said: '' });
  });

  it.runIf(existsSync(FULL_DISK))('says so where the disk is full', async () => {
    expect(await help(openSync(FULL_DISK, 'w'))).toEqual({
      exitCode: 3,
      said: 'standard output cannot be written: make room\n',
    });
  });

  it.runIf(existsSync(FULL_DISK))('keeps its exit code where it cannot be said what is wrong', async () => {
    const child = spawn(process.execPath, [BIN, 'nonsense'], {
      stdio: ['ignore', 'ignore', openSync(FULL_DISK, 'w')],
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(2);
  });
});
