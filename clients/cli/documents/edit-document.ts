// Changes an access document in place: the file behind a link, with the mode and the owners that it has, replaced whole.
// A lock lets one stint at a time do so, so that none loses what another one added. A file that an editor saves in between
// is left as the editor saved it.
import { realpathSync } from 'node:fs';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { withLock } from '../base/file-lock.ts';
import { rewriteFile } from '../base/replace-file.ts';
import { readTextFile } from './read-document-files.ts';

interface DocumentEdit<T> {
  /** The whole text of the document after the edit. */
  readonly text: string;
  /** What the caller of `editDocument` gets back. */
  readonly value: T;
}

/**
 * `edit` gets the text that the file has under the lock. When `edit` fails, the document stays as it was. `shownAs` names the file in
 * messages. Fails when the file cannot be read, locked or written, or changes in between.
 */
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
    return wrongUsage(
      `${shownAs} was saved by another program at this moment, and is as that saved it: run this again`,
    );
  const written = write(file, shownAs, text);
  return written.ok ? ok(value) : written;
}

function write(file: string, shownAs: string, text: string): Result<void, CommandFault> {
  try {
    rewriteFile(file, text);
    return ok(undefined);
  } catch {
    return wrongUsage(
      `${shownAs} cannot be written, and is as it was: check its owner, its mode, its folder, and the free space`,
    );
  }
}
