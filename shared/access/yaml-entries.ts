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
export interface YamlEntry {
  readonly pair: Pick<Pair, 'key'>;
  readonly offset: number;
  readonly extent: Extent;
  readonly value: unknown;
  /** Of the items of a list. */
  readonly items: readonly Extent[];
}

const extentOf = (node: unknown): Extent => {
  const [start, end] = (isNode(node) && node.range) || [0, 0];
  return { start, end };
};

export const nameOf = ({ pair: { key } }: YamlEntry): string => (isScalar(key) ? String(key.value) : '');

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** By the token of the key: a list that comes in parts has the same one in each. */
export type YamlEntries = Map<unknown, YamlEntry>;

export function addEntries(entries: YamlEntries, { contents }: Document, anchors: YamlAnchors): void {
  if (!isMap(contents)) return;
  for (const pair of contents.items) {
    const { key, value: node } = pair;
    const token = isScalar(key) ? key.srcToken : undefined;
    const earlier = entries.get(token);
    const value = yamlValue(node, anchors);
    const items = isSeq(node) ? node.items.map(extentOf) : [];
    entries.set(token, {
      pair: { key },
      offset: offsetOf(key),
      extent: extentOf(node),
      value: earlier ? asList(earlier.value).concat(asList(value)) : value,
      items: earlier ? earlier.items.concat(items) : items,
    });
  }
}
