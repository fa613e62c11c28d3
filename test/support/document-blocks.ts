// The fenced blocks of a document in Markdown, for tests that run what a reader would paste.
import { readFileSync } from 'node:fs';

export interface DocumentBlock {
  /** The word after the fence, such as `yaml`; empty where there is none. */
  readonly language: string;
  /** The text of the nearest heading above, without its `#`; empty where there is none. */
  readonly heading: string;
  /** Without the fences and their indentation; each line with its end. */
  readonly text: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
}

/** A block, whose lines that begin with `#` are no headings, or a heading. */
const BLOCK_OR_HEADING = /^( *)(`{3,})([^\n`]*)\n((?:[^\n]*\n)*?)\1\2 *$|^#{1,6} ([^\n]*?) *$/gm;

/** The blocks of this Markdown, in their order. One whose fence is not closed has no end to run to, and is left out. */
export function blocksOf(markdown: string): readonly DocumentBlock[] {
  const blocks: DocumentBlock[] = [];
  let heading = '';
  for (const match of markdown.matchAll(BLOCK_OR_HEADING)) {
    const [, indent = '', fence, info = '', text = '', title] = match;
    if (fence === undefined) heading = title ?? '';
    else
      blocks.push({
        language: info.trim().split(' ')[0] ?? '',
        heading,
        text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
        line: markdown.slice(0, match.index).split('\n').length,
      });
  }
  return blocks;
}

/** The blocks of a document of this repository. `path`: from the root, such as `docs/agent.md`. */
export const documentBlocks = (path: string): readonly DocumentBlock[] =>
  blocksOf(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
