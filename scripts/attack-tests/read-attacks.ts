// Reads what a test guards from the doc blocks of a test file. Biome formats the tests, so their nesting is read from
// their indentation, without a parser of TypeScript.
//
//   /**
//    * @attack Signature not made by the key
//    * @removed the refusal of a wrong signature
//    * @failed 8 of 49: an HMAC that says RS256: `expected [ { …(6) } ] to deeply equal []`
//    * @note what else refuses, or how the test tells the two apart
//    * @also test/http/vend.401.test.ts
//    */
//   it('…', () => {
//
// Each `@attack` begins an entry; a test may guard several. `@failed` and `@note` may be left out.

/** An attack, and what was seen when the defence against it was removed. */
export interface Attack {
  readonly attack: string;
  /** The defence that was taken out of the code. */
  readonly removed: string;
  /** How many tests then failed, and the first failure. */
  readonly failed: string;
  /** Other defences that refuse too. */
  readonly note: string;
  /** Other test files that guard against it, as paths from the root. */
  readonly also: readonly string[];
  /** Titles of the describes around the test, from the outside, and its own. */
  readonly titles: readonly string[];
}

export interface TestFile {
  /** The comment at the top of the file, on one line: the guarantee that its tests hold. */
  readonly guarantee: string;
  readonly attacks: readonly Attack[];
  /** What cannot be read, each with its line number. */
  readonly faults: readonly string[];
}

type Lines = readonly string[];

interface Tag {
  readonly name: string;
  readonly text: string;
}

const ONCE = ['attack', 'removed', 'failed', 'note'] as const;
const KNOWN: ReadonlySet<string> = new Set([...ONCE, 'also']);
const IS_TAG_LINE = /^\s*(?:\/\/|\/?\*+)\s*@(?:attack|removed|failed|note|also)\b/;
const TAG = /^@(\w+)(?: (.*))?$/;
const CALL = /^\s*(?:describe|it|test)(?:\.\w+)*(?:<.*>)?\(/;
const CLOSES = /^\s*[\])}]/;
/** Through a string in any quotes, to its end. */
const TITLE = /^\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1\s*,/;

const isBlank = (line: string): boolean => line.trim() === '';
const indentOf = (line: string): number => line.length - line.trimStart().length;

/** The header comment of a file, without what only tools read. */
function guaranteeOf(lines: Lines): string {
  const end = lines.findIndex((line) => !line.startsWith('//'));
  const comment = lines.slice(0, end === -1 ? lines.length : end).map((line) => line.slice(2).trim());
  return comment.filter((line) => !/^(?:biome-ignore|@ts-)/.test(line)).join(' ');
}

