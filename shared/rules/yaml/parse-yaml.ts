// YAML text → plain value, with the line of every key. Accepts the part of YAML 1.2 that means the same to every reader, and
// must terminate on hostile text. A long document is read in parts, so that it takes little memory: the finished items of a
// list are turned into values, and their nodes are forgotten.
import {
  Composer,
  type CST,
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Pair,
  Parser,
} from 'yaml';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { DocumentPath } from '../values/document-fault.ts';
import { explainYamlErrors, type YamlFault } from './explain-yaml-error.ts';
import {
  checkYamlNodes,
  createAnchors,
  duplicateKeys,
  findNode,
  offsetOf,
  type YamlAnchors,
  type YamlReading,
  yamlValue,
} from './yaml-nodes.ts';

/** Some 150,000 grants with policies of their own; a longer document is a mistake. */
export const MAX_DOCUMENT_BYTES = 64_000_000;

/** Both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
export interface PlacedFault extends Position {
  /** What to do about it; repeats nothing of the text. */
  readonly message: string;
}
export interface YamlSource {
  readonly value: unknown;
  /** Where the path starts; for a key that is missing, where its parent starts. */
  locate(path: DocumentPath): Position;
}

/**
 * Takes the text of one document of at most 64,000,000 bytes. Gives its value, or every fault that was found: of text that
 * is not YAML only the first, because others follow from it.
 */
export function parseYaml(text: string): Result<YamlSource, readonly PlacedFault[]> {
  const lines = new LineCounter();
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) }; // an empty text has no line
  };
  const refuse = (faults: readonly YamlFault[]) =>
    err(faults.map(({ offset, message }) => ({ ...place(offset), message })));

  if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES)
    return refuse([{ offset: 0, message: `shorten the document to at most ${MAX_DOCUMENT_BYTES} bytes` }]);
  const composed = compose(text, lines);
  if (!composed.ok) return refuse(composed.error);
  const { value, locate } = composed.value;
  return ok({ value, locate: (path) => place(locate(path)) });
}

interface Composed {
  readonly value: unknown;
  readonly locate: (path: DocumentPath) => number;
}

function compose(text: string, lines: LineCounter): Result<Composed, readonly YamlFault[]> {
  const reading: YamlReading = { anchors: createAnchors(), aliases: 0 };
  const found: YamlEntries = new Map();
  const faults: YamlFault[] = [];
  /** Of the first part that is not YAML: the parts after it are read wrongly, or not at all. */
  let malformed: readonly YamlFault[] | undefined;
  const read = (tokens: readonly CST.Token[]) => {
    const composed = composeYaml(tokens, text);
    if (!composed.ok) malformed ??= composed.error;
    else if (!malformed) faults.push(...checkYamlNodes(composed.value, reading));
    if (composed.ok && faults.length === 0) addEntries(found, composed.value, reading.anchors);
    return composed;
  };
  const rest = readYamlParts(text, lines, (part) => read([part]));
  if (!rest.ok) return err([rest.error]);
  const last = read(rest.value);
  if (malformed || !last.ok) return err(malformed ?? []);
  const keys = [...found.values()];
  faults.push(...duplicateKeys(keys.map(({ pair }) => pair)));
  if (faults.length > 0) return err(faults);
  const { contents } = last.value;
  if (!isMap(contents))
    return ok({ value: yamlValue(contents, reading.anchors), locate: () => offsetOf(contents) });
  const value = Object.fromEntries(keys.map((entry) => [nameOf(entry), entry.value]));
  // Without the values: they are large, and the caller may be done with them.
  const entries = keys.map(({ value: _, ...entry }) => entry);
  const outline = { text, offset: keys[0]?.offset ?? offsetOf(contents), entries, ...reading };
  return ok({ value, locate: (path) => locateInYaml(outline, path) });
}

/** Tokens → node tree, or the faults of their syntax. The tokens may be of a part of the text; their offsets are the text's. */
function composeYaml(
  tokens: readonly CST.Token[],
  text: string,
): Result<Document.Parsed, readonly YamlFault[]> {
  const composer = new Composer({
    version: '1.2',
    schema: 'core', // `no` and `on` are text, as people mean them
    uniqueKeys: false, // the parser's check takes quadratic time; yaml-nodes.ts does it
    keepSourceTokens: true, // a key is known by its token when its list comes in parts
  });
  const [document, second] = composer.compose(tokens, true, text.length);
  if (!document) return err([{ offset: 0, message: 'write a document: the file is empty' }]);
  if (second)
    return err([{ offset: second.range[0], message: 'keep one document per file: remove this ---' }]);
  if (document.directives?.yaml.version !== '1.2')
    return err([{ offset: 0, message: 'remove the %YAML directive: the document is YAML 1.2' }]);
  const faults = explainYamlErrors([...document.errors, ...document.warnings], text);
  return faults.length > 0 ? err(faults) : ok(document);
}

/**
 * Levels of nesting. An access document needs some 12: a policy's conditions are the deepest. To compose text that is nested
 * without limit exhausts the stack, and V8 then aborts the process.
 */
const MAX_DEPTH = 40;

