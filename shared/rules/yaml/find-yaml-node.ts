// Finds where a path of the document is written.
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { DocumentPath } from '../values/document-fault.ts';
import { offsetOf } from './check-yaml-nodes.ts';
import type { YamlAnchors } from './yaml-anchors.ts';

interface Place {
  readonly anchors: YamlAnchors;
  /** Where the text that the node was composed from begins in the document. */
  readonly base: number;
  /** The offset of what the node belongs to. */
  readonly fallback: number;
}

/** The offset of the deepest step that exists: of its key in a mapping, of the item in a list. */
export function findNode(top: unknown, path: DocumentPath, { anchors, base, fallback }: Place): number {
  let node = top;
  let start = base;
  let offset = fallback;
  for (const step of path) {
    if (isAlias(node)) {
      node = anchors.find(node, start + offsetOf(node));
      start = 0; // nodes that have an anchor are kept as they were composed from the whole
    }
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (!pair) return offset;
      offset = start + offsetOf(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      node = node.items[step];
      offset = start + offsetOf(node);
    } else return offset;
  }
  return offset;
}
