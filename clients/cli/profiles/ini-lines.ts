// An INI file as its lines, so that some can be changed and every other byte stays. Two clients, two dialects: what a line is
// to the client decides, and a file that the client cannot read is refused.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type FileFault, faultAt, hasByteOrderMark } from './profile-file.ts';

/** `more`: goes on with the value of the option above it. */
type LineKind = 'section' | 'option' | 'more' | 'other';

export interface IniLine {
  /** With its line end. */
  readonly raw: string;
  readonly kind: LineKind;
  /** The section that it is in, or begins; empty above the first. */
  readonly section: string;
  /** Of an option. */
  readonly key: string;
  readonly value: string;
}

/** `client` names the program in messages. */
export interface IniDialect {
  readonly client: string;
  /**
   * Python's configparser: an indented line goes on with a value, and a file with a repeated name or a line that is no option
   * is refused. Otherwise the parser of ossutil, which takes any line.
   */
  readonly isStrict: boolean;
}

interface Place {
  section: string;
  /** Whether an indented line goes on with the option above it. */
  hasOption: boolean;
}

/** Both dialects take the first of `=`, or `:` where they differ only for keys that stint does not write. */
function readOption(body: string): { readonly key: string; readonly value: string } | undefined {
  const [, key, value] = /^([^=:]*)[=:](.*)$/.exec(body) ?? [];
  return key === undefined || value === undefined ? undefined : { key: key.trim(), value: value.trim() };
}

const other = (raw: string, section: string): IniLine => ({
  raw,
  kind: 'other',
  section,
  key: '',
  value: '',
});

/** Undefined: the client cannot read the line. */
function readStrictLine(raw: string, body: string, place: Place): IniLine | undefined {
  const text = body.trim();
  const { section } = place;
  if (text === '' || /^[#;]/.test(text)) return other(raw, section);
  // Elsewhere, an indented line means one thing to Python, another to other SDKs, and a third one below a new option.
  if (/^\s/.test(body)) return place.hasOption ? { ...other(raw, section), kind: 'more' } : undefined;
  if (text.startsWith('[')) {
    // Behind the bracket, clients differ: for some, a second one is part of the name.
    const [, name] = /^\[([^[\]]+)\](?:\s*|\s+[#;][^\]]*)$/.exec(text) ?? [];
    return name === undefined ? undefined : { ...other(raw, name), kind: 'section' };
  }
  const option = readOption(body);
  if (!option || option.key === '' || section === '') return undefined;
  return { raw, kind: 'option', section, ...option };
}

function readLooseLine(raw: string, body: string, { section }: Place): IniLine {
  if (body.startsWith('[')) {
    const name = body.replace(/^[ [\]]+|[ [\]]+$/g, '');
    return { ...other(raw, name), kind: 'section' };
  }
  const option = body.trimStart().startsWith('#') ? undefined : readOption(body);
  return option ? { raw, kind: 'option', section, ...option } : other(raw, section);
}

/** What may be there once. Keys of configparser have no case. */
function identityOf({ kind, section, key }: IniLine): string | undefined {
  if (kind === 'section') return JSON.stringify([section]);
  return kind === 'option' ? JSON.stringify([section, key.toLowerCase()]) : undefined;
}

/** A carriage return alone ends a line for Python and not for others. */
const STRAY_RETURN = /\r(?!\n)/;

export function readIniLines(
  text: string,
  { client, isStrict }: IniDialect,
): Result<readonly IniLine[], FileFault> {
  if (hasByteOrderMark(text))
    return faultAt(text, 0, `a byte order mark, which ${client} cannot read: save the file without it`);
  const place: Place = { section: '', hasOption: false };
  const [lines, seen]: [IniLine[], Set<string>] = [[], new Set()];
  let offset = 0;
  for (const raw of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const body = raw.replace(/\r?\n$/, '');
    const line = isStrict ? readStrictLine(raw, body, place) : readLooseLine(raw, body, place);
    const identity = isStrict && line ? identityOf(line) : undefined;
    if (!line || STRAY_RETURN.test(body) || (identity !== undefined && seen.has(identity)))
      return faultAt(
        text,
        offset,
        `${client} cannot read this line, or has read it above, or it begins with a space: correct it first`,
      );
    if (identity !== undefined) seen.add(identity);
    if (line.kind === 'section' || line.kind === 'option')
      Object.assign(place, { section: line.section, hasOption: line.kind === 'option' });
    lines.push(line);
    offset += raw.length;
  }
  return ok(lines);
}