/** Some 40 grants: from here on a part is handed on as soon as it can be. */
const PART_LEXEMES = 4_000;
/** Each takes some 250 bytes while it is read. Only one list item, or text in brackets, cannot be divided. */
const MAX_PART_LEXEMES = 2_000_000;

/** Gives each finished part to `onPart`, and returns the tokens of the last part, or of the only one. */
function readYamlParts(
  text: string,
  lines: LineCounter,
  onPart: (part: CST.Document) => void,
): Result<readonly CST.Token[], YamlFault> {
  const tokens: CST.Token[] = [];
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_DEPTH)
      return err({ offset: parser.offset, message: `nest at most ${MAX_DEPTH} levels` });
    lexemes += 1;
    if (lexemes % PART_LEXEMES > 0) continue;
    const part = takeFinished(parser.stack);
    if (part) onPart(part);
    if (part) lexemes = 0;
    else if (lexemes >= MAX_PART_LEXEMES)
      return err({
        offset: parser.offset,
        message: 'divide the document into several files, or write its lists with a line for each item',
      });
  }
  for (const token of parser.end()) tokens.push(token);
  return ok(tokens);
}

const hasAnchor = (tokens: readonly CST.SourceToken[]): boolean =>
  tokens.some(({ type }) => type === 'anchor');

/** The parser still looks at the last two. */
const UNFINISHED_ITEMS = 2;

/** A mapping of the same keys with the finished part of their values. A value under an anchor must stay whole. */
function takeFinished([document, map, list]: readonly CST.Token[]): CST.Document | undefined {
  if (document?.type !== 'document' || map?.type !== 'block-map' || list?.type !== 'block-seq')
    return undefined;
  const open = map.items.at(-1);
  if (!open?.sep || !open.key || hasAnchor([...document.start, ...open.start, ...open.sep])) return undefined;
  const finished = map.items.splice(0, map.items.length - 1);
  const items = list.items.splice(0, Math.max(0, list.items.length - UNFINISHED_ITEMS));
  const part = { ...map, items: [...finished, { ...open, value: { ...list, items } }] };
  map.offset = open.key.offset; // or the key would seem longer than YAML allows
  return { ...document, start: [], value: part };
}

/** Offsets in the text. An alias and an empty value have an extent too. */
interface Extent {
  readonly start: number;
  readonly end: number;
}
/** Where a key at the top of the document and its value are written. */
interface YamlEntryPlace {
  readonly pair: Pick<Pair, 'key'>;
  readonly offset: number;
  readonly extent: Extent;
  /** Of the items of a list. */
  readonly items: Extent[];
}
interface YamlEntry extends YamlEntryPlace {
  readonly value: unknown;
}

/** By the token of the key: a list that comes in parts has the same one in each. */
type YamlEntries = Map<unknown, YamlEntry>;

const nameOf = ({ pair: { key } }: YamlEntryPlace): string => (isScalar(key) ? String(key.value) : '');

const extentOf = (node: unknown): Extent => {
  const [start, end] = (isNode(node) && node.range) || [0, 0];
  return { start, end };
};

function addEntries(entries: YamlEntries, { contents }: Document, anchors: YamlAnchors): void {
  if (!isMap(contents)) return;
  for (const { key, value: node } of contents.items) {
    const token = isScalar(key) ? key.srcToken : undefined;
    const value = yamlValue(node, anchors);
    const items = isSeq(node) ? node.items.map(extentOf) : [];
    const earlier = entries.get(token);
    if (earlier) appendItems(earlier, value, items);
    else entries.set(token, { pair: { key }, offset: offsetOf(key), extent: extentOf(node), value, items });
  }
}

/** In place: to copy the earlier items with every part would take quadratic time. */
function appendItems({ value, items }: YamlEntry, more: unknown, extents: readonly Extent[]): void {
  if (Array.isArray(value) && Array.isArray(more)) for (const item of more) value.push(item);
  for (const extent of extents) items.push(extent);
}

/** Kept to find lines: offsets, not nodes. */
interface YamlOutline {
  readonly text: string;
  /** Of the first key. */
  readonly offset: number;
  readonly entries: readonly YamlEntryPlace[];
  readonly anchors: YamlAnchors;
}

/** The offset of a path. Composes once more the one entry or list item that holds it. */
function locateInYaml(outline: YamlOutline, [key, index, ...rest]: DocumentPath): number {
  const entry = outline.entries.find((candidate) => nameOf(candidate) === key);
  if (!entry) return outline.offset;
  if (index === undefined) return entry.offset;
  const item = typeof index === 'number' ? entry.items[index] : undefined;
  if (item) return rest.length === 0 ? item.start : locateWithin(outline, item, rest, item.start);
  return locateWithin(outline, entry.extent, [index, ...rest], entry.offset);
}

/** Composes the part alone, indented as in the document. `fallback` is the offset of the entry or item that holds it. */
function locateWithin(
  { text, anchors }: YamlOutline,
  { start, end }: Extent,
  path: DocumentPath,
  fallback: number,
): number {
  const indent = start - (text.lastIndexOf('\n', start - 1) + 1);
  const part = ' '.repeat(indent) + text.slice(start, end);
  const composed = composeYaml([...new Parser().parse(part)], part);
  if (!composed.ok) return fallback;
  return findNode(composed.value.contents, path, { anchors, base: start - indent, fallback });
}