/** The title that a call of `describe`, `it` or `test` gives, also behind `.each(…)`, whose last line has its indent. */
function titleOf(lines: Lines, start: number): string | undefined {
  const indent = indentOf(lines[start] ?? '');
  const isEach = /^\s*\w+\.\w/.test(lines[start] ?? '');
  for (let index = start; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (index > start && !(indentOf(line) === indent && CLOSES.test(line))) continue;
    const at = isEach ? line.indexOf(')(') + 1 : line.indexOf('(');
    if (isEach && at === 0) continue;
    const rest = `${line.slice(at + 1)}\n${lines[index + 1] ?? ''}`;
    return TITLE.exec(rest)?.[2]?.replace(/\\(['"`])/g, '$1');
  }
  return undefined;
}

/** The first line of the statement that a line ends or continues: `it.each([` for `])('…', () => {`. */
function statementAt(lines: Lines, index: number): number {
  const indent = indentOf(lines[index] ?? '');
  let start = index;
  while (start > 0 && (isBlank(lines[start] ?? '') || indentOf(lines[start] ?? '') !== indent)) start--;
  while (start > 0 && CLOSES.test(lines[start] ?? '')) {
    start--;
    while (start > 0 && (isBlank(lines[start] ?? '') || indentOf(lines[start] ?? '') > indent)) start--;
  }
  return start;
}

/** Titles of the describes around a line, from the outside. One without a literal title is `…`. */
function titlesAround(lines: Lines, index: number): readonly string[] {
  const indent = indentOf(lines[index] ?? '');
  if (indent === 0) return [];
  let opener = index - 1;
  while (opener > 0 && (isBlank(lines[opener] ?? '') || indentOf(lines[opener] ?? '') >= indent)) opener--;
  const start = statementAt(lines, opener);
  const own = CALL.test(lines[start] ?? '') ? [titleOf(lines, start) ?? '…'] : [];
  return [...titlesAround(lines, start), ...own];
}

/** The tags of a doc block; a line that begins with none continues the one before. */
function readTags(block: Lines): readonly Tag[] {
  const tags: Tag[] = [];
  for (const line of block) {
    const text = line.trim().replace(/^(?:\/\*\*|\*(?!\/))\s*|\s*\*\/$/g, '');
    if (text === '') continue;
    const [, name, rest = ''] = TAG.exec(text) ?? [];
    const last = tags.at(-1);
    if (name !== undefined) tags.push({ name, text: rest });
    else if (last === undefined) tags.push({ name: '', text });
    else tags.splice(-1, 1, { name: last.name, text: `${last.text} ${text}`.trim() });
  }
  return tags;
}

/** Each `@attack` with the tags that follow it. */
function splitEntries(tags: readonly Tag[]): readonly (readonly Tag[])[] {
  const entries: Tag[][] = [];
  for (const tag of tags) {
    if (tag.name === 'attack' || entries.length === 0) entries.push([]);
    entries.at(-1)?.push(tag);
  }
  return entries;
}

function faultsOf(entry: readonly Tag[]): readonly string[] {
  const count = (name: string): number => entry.filter((tag) => tag.name === name).length;
  return [
    ...entry
      .filter(({ name }) => !KNOWN.has(name))
      .map(({ name, text }) => (name === '' ? `text before the first tag: ${text}` : `unknown tag @${name}`)),
    ...entry.filter(({ name, text }) => name !== '' && text === '').map(({ name }) => `@${name} is empty`),
    ...['attack', 'removed'].filter((name) => count(name) === 0).map((name) => `@${name} is missing`),
    ...ONCE.filter((name) => count(name) > 1).map((name) => `@${name} is there twice`),
  ];
}

function toAttack(entry: readonly Tag[], titles: readonly string[]): Attack {
  const textOf = (name: string): string => entry.find((tag) => tag.name === name)?.text ?? '';
  return {
    attack: textOf('attack'),
    removed: textOf('removed'),
    failed: textOf('failed'),
    note: textOf('note'),
    also: entry.filter(({ name }) => name === 'also').map(({ text }) => text),
    titles,
  };
}

/** A block of lines from `start` to `end`, its last line. */
function readBlock(lines: Lines, start: number, end: number): Omit<TestFile, 'guarantee'> {
  const entries = splitEntries(readTags(lines.slice(start, end + 1)));
  const call = lines[end + 1] ?? '';
  const title = CALL.test(call) ? titleOf(lines, end + 1) : undefined;
  const place = title === undefined ? ['it is not directly above a test with a literal title'] : [];
  const faults = [...place, ...entries.flatMap(faultsOf)].map((fault) => `line ${start + 1}: ${fault}`);
  const titles = [...titlesAround(lines, end + 1), title ?? ''];
  return { attacks: faults.length > 0 ? [] : entries.map((entry) => toAttack(entry, titles)), faults };
}

/** Takes the text of a test file. Gives the attacks in the order of the file. */
export function readAttacks(text: string): TestFile {
  const lines = text.split('\n');
  const attacks: Attack[] = [];
  const faults: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const isBlock = (lines[index] ?? '').trim().startsWith('/**');
    const end = isBlock ? lines.findIndex((line, at) => at >= index && line.includes('*/')) : -1;
    const hasTag = lines.slice(index, Math.max(end, index) + 1).some((line) => IS_TAG_LINE.test(line));
    if (end === -1 && hasTag) faults.push(`line ${index + 1}: a tag outside a doc block`);
    if (end === -1) continue;
    const block = hasTag ? readBlock(lines, index, end) : { attacks: [], faults: [] };
    attacks.push(...block.attacks);
    faults.push(...block.faults);
    index = end;
  }
  return { guarantee: guaranteeOf(lines), attacks, faults };
}
