// The text of one or several YAML files → compiled access rules, or every fault with its line and what to do about it.
import { err, ok, type Result } from '../../kernel/result.ts';
import type { CompiledDocument } from '../document/compiled-access.ts';
import { AccessDocument } from '../document/document.ts';
import { type DocumentFault, type DocumentPath, type PathFault, showPath } from '../values/document-fault.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { checkTests } from './check-tests.ts';
import { compile } from './compile.ts';
import { explainIssues, listKnownKeys } from './explain-issue.ts';
import { type DocumentPart, mergeDocuments, type Place, placeFault, placeOf } from './merge-documents.ts';

/** Nobody reads more, and each is looked up in the text. */
export const MAX_FAULTS = 100;

export interface DocumentFile {
  /** The name in faults; it is not opened. */
  readonly name: string;
  readonly text: string;
}
/** In the order in which they count: among equals the first grant is used. */
export type DocumentFiles = readonly [DocumentFile, ...DocumentFile[]];

export interface ReadAccess {
  readonly access: CompiledDocument;
  /** What was written, all files as one. */
  readonly document: AccessDocument;
  readonly owners: readonly { readonly file: string; readonly owner: string }[];
  /** Where a path of `document` is written. */
  readonly place: (path: DocumentPath) => Place;
}

type Faults = readonly DocumentFault[];

function readFile({ name, text }: DocumentFile): Result<DocumentPart, Faults> {
  const source = parseYaml(text);
  if (!source.ok)
    return err(source.error.slice(0, MAX_FAULTS).map((fault) => ({ file: name, path: '', ...fault })));
  const { value, locate } = source.value;
  const shaped = AccessDocument.safeParse(value, { error: listKnownKeys });
  if (shaped.success)
    return ok({ file: name, keys: Object.keys(Object(value)), locate, document: shaped.data });
  const faults = explainIssues(shaped.error.issues.slice(0, MAX_FAULTS), value);
  return err(
    faults.map(({ path, message }) => ({ file: name, ...locate(path), path: showPath(path), message })),
  );
}

/** A file that was cut short must not read as one that takes everything away. */
function checkPresence(parts: readonly DocumentPart[]): readonly PathFault[] {
  return ['providers', 'roles', 'grants']
    .filter((key) => parts.every(({ keys }) => !keys.includes(key)))
    .map((key) => ({ path: [key], message: 'add this key: it is required (array)' }));
}

/** Half of it in another file could be taken away unseen, and its limits would depend on the order of the files. */
function checkSignOnOnce(parts: readonly DocumentPart[]): Faults {
  return parts
    .filter(({ keys }) => keys.includes('signOn'))
    .slice(1)
    .map(({ file, locate }) => ({
      file,
      ...locate(['signOn']),
      path: 'signOn',
      message: 'write signOn in one file only',
    }));
}

function inReadingOrder(files: DocumentFiles, faults: Faults): Faults {
  const position = new Map(files.map(({ name }, i) => [name, i]));
  const fileOf = ({ file }: DocumentFault) => position.get(file) ?? 0;
  return faults
    .toSorted((a, b) => fileOf(a) - fileOf(b) || a.line - b.line || a.column - b.column)
    .slice(0, MAX_FAULTS);
}

export function readDocuments(files: DocumentFiles): Result<ReadAccess, Faults> {
  const [first, ...others] = files;
  const [firstRead, ...othersRead] = [readFile(first), ...others.map(readFile)] as const;
  const faults = [firstRead, ...othersRead].flatMap((read) => (read.ok ? [] : read.error));
  if (!firstRead.ok || faults.length > 0) return err(inReadingOrder(files, faults));
  const parts = [firstRead.value, ...othersRead.flatMap((read) => (read.ok ? [read.value] : []))] as const;
  const document = mergeDocuments(parts);
  const compiled = compile(document);
  const misplaced = [
    ...checkPresence(parts),
    ...(compiled.ok ? [] : compiled.error),
    ...checkTests(document),
  ].slice(0, MAX_FAULTS);
  const found = [...checkSignOnOnce(parts), ...misplaced.map((fault) => placeFault(parts, fault))];
  if (!compiled.ok || found.length > 0) return err(inReadingOrder(files, found));
  const owners = parts.flatMap(({ file, document: { owner } }) =>
    owner === undefined ? [] : [{ file, owner }],
  );
  return ok({ access: compiled.value, document, owners, place: (path) => placeOf(parts, path) });
}
