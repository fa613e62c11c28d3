// Reads a document from disk. What is not UTF-8 is refused: replacement characters could make two names one.
import { readFile, stat } from 'node:fs/promises';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { MAX_DOCUMENT_BYTES } from '../../../shared/rules/yaml/parse-yaml.ts';

export async function readTextFile(path: string, shownAs: string): Promise<Result<string, string>> {
  try {
    const { size } = await stat(path);
    if (size > MAX_DOCUMENT_BYTES)
      return err(`${shownAs} is too large: an access document has at most ${MAX_DOCUMENT_BYTES} bytes`);
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)));
  } catch (error) {
    return error instanceof TypeError
      ? err(`${shownAs} is not UTF-8 text: save it as UTF-8`)
      : err(`cannot read ${shownAs}: check the name and the permissions`);
  }
}
