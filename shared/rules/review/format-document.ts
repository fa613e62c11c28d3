// Lays out an access document in one way, so that a review shows only what was changed. Keeps the comments and the meaning:
// a layout that would change either is not used.
import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, isPair, isScalar, isSeq, parseDocument, visit, YAMLMap, YAMLSeq } from 'yaml';
import { err, ok, type Result } from '../../kernel/result.ts';
import { AccessTest } from '../document/access-test.ts';
import { AccessDocument, GrantEntry } from '../document/document.ts';
import { Provider } from '../document/provider.ts';
import { RoleEntry } from '../document/role-entry.ts';
import { SessionPolicyTemplate } from '../document/stored-grant.ts';
import { Directory } from '../sign-on/directory.ts';
import { OidcConnection } from '../sign-on/oidc-connection.ts';
import { PasskeyLimits, SessionLimits, SignOn } from '../sign-on/sign-on.ts';
import { Account } from '../values/account.ts';
import { Constraints } from '../values/constraints.ts';
import { type PlacedFault, parseYaml } from '../yaml/parse-yaml.ts';

const LAYOUT = {
  indent: 2,
  lineWidth: 120,
  indentSeq: true,
  flowCollectionPadding: true,
  verifyAliasOrder: false,
} as const;

/** Laying out composes all of a file at once, which takes some 80 times its size. */
const MAX_FORMATTED_BYTES = 10_000_000;

/** The first layout may move a comment, after which the next may join two lines; no document has needed more rounds. */
const MAX_ROUNDS = 5;

/**
 * Takes the text of one file and gives the same document laid out. Fails with the faults of YAML, for a file of more than
 * 10,000,000 bytes, or when the layout would change what the document means.
 */
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

/** A comment above an empty line at the top is about the file, and does not move with the first key. */
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

/** Short lists and maps of scalars stand on one line, unless they are entries of the document. */
const MAX_LINE_CHARACTERS = 80;
/** The document, a list of it, an entry: `path` of a node counts pairs too. */
const ENTRY_DEPTH = 5;

function joinShort(document: Document): void {
  visit(document, {
    Collection(_key, node, path) {
      const isFlat = node.items.every((item) => isScalar(isPair(item) ? item.value : item));
      const isShort = JSON.stringify(node).length <= MAX_LINE_CHARACTERS;
      if (path.length >= ENTRY_DEPTH && isFlat && isShort) node.flow = true;
    },
  });
}

/** Text that a plain or block scalar could change, or hide. */
const UNSAFE_IN_PLAIN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function quoteUnsafe(document: Document): void {
  visit(document, {
    Scalar(_key, node) {
      const { value } = node;
      if (typeof value === 'string' && UNSAFE_IN_PLAIN.test(value.replaceAll('\n', '')))
        node.type = 'QUOTE_DOUBLE';
    },
  });
}

/** A value in the shape of an access document → the text of a file, in the layout of `formatDocument`. */
export function layOutValue(value: unknown): string {
  const document = new Document(value, { version: '1.2', schema: 'core', aliasDuplicateObjects: false });
  sortKeys(document.contents, KEY_LAYOUT);
  joinShort(document);
  quoteUnsafe(document);
  settleStyle(document);
  return document.toString(LAYOUT);
}

/** Undefined when sorting has put an alias above its anchor, so that the result is not YAML. */
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

/** Does the text have the same value? Checked, because people rely on it and the library does not promise it. */
function meansTheSame(text: string, value: unknown): boolean {
  const read = parseYaml(text);
  return read.ok && isDeepStrictEqual(read.value.value, value);
}

/** The order of keys: that of the schema, and within a policy that of RAM's own documentation. */
interface KeyLayout {
  readonly keys: readonly string[];
  /** The layout of a key's value, or of each item of its list. */
  readonly within?: Readonly<Record<string, KeyLayout>>;
}

const POLICY: KeyLayout = {
  keys: ['Version', 'Statement'],
  within: { Statement: { keys: ['Effect', 'Action', 'NotAction', 'Resource', 'Condition'] } },
};

/** Of every kind together, each in its own order: no two kinds give one key another place. */
const keysOfAll = (kinds: readonly { readonly shape: object }[]): readonly string[] => [
  ...new Set(kinds.flatMap(({ shape }) => Object.keys(shape))),
];

const GRANT: KeyLayout = {
  keys: Object.keys(GrantEntry.shape),
  within: {
    to: { keys: ['provider', 'subject', 'group', 'anyone'] },
    sessionPolicy: { keys: Object.keys(SessionPolicyTemplate.shape), within: { document: POLICY } },
    constraints: { keys: Object.keys(Constraints.shape) },
  },
};

const KEY_LAYOUT: KeyLayout = {
  keys: Object.keys(AccessDocument.shape),
  within: {
    providers: { keys: keysOfAll(Provider.options) },
    accounts: { keys: Object.keys(Account.shape) },
    roles: { keys: Object.keys(RoleEntry.shape) },
    grants: GRANT,
    signOn: {
      keys: Object.keys(SignOn.shape),
      within: {
        sessions: { keys: Object.keys(SessionLimits.shape) },
        passkeys: { keys: Object.keys(PasskeyLimits.shape) },
        connections: { keys: Object.keys(OidcConnection.shape) },
        directories: { keys: Object.keys(Directory.shape) },
      },
    },
    tests: {
      keys: Object.keys(AccessTest.shape),
      within: { as: { keys: Object.keys(AccessTest.shape.as.shape) } },
    },
  },
};
