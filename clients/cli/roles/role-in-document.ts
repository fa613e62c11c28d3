// The entries of a role in the text of an access document: the role, its first grant, and all of it at its removal.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import {
  type DocumentFiles,
  type ReadAccess,
  readDocuments,
} from '../../../shared/rules/compile/read-documents.ts';
import { editList, putEntry, removeEntries } from '../documents/edit-list.ts';

export interface NewRoleEntry {
  readonly id: string;
  readonly roleArn: string;
  readonly externalId: string;
  readonly maxDurationSeconds: number;
  readonly description?: string;
}

export interface NewGrantEntry {
  readonly id: string;
  readonly to: object;
  readonly role: string;
  readonly sessionPolicy: unknown;
}

const BY_HAND = 'edit the document by hand';

/** The entry of that id is changed where it is there; another grant of that id stays as it is. */
export function putRole(
  text: string,
  role: { readonly id: string },
  grant: NewGrantEntry | undefined,
): Result<string, string> {
  const withRole = editList(text, 'roles', putEntry(role, 'id'), BY_HAND);
  if (!withRole.ok || grant === undefined) return withRole.ok ? ok(withRole.value.text) : withRole;
  const withGrant = editList(withRole.value.text, 'grants', putEntry(grant, 'id'), BY_HAND);
  return withGrant.ok ? ok(withGrant.value.text) : withGrant;
}

/** Without the role, its grants, and the tests that ask for it. */
export function removeRole(text: string, id: string): Result<string, string> {
  const lists = [
    ['roles', 'id'],
    ['grants', 'role'],
    ['tests', 'role'],
  ] as const;
  let edited = text;
  for (const [list, by] of lists) {
    const removed = editList(edited, list, removeEntries(by, id), BY_HAND);
    if (!removed.ok) return removed;
    edited = removed.value.text;
  }
  return ok(edited);
}

/** Every fault, one a line. */
export function readAccess(files: DocumentFiles): Result<ReadAccess, string> {
  const read = readDocuments(files);
  return read.ok
    ? read
    : err(
        read.error
          .map(({ file, line, column, path, message }) => `${file}:${line}:${column}: ${path} ${message}`)
          .join('\n'),
      );
}
