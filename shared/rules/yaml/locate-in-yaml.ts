// Finds where a path is written, by composing once more the one entry or list item that holds it.
import { Parser } from 'yaml';
import type { DocumentPath } from '../values/document-fault.ts';
import { composeYaml } from './compose-yaml.ts';
import { findNode } from './find-yaml-node.ts';
import type { YamlAnchors } from './yaml-anchors.ts';
import { type Extent, nameOf, type YamlEntryPlace } from './yaml-entries.ts';

export interface YamlOutline {
  readonly text: string;
  /** Of the first key. */
  readonly offset: number;
  readonly entries: readonly YamlEntryPlace[];
  readonly anchors: YamlAnchors;
}

/** On its own, and indented as it stands in the document. `fallback` is the offset of what is above. */
function locateWithin(
  { text, anchors }: YamlOutline,
  { start, end }: Extent,
  path: DocumentPath,
  fallback: number,
): number {
  const indent = start - (text.lastIndexOf('\n', start - 1) + 1);
  const part = ' '.repeat(indent) + text.slice(start, end);
  const composed = composeYaml([...new Parser().parse(part)], part);
  if (!composed.ok) return fallback;
  return findNode(composed.value.contents, path, { anchors, base: start - indent, fallback });
}

export function locateInYaml(outline: YamlOutline, [key, index, ...rest]: DocumentPath): number {
  const entry = outline.entries.find((candidate) => nameOf(candidate) === key);
  if (!entry) return outline.offset;
  if (index === undefined) return entry.offset;
  const item = typeof index === 'number' ? entry.items[index] : undefined;
  if (item) return rest.length === 0 ? item.start : locateWithin(outline, item, rest, item.start);
  return locateWithin(outline, entry.extent, [index, ...rest], entry.offset);
}
