// The text of one or several YAML files → compiled access rules, or the faults, each with its line and what to do about it.
// Several files are read as one document, in the order given.
import { err, ok, type Result } from '../../kernel/result.ts';
import type { CompiledDocument } from '../document/compiled-access.ts';
import { AccessDocument } from '../document/document.ts';
import { type DocumentFault, type DocumentPath, type PathFault, showPath } from '../values/document-fault.ts';
import { type Position, parseYaml, type YamlSource } from '../yaml/parse-yaml.ts';
import { compile } from './compile.ts';
import { explainIssues, listKnownKeys } from './explain-issue.ts';

/** More are of no use to a reader, and each is looked up in the text. */
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
  /** All files as one document, as they were written. */
  readonly document: AccessDocument;
  readonly owners: readonly { readonly file: string; readonly owner: string }[];
  /** The file and line of a path of `document`. */
  readonly place: (path: DocumentPath) => Place;
}

type Faults = readonly DocumentFault[];

/** Gives the rules, or the faults of all files in reading order, at most 100. */
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

/** A file that was cut short must not be read as one that removes everything. */
function checkPresence(parts: readonly DocumentPart[]): readonly PathFault[] {
  return ['providers', 'roles', 'grants']
    .filter((key) => parts.every(({ keys }) => !keys.includes(key)))
    .map((key) => ({ path: [key], message: 'add this key: it is required (array)' }));
}

/** With signOn in two files, half of it could be removed unseen, and its limits would depend on the order of the files. */
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

/** A test that names an entry that does not exist would pass for the wrong reason. */
function checkTests({ providers, roles, tests }: AccessDocument): readonly PathFault[] {
  const providerIds = new Set<string>(providers.map(({ id }) => id));
  const roleIds = new Set<string>(roles.map(({ id }) => id));
  return tests.flatMap(({ as, role }, i) => [
    ...(providerIds.has(as.provider)
      ? []
      : [{ path: ['tests', i, 'as', 'provider'], message: 'name an entry of providers' }]),
    ...(roleIds.has(role) ? [] : [{ path: ['tests', i, 'role'], message: 'name an entry of roles' }]),
  ]);
}

interface DocumentPart {
  readonly file: string;
  /** The keys that are written at the top, without defaults. */
  readonly keys: readonly string[];
  readonly locate: YamlSource['locate'];
  readonly document: AccessDocument;
}

/** The lists that continue from file to file. */
const LISTS = ['providers', 'accounts', 'roles', 'policies', 'grants', 'tests'] as const;

function mergeDocuments(parts: readonly DocumentPart[]): AccessDocument {
  const documents = parts.map(({ document }) => document);
  const signOn = documents.find((document) => document.signOn)?.signOn;
  return {
    version: 1,
    providers: documents.flatMap(({ providers }) => providers),
    accounts: documents.flatMap(({ accounts }) => accounts),
    roles: documents.flatMap(({ roles }) => roles),
    policies: documents.flatMap(({ policies }) => policies),
    grants: documents.flatMap(({ grants }) => grants),
    ...(signOn === undefined ? {} : { signOn }),
    tests: documents.flatMap(({ tests }) => tests),
  };
}

export interface Place extends Position {
  readonly file: string;
  /** Within the file. */
  readonly path: DocumentPath;
}

type Parts = readonly [DocumentPart, ...DocumentPart[]];

/** A path outside of the lists is in the first file that has its key. */
function ownPath(parts: Parts, path: DocumentPath): readonly [part: DocumentPart, path: DocumentPath] {
  const [key, index, ...rest] = path;
  const list = LISTS.find((name) => name === key);
  if (list === undefined || typeof index !== 'number')
    return [parts.find(({ keys }) => keys.includes(String(key))) ?? parts[0], path];
  let before = 0;
  for (const part of parts) {
    const { length } = part.document[list];
    if (index < before + length) return [part, [list, index - before, ...rest]];
    before += length;
  }
  return [parts[0], [list]];
}

function placeOf(parts: Parts, path: DocumentPath): Place {
  const [{ file, locate }, own] = ownPath(parts, path);
  return { file, path: own, ...locate(own) };
}

function formatOther(parts: Parts, other: DocumentPath, file: string): string {
  const place = placeOf(parts, other);
  return place.file === file ? showPath(place.path) : `${place.file}:${place.line}`;
}

/** A last step of `?` stands for the key, which the path does not show. */
function withKey(path: DocumentPath, key: string | undefined): DocumentPath {
  if (key === undefined) return path;
  return [...(path.at(-1) === '?' ? path.slice(0, -1) : path), key];
}

function placeFault(parts: Parts, { path, key, message, sameAs }: PathFault): DocumentFault {
  const { file, line, column } = placeOf(parts, withKey(path, key));
  const { path: own } = placeOf(parts, path);
  const other = sameAs ? `: ${formatOther(parts, sameAs, file)} has the same` : '';
  return { file, line, column, path: showPath(own), message: message + other };
}
