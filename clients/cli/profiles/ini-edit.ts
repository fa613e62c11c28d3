// Changes of an INI file, line by line. The lines that a change is not about stay as they are.
import type { Result } from '../../../shared/kernel/result.ts';
import type { IniLine } from './ini-lines.ts';
import { type FileFault, faultAt } from './profile-file.ts';

export const textOf = (lines: readonly IniLine[]): string => lines.map(({ raw }) => raw).join('');

/** For the line, which is one of `lines`. */
export function faultInLine(
  lines: readonly IniLine[],
  line: IniLine,
  message: string,
): Result<never, FileFault> {
  const above = textOf(lines.slice(0, lines.indexOf(line)));
  return faultAt(above, above.length, message);
}

const endOf = (lines: readonly IniLine[]): string =>
  lines.some(({ raw }) => raw.endsWith('\r\n')) ? '\r\n' : '\n';

const newOption = (section: string, key: string, value: string, end: string): IniLine => ({
  raw: `${key} = ${value}${end}`,
  kind: 'option',
  section,
  key,
  value,
});

const newSection = (section: string, end: string): IniLine => ({
  raw: `[${section}]${end}`,
  kind: 'section',
  section,
  key: '',
  value: '',
});

const blank = (end: string): IniLine => ({ raw: end, kind: 'other', section: '', key: '', value: '' });

const isBlank = (line: IniLine | undefined): boolean => line !== undefined && line.raw.trim() === '';

/** The last line of a file may have no end. */
const ended = (lines: readonly IniLine[], end: string): readonly IniLine[] =>
  lines.map((line) => (line.raw.endsWith('\n') ? line : { ...line, raw: `${line.raw}${end}` }));

/** Behind all others, with an empty line between. */
export function appendSection(
  lines: readonly IniLine[],
  section: string,
  options: Readonly<Record<string, string>>,
): readonly IniLine[] {
  const end = endOf(lines);
  return [
    ...ended(lines, end),
    ...(lines.length > 0 ? [blank(end)] : []),
    newSection(section, end),
    ...Object.entries(options).map(([key, value]) => newOption(section, key, value, end)),
  ];
}

/** With the lines that go on with its value. Those between that do not stay. */
function withoutOption(lines: readonly IniLine[], option: IniLine): readonly IniLine[] {
  const at = lines.indexOf(option);
  const next = lines.findIndex(({ kind }, index) => index > at && (kind === 'option' || kind === 'section'));
  const end = next < 0 ? lines.length : next;
  return lines.filter((line, index) => index < at || index >= end || line.kind === 'other');
}

export const removeOptions = (lines: readonly IniLine[], options: readonly IniLine[]): readonly IniLine[] =>
  options.reduce(withoutOption, lines);

/** Replaces the value, or adds the option behind the others of the section. The key counts in any case. */
export function setOption(
  lines: readonly IniLine[],
  { section, key, value }: Pick<IniLine, 'section' | 'key' | 'value'>,
): readonly IniLine[] {
  const end = endOf(lines);
  const option = lines.find(
    (line) =>
      line.kind === 'option' && line.section === section && line.key.toLowerCase() === key.toLowerCase(),
  );
  if (option) {
    const kept = /^[^=:]*[=:][ \t]*/.exec(option.raw)?.[0] ?? `${key} = `;
    // A file may have line ends of both kinds.
    const ownEnd = /\r?\n$/.exec(option.raw)?.[0] ?? '';
    const changed = { ...option, raw: `${kept}${value}${ownEnd}`, value };
    const rest = withoutOption(lines, option);
    return rest.toSpliced(lines.indexOf(option), 0, changed);
  }
  const last = lines.findLastIndex((line) => line.section === section && line.kind !== 'other');
  return ended(lines, end).toSpliced(last + 1, 0, newOption(section, key, value, end));
}

/** Its comments stay, and the empty line above it goes, which `appendSection` added. */
export function removeSection(lines: readonly IniLine[], section: string): readonly IniLine[] {
  const at = lines.findIndex((line) => line.kind === 'section' && line.section === section);
  if (at < 0) return lines;
  const kept = lines.filter((line, index) => index < at || line.section !== section || line.kind === 'other');
  return isBlank(lines[at - 1]) ? kept.toSpliced(at - 1, 1) : kept;
}
