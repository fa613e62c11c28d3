// Lets one process at a time do what two would spoil: a refresh token is good for one use, a document is replaced whole. The
// lock is a file that names its holder, and the holder touches the file while it holds the lock. The lock of a process that
// has died is broken, even where another process has its id by now: that process does not touch the file.
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, serviceFailed, wrongUsage } from './command-fault.ts';
import { systemErrorCode } from './system-error.ts';

/** Longer than a holder waits for the server. The person may have to unlock a keychain first. */
const WAIT_MS = 60_000;
const LOOK_AGAIN_MS = 50;
const TOUCH_MS = 1_000;
/** A living holder touches the file more often than this: no busy machine delays a timer for so long. */
const UNTOUCHED_MS = 15_000;
/**
 * For a holder on another machine (a home folder on a network): this machine cannot tell whether that process lives. The
 * clocks may differ, and a network file system shows a touch late.
 */
const FOREIGN_LOCK_MS = 300_000;
/** To break a lock takes microseconds. */
const CLAIM_MS = 10_000;

const Holder = z.object({ pid: z.int().positive(), host: z.string(), id: z.string() });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

interface Held {
  readonly text: string;
  readonly touchedAt: number;
}

function readHolder(file: string): Held | undefined {
  try {
    return { text: readFileSync(file, 'utf8'), touchedAt: statSync(file).mtimeMs };
  } catch {
    return undefined; // released in between
  }
}

function holderIn(text: string): z.infer<typeof Holder> | undefined {
  try {
    return Holder.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // written by something else
  }
}

/**
 * Gives a function that says whether a lock is stale. It measures for how long it has seen the same holder and the same touch,
 * since the clock of the machine may be set in between.
 */
function watchHolder(untouchedMs: number) {
  let seen: Held | undefined;
  let since = 0;
  return (held: Held): boolean => {
    if (seen?.text !== held.text || seen.touchedAt !== held.touchedAt) since = performance.now();
    seen = held;
    const holder = holderIn(held.text);
    if (holder?.host !== hostname()) return Date.now() - held.touchedAt > FOREIGN_LOCK_MS;
    return !isAlive(holder.pid) || performance.now() - since > untouchedMs;
  };
}

/** A claim that is old was left by a process that was ended between two system calls, and is removed for the next try. */
function takeClaim(claim: string): boolean {
  try {
    writeFileSync(claim, '', { flag: 'wx', mode: 0o600 });
    return true;
  } catch {
    const madeAt = statSync(claim, { throwIfNoEntry: false })?.mtimeMs;
    if (madeAt !== undefined && Date.now() - madeAt > CLAIM_MS) rmSync(claim, { force: true });
    return false;
  }
}

/**
 * Removes a lock that was found stale. One process at a time may, and it looks again first: of two that found the same lock
 * stale, the slower one would otherwise remove the lock that the faster one has taken since. False where another process is
 * at it, or the system does not let this one.
 */
function breakLock(file: string, { text, touchedAt }: Held): boolean {
  const claim = `${file}.breaking`;
  try {
    if (!takeClaim(claim)) return false;
    try {
      const found = readHolder(file);
      if (found?.text === text && found.touchedAt === touchedAt) rmSync(file, { force: true });
    } finally {
      rmSync(claim, { force: true });
    }
    return true;
  } catch {
    return false;
  }
}

function tryLock(file: string, holder: string): 'taken' | 'held' | 'impossible' {
  const draft = `${file}.${randomUUID()}`;
  try {
    // A link to the whole file: no process reads half of it.
    writeFileSync(draft, holder, { flag: 'wx', mode: 0o600 });
    linkSync(draft, file);
    return 'taken';
  } catch (error) {
    return systemErrorCode(error) === 'EEXIST' ? 'held' : 'impossible';
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Until the returned function is called. A broken lock may be another process's by now, and is not touched. */
function keepTouching(file: string, holder: string): () => void {
  const touch = () => {
    const now = new Date();
    try {
      if (readHolder(file)?.text === holder) utimesSync(file, now, now);
    } catch {
      // Broken in between.
    }
  };
  const timer = setInterval(touch, TOUCH_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Leaves a lock alone that was broken and is another process's by now. */
function release(file: string, holder: string): void {
  if (readHolder(file)?.text === holder) rmSync(file, { force: true });
}

interface LockOptions {
  /** What is locked, for the message when the lock cannot be had. */
  readonly what: string;
  /** How long to wait for another holder. */
  readonly waitMs?: number;
  readonly untouchedMs?: number;
}

/** Runs `work` while it holds the lock `file`. Fails when the file cannot be made, or another holder keeps it too long. */
export async function withLock<T>(
  file: string,
  work: () => Promise<Result<T, CommandFault>>,
  { what, waitMs = WAIT_MS, untouchedMs = UNTOUCHED_MS }: LockOptions,
): Promise<Result<T, CommandFault>> {
  const holder = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  const giveUpAt = performance.now() + waitMs;
  const isStale = watchHolder(untouchedMs);
  for (let lock = tryLock(file, holder); lock !== 'taken'; lock = tryLock(file, holder)) {
    if (lock === 'impossible')
      return wrongUsage(
        `${file} cannot be made, and ${what} must not be used without it: make room or correct its folder`,
      );
    const held = readHolder(file);
    if (held && isStale(held) && breakLock(file, held)) continue;
    if (performance.now() > giveUpAt)
      return serviceFailed(`another stint uses ${what}: wait for it, or remove ${file} if there is none`);
    await pause(LOOK_AGAIN_MS);
  }
  const stopTouching = keepTouching(file, holder);
  try {
    return await work();
  } finally {
    stopTouching();
    release(file, holder);
  }
}
