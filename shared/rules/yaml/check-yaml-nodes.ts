// Refuses the parts of YAML by which a document can hang the reader (bombs, cycles), hide a rule (duplicate keys,
// tags) or mean something other than what a reviewer sees.
import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  type Node,
  type Pair,
  visit,
} from 'yaml';
import { showKey } from '../values/document-fault.ts';
import type { YamlAnchors } from './yaml-anchors.ts';
import type { YamlFault } from './yaml-fault.ts';

const MAX_ALIASES = 100;

export const offsetOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

export function duplicateKeys(items: readonly Pick<Pair, 'key'>[]): readonly YamlFault[] {
  const seen = new Set<string>();
  const faults: YamlFault[] = [];
  for (const { key } of items) {
    const offset = offsetOf(key);
    if (!isScalar(key) || typeof key.value !== 'string')
      faults.push({ offset, message: 'write the key as text: put it in quotes' });
    else if (key.value === '__proto__') faults.push({ offset, message: 'remove the key __proto__' });
    else if (seen.has(key.value))
      faults.push({ offset, message: `remove or rename one of the two keys ${showKey(key.value)}` });
    else seen.add(key.value);
  }
  return faults;
}

/** Of a document that is read in parts: what the earlier ones say to the later ones. */
export interface YamlReading {
  readonly anchors: YamlAnchors;
  aliases: number;
}

/** With aliases kept out of anchored values none can multiply another (the YAML bomb) or contain itself. */
function aliasFault(alias: Alias, ancestors: readonly unknown[], { anchors, aliases }: YamlReading) {
  if (aliases > MAX_ALIASES) return `use at most ${MAX_ALIASES} aliases: write the value out`;
  if (ancestors.some((node) => isCollection(node) && node.anchor !== undefined))
    return 'write the value out: an alias may not stand inside a value that has an anchor';
  return anchors.find(alias, offsetOf(alias)) === undefined
    ? 'name an anchor that is defined above, or put the value in quotes: without them * begins a YAML alias'
    : undefined;
}

function scalarFault(node: Node): string | undefined {
  if (node.tag !== undefined)
    return 'remove the tag (!…): write the plain value, in quotes where it begins with !';
  const exact = !isScalar(node) || typeof node.value !== 'number' || !Number.isInteger(node.value);
  return exact || Number.isSafeInteger(node.value)
    ? undefined
    : 'put the number in quotes: it is too long to be kept exactly';
}

export function checkYamlNodes(document: Document, reading: YamlReading): readonly YamlFault[] {
  const faults: YamlFault[] = [];
  const add = (node: Node, message: string | undefined) => {
    if (message !== undefined) faults.push({ offset: offsetOf(node), message });
  };
  visit(document, {
    Node(_key, node, ancestors) {
      if (isAlias(node)) {
        reading.aliases += 1;
        add(node, aliasFault(node, ancestors, reading));
        return reading.aliases > MAX_ALIASES ? visit.BREAK : undefined;
      }
      if (node.anchor !== undefined) reading.anchors.add(node.anchor, offsetOf(node), node);
      add(node, scalarFault(node));
      // The keys of the document itself may come in several parts.
      if (isMap(node) && node !== document.contents) faults.push(...duplicateKeys(node.items));
      return undefined;
    },
  });
  return faults;
}
