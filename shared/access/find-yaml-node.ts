// Finds where a path of the document is written.
import { type Document, isAlias, isMap, isScalar, isSeq } from 'yaml';
import { offsetOf } from './check-yaml-nodes.ts';
import type { DocumentPath } from './document-fault.ts';

/** The offset of the deepest step that exists: of its key in a mapping, of the item in a list. */
export function findNode(document: Document, path: DocumentPath): number {
  let node: unknown = document.contents;
  let offset = offsetOf(node);
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (!pair) return offset;
      offset = offsetOf(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      node = node.items[step];
      offset = offsetOf(node);
    } else return offset;
  }
  return offset;
}
