// Folders that import each other, at every depth of the tree. Two rooms that need each other are one room, or lack a third;
// an import of a type counts, since a reader has to follow it as well.
import { posix } from 'node:path';
import type { ModuleGraph } from './module-graph.ts';

/** Folder → folder beside it → one import that leads there. */
type Links = Map<string, Map<string, string>>;

/** Where the paths of two files part: the folders on either side, or undefined where a file itself is there. */
function partingFolders(from: string, to: string): readonly [string, string] | undefined {
  const [a, b] = [from.split('/'), to.split('/')];
  const depth = a.findIndex((name, index) => name !== b[index]);
  const isFolder = (parts: readonly string[]) => depth >= 0 && depth < parts.length - 1;
  if (!isFolder(a) || !isFolder(b)) return undefined;
  return [posix.join(...a.slice(0, depth + 1)), posix.join(...b.slice(0, depth + 1))];
}

function linksOf(graph: ModuleGraph): Links {
  const links: Links = new Map();
  for (const { path, imports } of graph.values()) {
    for (const { target } of imports.filter((found) => graph.has(found.target))) {
      const parting = partingFolders(path, target);
      if (parting === undefined) continue;
      const [from, to] = parting;
      const led = links.get(from) ?? new Map<string, string>();
      if (!led.has(to)) led.set(to, `${path} imports ${target}`);
      links.set(from, led);
    }
  }
  return links;
}

/** The shortest way from a folder back to itself, by breadth. */
function shortestCircle(start: string, links: Links): readonly string[] | undefined {
  const ways: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of links.get(way.at(-1) ?? '')?.keys() ?? []) {
      if (next === start) return [...way, start];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}

const describe = (circle: readonly string[], links: Links): readonly string[] =>
  circle.slice(1).map((to, index) => {
    const from = circle[index] ?? '';
    return `${from} → ${to} (${links.get(from)?.get(to)})`;
  });

/** Each circle once, step by step, with an import to begin with. */
export function folderCircles(graph: ModuleGraph): readonly string[] {
  const links = linksOf(graph);
  const told = new Set<string>();
  return [...links.keys()].sort().flatMap((start) => {
    const circle = told.has(start) ? undefined : shortestCircle(start, links);
    for (const folder of circle ?? []) told.add(folder);
    return circle ? describe(circle, links) : [];
  });
}
