// Replaces the content of a file whole or not at all, so that a crash or a full disk loses nothing. Throws the errors of the
// operating system.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const OWNER_ONLY = 0o600;
const MODE_BITS = 0o7777;

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Throws where this process may not: only root gives files to other users. */
function giveTo({ uid, gid }: Owner, descriptor: number): void {
  const draft = fstatSync(descriptor);
  if (draft.uid !== uid || draft.gid !== gid) fchownSync(descriptor, uid, gid);
}

function writeDurably(file: string, text: string | Uint8Array, mode: number, owner: Owner | undefined): void {
  // Private until it has its mode, and then with that mode, whatever the umask is.
  const descriptor = openSync(file, 'wx', OWNER_ONLY);
  try {
    // Before chmod, since a change of owner clears bits of the mode.
    if (owner) giveTo(owner, descriptor);
    fchmodSync(descriptor, mode);
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

interface Replacement {
  readonly text: string | Uint8Array;
  readonly mode: number;
  /** Undefined: this process. */
  readonly owner?: Owner;
  /** Asked at the last moment. */
  readonly mayReplace?: () => boolean;
}

/** In the same folder, since a rename is atomic within a file system. Hidden, so that no command reads it as a document. */
const draftOf = (file: string): string => join(dirname(file), `.${basename(file)}.${randomUUID()}`);

function replaceFile(file: string, { text, mode, owner, mayReplace = () => true }: Replacement): boolean {
  const draft = draftOf(file);
  try {
    writeDurably(draft, text, mode, owner);
    if (!mayReplace()) return false;
    renameSync(draft, file);
    return true;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Keeps the file's mode and owners. Throws where the file itself may not be written, even if its folder may be. False where
 * `mayReplace`, which is asked when all is written and nothing replaced yet, says no.
 */
export function rewriteFile(
  file: string,
  text: string | Uint8Array,
  mayReplace: () => boolean = () => true,
): boolean {
  closeSync(openSync(file, 'r+'));
  const { mode, uid, gid } = statSync(file);
  return replaceFile(file, { text, mode: mode & MODE_BITS, owner: { uid, gid }, mayReplace });
}

/** The file is its owner's alone afterwards. */
export const replacePrivateFile = (file: string, text: string): void =>
  void replaceFile(file, { text, mode: OWNER_ONLY });

/** Throws EEXIST where a file has the name already, however short before. The file is its owner's alone. */
export function createPrivateFile(file: string, text: string): void {
  const draft = draftOf(file);
  try {
    writeDurably(draft, text, OWNER_ONLY, undefined);
    // Unlike a rename, a link replaces no file.
    linkSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}
