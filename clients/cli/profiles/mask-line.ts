// Lines of files that hold keys, made fit for a terminal: the values of members that stint knows to be harmless, and nothing of
// the others. A line may be a whole file, where that is written on one line.
import { isStintCommand } from './stint-command.ts';

const HIDDEN = '…';

const HARMLESS: ReadonlySet<string> = new Set([
  'current',
  'name',
  'mode',
  'region_id',
  'output_format',
  'language',
  'meta_path',
  'region',
  'endpoint',
]);

/** An address may hold a password (RFC 3986 section 3.2.1) or a token in its query, and a command line a variable with a key. */
const MAY_HOLD_SECRET = /[@?=]/;

const isHarmless = (key: string, value: string): boolean =>
  !MAY_HOLD_SECRET.test(value) && (HARMLESS.has(key.trim().toLowerCase()) || isStintCommand(value));

/**
 * Strings hide their values even where their key is written in another way. A string without a key on its line may be the value of a
 * key on another one, and is hidden too, and so is a number.
 */
export const maskJsonLine = (line: string): string =>
  line.replaceAll(
    /"((?:[^"\\]|\\.)*)"(?:(\s*:\s*)(?:"((?:[^"\\]|\\.)*)")?)?|-?\d[\d.eE+-]*/g,
    (whole, key?: string, colon?: string, value?: string) => {
      if (key === undefined) return HIDDEN;
      if (colon === undefined) return `"${HIDDEN}"`;
      return value === undefined || isHarmless(key, value) ? whole : `"${key}"${colon}"${HIDDEN}"`;
    },
  );

/** The name of a setting. Anything else in its place may be the end of a key that a comment or an editor has split. */
const NAME = /^[A-Za-z][\w.-]{0,63}\s*$/;

/** An indented line may go on with a value, and is hidden whole; so is a comment, which may hold a setting of an earlier day. */
export function maskIniLine(line: string): string {
  if (/^\[[^\]]*\]\s*$/.test(line) || line.trim() === '') return line;
  const [, key = '', sign = '', value = ''] = /^([^=:]*)([=:]\s*)(.*)$/.exec(line) ?? [];
  // Base64 ends with such a sign.
  if (!NAME.test(key) || sign === '' || /^[=\s]*$/.test(value)) return HIDDEN;
  return isHarmless(key, value) ? line : `${key}${sign}${HIDDEN}`;
}
