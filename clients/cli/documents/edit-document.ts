// Changes an access document where it stands: the file behind a link, with the mode and owners that it has, replaced whole.
// One stint at a time, so that what two of them add is there in the end; what an editor saves meanwhile is not written over.
import { realpathSync } from 'node:fs';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { withLock } from '../base/file-lock.ts';
import { readTextFile } from '../base/read-text-file.ts';
import { rewriteFile } from '../base/replace-file.ts';

interface DocumentEdit<T> {
  readonly text: string;
  readonly value: T;
}

function write(file: string, shownAs: string, text: string): Result<void, CommandFault> {
  try {
    rewriteFile(file, text);
    return ok(undefined);
  } catch {
    return wrongUsage(
      `${shownAs} cannot be written, and is as it was: check whose it is, its mode and its folder, and that there is room`,
    );
  }
}

async function editUnderLock<T>(
  file: string,
  shownAs: string,
  edit: (text: string) => Result<DocumentEdit<T>, CommandFault>,
): Promise<Result<T, CommandFault>> {
  const before = await readTextFile(file, shownAs);
  if (!before.ok) return wrongUsage(before.error);
  const edited = edit(before.value);
  if (!edited.ok) return edited;
  const { text, value } = edited.value;
  if (text === before.value) return ok(value);
  const still = await readTextFile(file, shownAs);
  if (!still.ok || still.value !== before.value)
    return wrongUsage(`${shownAs} was changed at this moment, and is as it was saved: run this again`);
  const written = write(file, shownAs, text);
  return written.ok ? ok(value) : written;
}

/** `edit` gets the text as it stands under the lock. */
export async function editDocument<T>(
  path: string,
  shownAs: string,
  edit: (text: string) => Result<DocumentEdit<T>, CommandFault>,
): Promise<Result<T, CommandFault>> {
  let file: string;
  try {
    file = realpathSync(path);
  } catch {
    return wrongUsage(`cannot read ${shownAs}: check the name and the permissions`);
  }
  return withLock(`${file}.lock`, () => editUnderLock(file, shownAs, edit), { what: 'the document' });
}
