// One process at a time: a refresh token is good for one use, so two that use the same one would end the sign-in. The
// lock is a file that names its holder; a holder that has died holds nothing.
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import type { Result } from '../../../shared/kernel/result.ts';
import { type Fault, serviceFailed, wrongUsage } from '../fault.ts';
import { codeOf } from './system-error.ts';

/** Longer than whoever holds it waits for the server; a keychain may ask its owner meanwhile. */
const WAIT_MS = 60_000;
const LOOK_AGAIN_MS = 50;
/** Whether a process of another machine lives nobody can tell (a home folder on a network); none holds it for so long. */
const FOREIGN_LOCK_MS = 300_000;

const Holder = z.object({ pid: z.int().positive(), host: z.string(), id: z.string() });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

interface Held {
  readonly text: string;
  readonly isStale: boolean;
}

function readHolder(file: string): Held | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    const age = Date.now() - statSync(file).mtimeMs;
    const holder = Holder.safeParse(JSON.parse(text)).data;
    const isStale = holder?.host === hostname() ? !isAlive(holder.pid) : age > FOREIGN_LOCK_MS;
    return { text, isStale };
  } catch {
    return undefined; // released meanwhile
  }
}

/** Renamed first, since a file can be renamed once: two that find it stale do not both remove one, the second a new one. */
function breakLock(file: string, { text }: Held): void {
  const taken = `${file}.${randomUUID()}`;
  try {
    renameSync(file, taken);
    if (readFileSync(taken, 'utf8') !== text) linkSync(taken, file);
  } catch {
    // Somebody else was faster.
  }
  rmSync(taken, { force: true });
}

function tryLock(file: string, holder: string): 'taken' | 'held' | 'impossible' {
  const draft = `${file}.${randomUUID()}`;
  try {
    // Linked when it is whole: nobody reads half a holder.
    writeFileSync(draft, holder, { flag: 'wx', mode: 0o600 });
    linkSync(draft, file);
    return 'taken';
  } catch (error) {
    return codeOf(error) === 'EEXIST' ? 'held' : 'impossible';
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Not when it was broken, and is another's by now. */
function release(file: string, holder: string): void {
  if (readHolder(file)?.text === holder) rmSync(file, { force: true });
}

export async function withLock<T>(
  file: string,
  work: () => Promise<Result<T, Fault>>,
  waitMs = WAIT_MS,
): Promise<Result<T, Fault>> {
  const holder = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  const giveUpAt = Date.now() + waitMs;
  for (let lock = tryLock(file, holder); lock !== 'taken'; lock = tryLock(file, holder)) {
    if (lock === 'impossible') return wrongUsage(`${file} cannot be made: sign-ins are changed under it`);
    const held = readHolder(file);
    if (held?.isStale) breakLock(file, held);
    else if (Date.now() > giveUpAt)
      return serviceFailed(
        `another stint uses the sign-ins: wait for it, or remove ${file} if there is none`,
      );
    else await setTimeout(LOOK_AGAIN_MS);
  }
  try {
    return await work();
  } finally {
    release(file, holder);
  }
}
