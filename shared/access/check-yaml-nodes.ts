// Refuses the parts of YAML by which a document can hang the reader (bombs, cycles), hide a rule (duplicate keys,
// tags) or mean something other than what a reviewer sees.
import {
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
import type { YamlFault } from './compose-yaml.ts';
import { showKey } from './document-fault.ts';

const MAX_ALIASES = 100;

export const offsetOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

function duplicateKeys(items: readonly Pair[]): readonly YamlFault[] {
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

/** With aliases kept out of anchored values none can multiply another (the YAML bomb) or contain itself. */
function aliasFault(document: Document, alias: Node, ancestors: readonly unknown[], count: number) {
  if (count > MAX_ALIASES) return `use at most ${MAX_ALIASES} aliases: write the value out`;
  if (ancestors.some((node) => isCollection(node) && node.anchor !== undefined))
    return 'write the value out: an alias may not stand inside a value that has an anchor';
  return isAlias(alias) && alias.resolve(document) === undefined
    ? 'name an anchor that is defined above, or put the value in quotes'
    : undefined;
}

function scalarFault(node: Node): string | undefined {
  if (node.tag !== undefined) return 'remove the tag (!…): write the plain value';
  const exact = !isScalar(node) || typeof node.value !== 'number' || !Number.isInteger(node.value);
  return exact || Number.isSafeInteger(node.value)
    ? undefined
    : 'put the number in quotes: it is too long to be kept exactly';
}

export function checkYamlNodes(document: Document): readonly YamlFault[] {
  const faults: YamlFault[] = [];
  const add = (node: Node, message: string | undefined) => {
    if (message !== undefined) faults.push({ offset: offsetOf(node), message });
  };
  let aliases = 0;
  visit(document, {
    Node(_key, node, ancestors) {
      if (isAlias(node)) {
        aliases += 1;
        add(node, aliasFault(document, node, ancestors, aliases));
        return aliases > MAX_ALIASES ? visit.BREAK : undefined;
      }
      add(node, scalarFault(node));
      if (isMap(node)) faults.push(...duplicateKeys(node.items));
      return undefined;
    },
  });
  return faults;
}
