// Writes a file that only its owner can read, in place of what was there: whole or not at all, so that a crash or a full
// disk loses nothing. Throws what the system says.
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export const OWNER_ONLY = 0o600;

function writeDurably(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', OWNER_ONLY);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function replacePrivateFile(file: string, text: string): void {
  const draft = `${file}.${randomUUID()}`;
  try {
    writeDurably(draft, text);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}
