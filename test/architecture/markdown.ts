// Reads what the tests check from a document in Markdown, as GitHub shows it.
import { blocksOf } from '../support/document-blocks.ts';

const FENCE = /^( *)(`{3,})[^\n]*\n(.*?)^\1\2 *$/gms;
const INLINE_CODE = /`([^`\n]+)`/g;
const LINK = /\]\(([^()\s]+)\)/g;
const HEADING = /^#{1,6} (.*?) *$/gm;
const ROW = /^ *\|.*\|$/;
/** Between the headings of a table and its rows. */
const RULE = /^[ |:-]+$/;

const withoutFences = (text: string): string => text.replaceAll(FENCE, '');

/** Targets of links, in their order. */
export const linksOf = (text: string): readonly string[] =>
  [...withoutFences(text).replaceAll(INLINE_CODE, '').matchAll(LINK)].map(([, target = '']) => target);

const slug = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

/** What a link may have after its `#`. GitHub numbers headings of one text. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutFences(text).matchAll(HEADING)) {
    const first = slug(heading);
    let anchor = first;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${first}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

export const inlineCodeOf = (text: string): readonly string[] =>
  [...withoutFences(text).matchAll(INLINE_CODE)].map(([, code = '']) => code);

/** Inline code, and each line of a block. */
export const codeOf = (text: string): readonly string[] => [
  ...blocksOf(text).flatMap(({ text: code }) => code.split('\n')),
  ...inlineCodeOf(text),
];

const cellsOf = (row: string): readonly string[] =>
  row
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

/** The cells below each heading of this text, of all tables. */
export function columnOf(text: string, heading: string): readonly string[] {
  const found: string[] = [];
  let index = -1;
  let isInTable = false;
  for (const line of withoutFences(text).split('\n')) {
    const cells = ROW.test(line) ? cellsOf(line) : undefined;
    if (cells === undefined) isInTable = false;
    else if (!isInTable) {
      isInTable = true;
      index = cells.map((cell) => cell.replaceAll('`', '')).indexOf(heading);
    } else if (index >= 0 && !RULE.test(line)) found.push(cells[index] ?? '');
  }
  return found;
}

/** As a reader counts: signs of tables and pictures are no words. */
export const wordsOf = (text: string): number =>
  text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
