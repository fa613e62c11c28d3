// Guarantees: one local cloud at a time uses a state folder, and only its owner can open the folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { lockStateDir } from '../../../local/world/state-dir.ts';

let parent: string;
let folder: string;
const lockFile = () => join(folder, 'running.pid');

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'stint-lock-'));
  folder = join(parent, 'state');
});
afterEach(() => rmSync(parent, { recursive: true }));

/** A process that waits until it is killed; its command line ends with the name given. */
async function waitingProcess(name: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log("up")', name], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

function held(): () => void {
  const lock = lockStateDir(folder);
  if (typeof lock === 'number') throw new Error(`held by ${lock}`);
  return lock;
}

describe('the lock of a state folder', () => {
  it('makes a folder that only its owner may open', () => {
    held();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readFileSync(lockFile(), 'utf8')).toBe(String(process.pid));
  });

  it('can be taken again after its release', () => {
    held()();
    expect(existsSync(lockFile())).toBe(false);
    held();
  });

  it('is refused with the process id while another local cloud runs', async () => {
    held();
    const pid = await waitingProcess('scripts/start.ts');
    writeFileSync(lockFile(), String(pid));
    expect(lockStateDir(folder)).toBe(pid);
    expect(readFileSync(lockFile(), 'utf8')).toBe(String(pid));
  });

  it('is taken over from a process that has ended', async () => {
    held();
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    writeFileSync(lockFile(), String(child.pid));
    held();
    expect(readFileSync(lockFile(), 'utf8')).toBe(String(process.pid));
  });

  it.runIf(process.platform === 'linux')(
    'is taken over when the process id belongs to another program by now',
    async () => {
      held();
      writeFileSync(lockFile(), String(await waitingProcess('another-program')));
      held();
    },
  );

  it.each(['', 'x', '-1'])('is taken over from a file that names no process: "%s"', (text) => {
    held();
    writeFileSync(lockFile(), text);
    held();
  });
});
