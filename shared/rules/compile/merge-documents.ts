// Several files → one document, in the order given; and back, from a place in the document to a place in a file.
import type { AccessDocument } from '../document/document.ts';
import { type DocumentFault, type DocumentPath, type PathFault, showPath } from '../values/document-fault.ts';
import type { Position, YamlSource } from '../yaml/parse-yaml.ts';

export interface DocumentPart {
  readonly file: string;
  /** What is written at the top, defaults not counted. */
  readonly keys: readonly string[];
  readonly locate: YamlSource['locate'];
  readonly document: AccessDocument;
}

/** The lists that go on from file to file. */
const LISTS = ['providers', 'roles', 'policies', 'grants', 'tests'] as const;

export function mergeDocuments(parts: readonly DocumentPart[]): AccessDocument {
  const documents = parts.map(({ document }) => document);
  const signOn = documents.find((document) => document.signOn)?.signOn;
  return {
    version: 1,
    providers: documents.flatMap(({ providers }) => providers),
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

/** What is in no list is in the first file that has its key. */
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

export function placeOf(parts: Parts, path: DocumentPath): Place {
  const [{ file, locate }, own] = ownPath(parts, path);
  return { file, path: own, ...locate(own) };
}

function formatOther(parts: Parts, other: DocumentPath, file: string): string {
  const place = placeOf(parts, other);
  return place.file === file ? showPath(place.path) : `${place.file}:${place.line}`;
}

/** A last step of `?` stands for the key, which a path does not show. */
function withKey(path: DocumentPath, key: string | undefined): DocumentPath {
  if (key === undefined) return path;
  return [...(path.at(-1) === '?' ? path.slice(0, -1) : path), key];
}

export function placeFault(parts: Parts, { path, key, message, sameAs }: PathFault): DocumentFault {
  const { file, line, column } = placeOf(parts, withKey(path, key));
  const { path: own } = placeOf(parts, path);
  const other = sameAs ? `: ${formatOther(parts, sameAs, file)} has the same` : '';
  return { file, line, column, path: showPath(own), message: message + other };
}
