// Writes a file in place of what was there: whole or not at all, so that a crash or a full disk loses nothing. Throws what
// the system says.
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

/** Throws unless it may, as root alone may where the user is another. */
function giveTo({ uid, gid }: Owner, descriptor: number): void {
  const draft = fstatSync(descriptor);
  if (draft.uid !== uid || draft.gid !== gid) fchownSync(descriptor, uid, gid);
}

function writeDurably(file: string, text: string, mode: number, owner: Owner | undefined): void {
  // Nobody else's before it has its mode, and its mode whatever the umask says.
  const descriptor = openSync(file, 'wx', OWNER_ONLY);
  try {
    // First, since it takes bits of the mode away.
    if (owner) giveTo(owner, descriptor);
    fchmodSync(descriptor, mode);
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function replaceFile(file: string, text: string, mode: number, owner?: Owner): void {
  // In the same folder, since a rename is atomic within a file system; hidden, so that no command reads it as a document.
  const draft = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  try {
    writeDurably(draft, text, mode, owner);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** With the mode and the owners that it has; throws where it may not be written itself, though its folder may be. */
export function rewriteFile(file: string, text: string): void {
  closeSync(openSync(file, 'r+'));
  const { mode, uid, gid } = statSync(file);
  replaceFile(file, text, mode & MODE_BITS, { uid, gid });
}

export const replacePrivateFile = (file: string, text: string): void => replaceFile(file, text, OWNER_ONLY);
