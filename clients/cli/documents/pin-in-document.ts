// Puts a fetched policy into the text of an access document. Everything outside of `policies:` stays byte for byte. Comments
// inside it stay too, except those within a policy that is replaced.
import { isDeepStrictEqual } from 'node:util';
import {
  Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  Pair,
  parseDocument,
  visit,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { PinnedPolicy } from '../../../shared/rules/document/pinned-policy.ts';
import { parseYaml } from '../../../shared/rules/yaml/parse-yaml.ts';

export interface PinEdit {
  readonly text: string;
  readonly change: 'added' | 'updated' | 'unchanged';
}

const KEY = 'policies';
const NO_FOLDING = { lineWidth: 0 } as const;

/** YAML, as an entry of `policies` that a person can paste. */
export const renderPin = (pin: PinnedPolicy): string => new Document([pin]).toString(NO_FOLDING);

/** The text of one key of a mapping with its value, at the left margin. */
function renderPair(pair: Pair): string {
  const map = new YAMLMap();
  map.items.push(pair);
  const part = new Document();
  part.contents = map;
  return part.toString(NO_FOLDING);
}

function hasAlias(list: YAMLSeq): boolean {
  let found = false;
  visit(list, {
    Alias: () => {
      found = true;
    },
  });
  return found;
}

function withCommentsOf(old: unknown, fresh: Node): Node {
  if (!isNode(old)) return fresh;
  const { comment, commentBefore, spaceBefore } = old;
  return Object.assign(fresh, { comment, commentBefore, spaceBefore });
}

function putEntry(list: YAMLSeq, pin: PinnedPolicy, document: Document): PinEdit['change'] {
  const entry = list.items.find((item) => isMap(item) && item.get('name') === pin.name);
  if (!isMap(entry)) {
    list.flow = false;
    list.add(document.createNode(pin));
    return 'added';
  }
  if (isDeepStrictEqual(entry.toJS(document), pin)) return 'unchanged';
  for (const [key, value] of Object.entries(pin)) {
    const old = entry.get(key, true);
    if (isScalar(old)) old.value = value;
    else entry.set(key, withCommentsOf(old, document.createNode(value)));
  }
  return 'updated';
}

/** The document's text with the new list in place of the old one, or at the end. */
function splice(text: string, pair: Pair<unknown, YAMLSeq>): string {
  const [start, end] = [isScalar(pair.key) ? pair.key.range?.[0] : undefined, pair.value?.range?.[1]];
  if (start === undefined || end === undefined) {
    return `${text}${text.endsWith('\n') ? '' : '\n'}\n${renderPair(pair)}`;
  }
  // The text that stays has what stands before the key and after the list.
  if (isScalar(pair.key)) Object.assign(pair.key, { commentBefore: undefined, spaceBefore: false });
  if (pair.value) pair.value.comment = null;
  const rendered = renderPair(pair);
  return text.slice(0, start) + (text[end - 1] === '\n' ? rendered : rendered.trimEnd()) + text.slice(end);
}

const BY_HAND = 'add the policy by hand, as printed without --into';

/**
 * Adds the pin, or replaces the one of the same name. Fails, with what to do instead, when the document is written in a way
 * that cannot be edited safely.
 */
export function pinInDocument(text: string, pin: PinnedPolicy): Result<PinEdit, string> {
  const checked = parseYaml(text);
  if (!checked.ok) return err('correct the document first: stint validate names what is wrong');
  const document: Document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false });
  const root = document.contents;
  if (!isMap(root) || root.flow) return err(`${BY_HAND}: the document is not a mapping of one key a line`);
  const found = root.items.find(({ key }) => isScalar(key) && key.value === KEY);
  const list = found === undefined ? new YAMLSeq() : found.value;
  if (!isSeq(list)) return err(`${BY_HAND}: ${KEY} is not a list`);
  if (hasAlias(list)) return err(`${BY_HAND}: ${KEY} has an alias`);
  const change = putEntry(list, pin, document);
  if (change === 'unchanged') return ok({ text, change: 'unchanged' });
  const pair = new Pair<unknown, YAMLSeq>(found?.key ?? document.createNode(KEY), list);
  if (found === undefined) root.items.push(pair);
  const wanted: unknown = document.toJS();
  const edited = splice(text, pair);
  const read = parseYaml(edited);
  // Guards against any odd text: the result is read again, and refused unless it says what was meant.
  return read.ok && isDeepStrictEqual(read.value.value, wanted)
    ? ok({ text: edited, change })
    : err(`${BY_HAND}: the document is written in a way that cannot be edited safely`);
}
