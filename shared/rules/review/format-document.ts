// Lays out an access document in one way, for reviews that show what was changed and nothing else. Comments stay, and so
// does the meaning: what would change either is not done.
import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isScalar, isSeq, parseDocument, visit, YAMLMap, YAMLSeq } from 'yaml';
import { err, ok, type Result } from '../../kernel/result.ts';
import { type PlacedFault, parseYaml } from '../yaml/parse-yaml.ts';
import { KEY_LAYOUT, type KeyLayout } from './key-layout.ts';

const LAYOUT = {
  indent: 2,
  lineWidth: 120,
  indentSeq: true,
  flowCollectionPadding: true,
  verifyAliasOrder: false,
} as const;

/** Laying out composes all of a file at once, which takes some 80 times its size. */
const MAX_FORMATTED_BYTES = 10_000_000;

/** The first layout may move a comment, after which the next may join two lines; more rounds have not been seen. */
const MAX_ROUNDS = 5;

function sortKeys(node: unknown, { keys, within = {} }: KeyLayout): void {
  if (isSeq(node)) for (const item of node.items) sortKeys(item, { keys, within });
  if (!isMap(node)) return;
  const rank = (key: unknown): number => {
    const position = isScalar(key) ? keys.indexOf(String(key.value)) : -1;
    return position < 0 ? keys.length : position;
  };
  node.items.sort((a, b) => rank(a.key) - rank(b.key));
  const [first] = node.items;
  if (isScalar(first?.key)) first.key.spaceBefore = false;
  for (const { key, value } of node.items) {
    const layout = isScalar(key) ? within[String(key.value)] : undefined;
    if (layout) sortKeys(value, layout);
  }
}

/** What stands above an empty line at the top is about the file, and does not move with the first key. */
function keepHead(document: Document): void {
  const key = isMap(document.contents) ? document.contents.items[0]?.key : undefined;
  if (!isScalar(key) || !key.commentBefore) return;
  const [head, ...rest] = key.commentBefore.split('\n\n');
  if (rest.length === 0) return;
  document.commentBefore = [document.commentBefore, head].filter(Boolean).join('\n\n');
  key.commentBefore = rest.join('\n\n');
}

/** Double quotes, where they need no escapes; and no spaces inside the brackets of a list. */
function settleStyle(document: Document): void {
  visit(document, {
    Scalar(_key, node) {
      if (node.type === 'QUOTE_SINGLE' && !/["\\]/.test(String(node.value))) node.type = 'QUOTE_DOUBLE';
    },
    Seq(_key, node) {
      node.toString = (context, ...more) =>
        YAMLSeq.prototype.toString.call(node, context && { ...context, flowCollectionPadding: '' }, ...more);
    },
    Map(_key, node) {
      node.toString = (context, ...more) =>
        YAMLMap.prototype.toString.call(node, context && { ...context, flowCollectionPadding: ' ' }, ...more);
    },
  });
}

/** Undefined for what is not YAML: sorting has put an alias above its anchor. */
function layOut(text: string, sorted: boolean): string | undefined {
  const document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false });
  if (sorted) {
    keepHead(document);
    sortKeys(document.contents, KEY_LAYOUT);
  }
  settleStyle(document);
  return document.errors.length === 0 ? document.toString(LAYOUT) : undefined;
}

function layOutUntilStable(text: string, sorted: boolean): string | undefined {
  let before = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const after = layOut(before, sorted);
    if (after === undefined || after === before) return after;
    before = after;
  }
  return undefined;
}

/** Checks what people rely on, rather than trust in the library. */
function meansTheSame(text: string, value: unknown): boolean {
  const read = parseYaml(text);
  return read.ok && isDeepStrictEqual(read.value.value, value);
}

export function formatDocument(text: string): Result<string, readonly PlacedFault[]> {
  const start = { line: 1, column: 1 };
  if (Buffer.byteLength(text) > MAX_FORMATTED_BYTES)
    return err([
      { ...start, message: `divide the document into files of at most ${MAX_FORMATTED_BYTES} bytes` },
    ]);
  const read = parseYaml(text);
  if (!read.ok) return read;
  for (const sorted of [true, false]) {
    const laidOut = layOutUntilStable(text, sorted);
    if (laidOut !== undefined && meansTheSame(laidOut, read.value.value)) return ok(laidOut);
  }
  return err([{ ...start, message: 'lay the document out by hand: stint fmt would change what it means' }]);
}
