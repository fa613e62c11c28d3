// What the anchors of a document stand for: an alias means the last anchor of its name above it.
import type { Alias, Node } from 'yaml';

interface Anchored {
  readonly offset: number;
  readonly node: Node;
}

export interface YamlAnchors {
  add(name: string, offset: number, node: Node): void;
  find(alias: Alias, offset: number): Node | undefined;
}

export function createAnchors(): YamlAnchors {
  const byName = new Map<string, Anchored[]>();
  return {
    add(name, offset, node) {
      const named = byName.get(name) ?? [];
      byName.set(name, named);
      named.push({ offset, node });
    },
    find: ({ source }, offset) => byName.get(source)?.findLast((anchored) => anchored.offset < offset)?.node,
  };
}
