// Edits one list of an access document's text, such as `roles:`. Everything outside of the list stays byte for byte. Comments
// inside it stay too, except those within an entry that is replaced or removed.
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
import { parseYaml } from '../../../shared/rules/yaml/parse-yaml.ts';

const NO_FOLDING = { lineWidth: 0 } as const;

/** YAML, as entries of a list that a person can paste. */
export const renderEntries = (entries: readonly unknown[]): string =>
  new Document(entries).toString(NO_FOLDING);

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

type EntryChange = 'added' | 'updated' | 'unchanged' | 'removed';

/** What is done to a list; gives whether anything changed. */
export type ListEdit<Change extends EntryChange = EntryChange> = (
  list: YAMLSeq,
  document: Document,
) => Change;

/** Adds the entry, or gives the members of the entry with the same `by` these values. */
export const putEntry =
  (entry: object, by: string): ListEdit<'added' | 'updated' | 'unchanged'> =>
  (list, document) => {
    const old = list.items.find((item) => isMap(item) && item.get(by) === Reflect.get(entry, by));
    if (!isMap(old)) {
      list.flow = false;
      list.add(document.createNode(entry));
      return 'added';
    }
    const has: unknown = old.toJS(document);
    if (isDeepStrictEqual({ ...Object(has), ...entry }, has)) return 'unchanged';
    for (const [key, value] of Object.entries(entry)) {
      const member = old.get(key, true);
      if (isScalar(member)) member.value = value;
      else old.set(key, withCommentsOf(member, document.createNode(value)));
    }
    return 'updated';
  };

/** Takes away every entry whose member `by` has the value. */
export const removeEntries =
  (by: string, value: string): ListEdit<'removed' | 'unchanged'> =>
  (list) => {
    const kept = list.items.filter((item) => !isMap(item) || item.get(by) !== value);
    if (kept.length === list.items.length) return 'unchanged';
    list.items = kept;
    if (kept.length === 0) list.flow = true;
    return 'removed';
  };

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

/**
 * `byHand`: what to do instead, for the message when the document is written in a way that cannot be edited safely. A list that
 * is missing is added where the edit puts something into it.
 */
export function editList<Change extends EntryChange>(
  text: string,
  name: string,
  edit: ListEdit<Change>,
  byHand: string,
): Result<{ readonly text: string; readonly change: Change }, string> {
  const checked = parseYaml(text);
  if (!checked.ok) return err('correct the document first: stint validate names what is wrong');
  const document: Document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false });
  const root = document.contents;
  if (!isMap(root) || root.flow) return err(`${byHand}: the document is not a mapping of one key a line`);
  const found = root.items.find(({ key }) => isScalar(key) && key.value === name);
  const list = found === undefined ? new YAMLSeq() : found.value;
  if (!isSeq(list)) return err(`${byHand}: ${name} is not a list`);
  if (hasAlias(list)) return err(`${byHand}: ${name} has an alias`);
  const change = edit(list, document);
  if (change === 'unchanged') return ok({ text, change });
  const pair = new Pair<unknown, YAMLSeq>(found?.key ?? document.createNode(name), list);
  if (found === undefined) root.items.push(pair);
  const intended: unknown = document.toJS();
  const edited = splice(text, pair);
  const read = parseYaml(edited);
  // Guards against any odd text: the result is read again, and refused unless it says what was meant.
  return read.ok && isDeepStrictEqual(read.value.value, intended)
    ? ok({ text: edited, change })
    : err(`${byHand}: the document is written in a way that cannot be edited safely`);
}
