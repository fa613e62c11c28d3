// Changes of a JSON text that leave every byte of the other parts as it is, in the layout that the text has.
import type { ArrayNode, JsonMember, JsonNode, ObjectNode } from './json-tree.ts';

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The spaces of a list: before each of its parts, and before the bracket that ends it. */
interface Layout {
  readonly before: string;
  readonly atEnd: string;
}

const spliceText = (text: string, { start, end, text: inserted }: Splice): string =>
  text.slice(0, start) + inserted + text.slice(end);

const NEW_LINE = /\r?\n/;

const partsOf = (
  node: ObjectNode | ArrayNode,
): readonly { readonly start: number; readonly end: number }[] =>
  node.kind === 'array' ? node.items : node.members.map(({ start, value }) => ({ start, end: value.end }));

/** Undefined for a list without parts. */
function layoutOf(text: string, node: ObjectNode | ArrayNode): Layout | undefined {
  const parts = partsOf(node);
  const [first, last] = [parts[0], parts.at(-1)];
  if (!first || !last) return undefined;
  return { before: text.slice(node.start + 1, first.start), atEnd: text.slice(last.end, node.end - 1) };
}

/** One step deeper than a list whose layout is known: on one line, or indented by as much again. */
function deeper({ before, atEnd }: Layout): Layout {
  if (!NEW_LINE.test(before)) return { before: '', atEnd: '' };
  const [eol = '\n'] = NEW_LINE.exec(before) ?? [];
  const indent = before.slice(before.lastIndexOf('\n') + 1);
  const outer = atEnd.slice(atEnd.lastIndexOf('\n') + 1);
  const step = indent.startsWith(outer) && indent !== outer ? indent.slice(outer.length) : '\t';
  return { before: `${eol}${indent}${step}`, atEnd: `${eol}${indent}` };
}

/** `siblings` show how objects of this list look; without any, it is laid out one step deeper than `outer`. */
function objectLayout(text: string, siblings: readonly JsonNode[], outer: Layout): Layout {
  const found = siblings.flatMap((node) => (node.kind === 'object' ? (layoutOf(text, node) ?? []) : []));
  return found.at(-1) ?? deeper(outer);
}

/** `list` is a member of `root`: its brackets stand one step deeper than those of `root`. */
export function appendObject(
  text: string,
  { root, list, members }: { readonly root: ObjectNode; readonly list: ArrayNode; readonly members: object },
): string {
  const found = layoutOf(text, list);
  const layout = found ?? deeper(layoutOf(text, root) ?? { before: '', atEnd: '' });
  const inner = objectLayout(text, list.items, layout);
  const colon = NEW_LINE.test(inner.before) ? ': ' : ':';
  const written = Object.entries(members).map(
    ([name, value]) => `${inner.before}${JSON.stringify(name)}${colon}${JSON.stringify(value)}`,
  );
  const object = `{${written.join(',')}${inner.atEnd}}`;
  const last = list.items.at(-1);
  return last
    ? spliceText(text, { start: last.end, end: last.end, text: `,${layout.before}${object}` })
    : spliceText(text, {
        start: list.start,
        end: list.end,
        text: `[${layout.before}${object}${layout.atEnd}]`,
      });
}

/** What stands between a part and its neighbour goes with it. */
function withoutPart(text: string, node: ObjectNode | ArrayNode, index: number): string {
  const parts = partsOf(node);
  const [before, part, after] = [parts[index - 1], parts[index], parts[index + 1]];
  if (!part) return text;
  if (before) return spliceText(text, { start: before.end, end: part.end, text: '' });
  if (after) return spliceText(text, { start: part.start, end: after.start, text: '' });
  return spliceText(text, { start: node.start + 1, end: node.end - 1, text: '' });
}

export const removeItem = (text: string, list: ArrayNode, item: JsonNode): string =>
  withoutPart(text, list, list.items.indexOf(item));

export const removeMember = (text: string, object: ObjectNode, member: JsonMember): string =>
  withoutPart(text, object, object.members.indexOf(member));

/** Replaces the value of the member, or adds the member behind the others. */
export function setMember(text: string, object: ObjectNode, name: string, value: unknown): string {
  const member = object.members.find((one) => one.name === name);
  const written = JSON.stringify(value);
  if (member) return spliceText(text, { ...member.value, text: written });
  const layout = layoutOf(text, object) ?? { before: '', atEnd: '' };
  const colon = NEW_LINE.test(layout.before) ? ': ' : ':';
  const added = `${layout.before}${JSON.stringify(name)}${colon}${written}`;
  const last = object.members.at(-1);
  return last
    ? spliceText(text, { start: last.value.end, end: last.value.end, text: `,${added}` })
    : spliceText(text, { start: object.start + 1, end: object.end - 1, text: added });
}
