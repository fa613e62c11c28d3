// Composed YAML nodes: which are refused, the plain value of the others, and where a path is among them. Refused are the parts
// of YAML by which a document can hang the reader (bombs, cycles), hide a rule (duplicate keys, tags) or mean something other
// than what a reviewer sees.
import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
} from 'yaml';
import { type DocumentPath, showKey } from '../values/document-fault.ts';
import type { YamlFault } from './explain-yaml-error.ts';

/** The state of reading one document: what its earlier parts say to the later ones. */
export interface YamlReading {
  readonly anchors: YamlAnchors;
  aliases: number;
}

const MAX_ALIASES = 100;

export const offsetOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

/** Every fault of the nodes. Adds the anchors and aliases of the document to `reading`. */
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

/** As long as no alias stands in an anchored value, none can multiply another (the YAML bomb) or contain itself. */
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

/** Keys of one mapping that are not text, that stand there twice, or that are `__proto__`. */
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

/** What the anchors of a document stand for: an alias means the last anchor of its name above it. */
export interface YamlAnchors {
  add(name: string, offset: number, node: Node): void;
  find(alias: Alias, offset: number): Node | undefined;
}

export function createAnchors(): YamlAnchors {
  const byName = new Map<string, { readonly offset: number; readonly node: Node }[]>();
  return {
    add(name, offset, node) {
      const named = byName.get(name) ?? [];
      byName.set(name, named);
      named.push({ offset, node });
    },
    find: ({ source }, offset) => byName.get(source)?.findLast((anchored) => anchored.offset < offset)?.node,
  };
}

/** For nodes that checkYamlNodes accepts: keys are text, nothing contains itself, and every alias has an anchor. */
export function yamlValue(node: unknown, anchors: YamlAnchors): unknown {
  if (isScalar(node)) return node.value;
  if (isAlias(node)) return yamlValue(anchors.find(node, offsetOf(node)), anchors);
  if (isSeq(node)) return node.items.map((item) => yamlValue(item, anchors));
  if (!isMap(node)) return null;
  return Object.fromEntries(
    node.items.map(({ key, value }) => [isScalar(key) ? key.value : '', yamlValue(value, anchors)]),
  );
}

/** Where the search for a path begins. */
interface SearchStart {
  readonly anchors: YamlAnchors;
  /** The offset in the document of the text that the node was composed from. */
  readonly base: number;
  /** The offset to give when no step of the path exists. */
  readonly fallback: number;
}

/** The offset of the deepest step that exists: of its key in a mapping, of the item in a list. */
export function findNode(top: unknown, path: DocumentPath, { anchors, base, fallback }: SearchStart): number {
  let node = top;
  let start = base;
  let offset = fallback;
  for (const step of path) {
    if (isAlias(node)) {
      node = anchors.find(node, start + offsetOf(node));
      start = 0; // anchored nodes are kept as they were composed from the whole document
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
