// Replaces a file that other programs write at any time, without a lock. The aliyun CLI gives the name to a new file, as stint
// does: the last look at the file is right before stint's takes the name. The SDKs empty the file, and then write it. One that has
// emptied it by then writes on into the old file, which no name leads to any more: what it writes there, profiles and keys,
// would be lost.
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { rewriteFile } from '../base/replace-file.ts';

const LOOK_AGAIN_MS = 50;
/** A program writes its file within microseconds, unless the machine is busy with others. */
const UNFINISHED_MS = 2_000;

interface Replacement {
  /** Behind links. */
  readonly file: string;
  readonly before: string;
  readonly text: string;
  /** Whether a text can be that of a whole file. */
  isWhole(text: string): boolean;
}

function contentOf(descriptor: number): Buffer {
  const content = Buffer.alloc(fstatSync(descriptor).size);
  return content.subarray(0, readSync(descriptor, content, 0, content.length, 0));
}

function isAt(descriptor: number, file: string): boolean {
  const [open, named] = [fstatSync(descriptor), statSync(file)];
  return open.ino === named.ino && open.dev === named.dev;
}

/** The bytes that another program has written by now, once two looks find the same. */
async function writtenWhole(
  descriptor: number,
  isWhole: Replacement['isWhole'],
): Promise<Buffer | undefined> {
  const giveUpAt = performance.now() + UNFINISHED_MS;
  let last = contentOf(descriptor);
  while (performance.now() < giveUpAt) {
    await pause(LOOK_AGAIN_MS);
    const now = contentOf(descriptor);
    if (now.length > 0 && now.equals(last) && isWhole(now.toString())) return now;
    last = now;
  }
  return undefined;
}

/**
 * False where another program has written the file meanwhile: it is then as that program wrote it. Throws the errors of the
 * operating system; the file is as it was then. `rewrite` is for tests.
 */
export async function replaceWatched(
  { file, before, text, isWhole }: Replacement,
  rewrite = rewriteFile,
): Promise<boolean> {
  // Windows lets no file take the name of one that a program has open.
  if (process.platform === 'win32') {
    rewrite(file, text);
    return true;
  }
  const old = openSync(file, 'r');
  const isAsBefore = (): boolean => contentOf(old).equals(Buffer.from(before));
  try {
    if (!rewrite(file, text, () => isAt(old, file) && isAsBefore())) return false;
    // From here on, programs that open the file find the new one.
    if (isAsBefore()) return true;
    const theirs = await writtenWhole(old, isWhole);
    if (theirs === undefined) return true;
    if (readFileSync(file, 'utf8') === text) rewriteFile(file, theirs);
    return false;
  } finally {
    closeSync(old);
  }
}
