// Replaces the content of a file whole or not at all, so that a crash or a full disk loses nothing. Throws the errors of the
// operating system.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
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

function writeDurably(file: string, text: string, mode: number, owner: Owner | undefined): void {
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

function replaceFile(file: string, text: string, mode: number, owner?: Owner): void {
  // In the same folder, since a rename is atomic within a file system. Hidden, so that no command reads it as a document.
  const draft = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  try {
    writeDurably(draft, text, mode, owner);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Keeps the file's mode and owners. Throws where the file itself may not be written, even if its folder may be. */
export function rewriteFile(file: string, text: string): void {
  closeSync(openSync(file, 'r+'));
  const { mode, uid, gid } = statSync(file);
  replaceFile(file, text, mode & MODE_BITS, { uid, gid });
}

/** The file is its owner's alone afterwards. */
export const replacePrivateFile = (file: string, text: string): void => replaceFile(file, text, OWNER_ONLY);
