// Writes a file in place of what was there: whole or not at all, so that a crash or a full disk loses nothing. Throws what
// the system says.
import { randomUUID } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const OWNER_ONLY = 0o600;

function writeDurably(file: string, text: string, mode: number): void {
  // Nobody else's before it has its mode, and its mode whatever the umask says.
  const descriptor = openSync(file, 'wx', OWNER_ONLY);
  try {
    fchmodSync(descriptor, mode);
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function replaceFile(file: string, text: string, mode: number): void {
  // In the same folder, since a rename is atomic within a file system; hidden, so that no command reads it as a document.
  const draft = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  try {
    writeDurably(draft, text, mode);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

export const replacePrivateFile = (file: string, text: string): void => replaceFile(file, text, OWNER_ONLY);
