// The warnings of `stint lint`: what a document may say but rarely means, with the line where it is written.
import type { ReadAccess } from '../../../shared/rules/compile/read-documents.ts';
import { lintDocument } from '../../../shared/rules/review/lint-document.ts';
import type { LintCode } from '../../../shared/rules/review/lint-finding.ts';
import { showPath } from '../../../shared/rules/values/document-fault.ts';

/** Each costs a look-up in the text, and a person reads no more at once. */
const MAX_SHOWN = 100;

export interface Warning {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly code: LintCode;
  readonly message: string;
}
export interface Warnings {
  readonly total: number;
  /** The first hundred. */
  readonly shown: readonly Warning[];
}

export function findWarnings({ document, place }: ReadAccess): Warnings {
  const lints = lintDocument(document);
  const shown = lints.slice(0, MAX_SHOWN).map(({ code, path, message }): Warning => {
    const { file, line, column, path: own } = place(path);
    return { file, line, column, path: showPath(own), code, message };
  });
  const sorted = shown.toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  return { total: lints.length, shown: sorted };
}

export function formatWarnings({ total, shown }: Warnings): readonly string[] {
  const lines = shown.map(
    ({ file, line, column, path, code, message }) =>
      `${file}:${line}:${column}: warning ${code}: ${path}: ${message}`,
  );
  return total > shown.length ? [...lines, `… and ${total - shown.length} more warnings`] : lines;
}
