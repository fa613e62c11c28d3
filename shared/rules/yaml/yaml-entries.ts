// The top of a document, put together from its parts: each key's value, and where it and its list items are written.
// Keeps offsets rather than nodes; a fault composes the few nodes that it needs once more.
import { type Document, isMap, isNode, isScalar, isSeq, type Pair } from 'yaml';
import { offsetOf } from './check-yaml-nodes.ts';
import type { YamlAnchors } from './yaml-anchors.ts';
import { yamlValue } from './yaml-value.ts';

/** Of the value; of an alias or of nothing, too. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}
/** Where a key of the top and its value are written. */
export interface YamlEntryPlace {
  readonly pair: Pick<Pair, 'key'>;
  readonly offset: number;
  readonly extent: Extent;
  /** Of the items of a list. */
  readonly items: Extent[];
}
export interface YamlEntry extends YamlEntryPlace {
  readonly value: unknown;
}

const extentOf = (node: unknown): Extent => {
  const [start, end] = (isNode(node) && node.range) || [0, 0];
  return { start, end };
};

export const nameOf = ({ pair: { key } }: YamlEntryPlace): string => (isScalar(key) ? String(key.value) : '');

/** By the token of the key: a list that comes in parts has the same one in each. */
export type YamlEntries = Map<unknown, YamlEntry>;

/** In place: copying what came before with every part would take quadratic time. */
function appendItems({ value, items }: YamlEntry, more: unknown, extents: readonly Extent[]): void {
  if (Array.isArray(value) && Array.isArray(more)) for (const item of more) value.push(item);
  for (const extent of extents) items.push(extent);
}

export function addEntries(entries: YamlEntries, { contents }: Document, anchors: YamlAnchors): void {
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
