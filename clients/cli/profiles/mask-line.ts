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

const isHarmless = (key: string, value: string): boolean =>
  HARMLESS.has(key.trim().toLowerCase()) || isStintCommand(value);

/**
 * Strings hide their values even where their key is written in another way. A string without a key on its line may be the value of a
 * key on another one, and is hidden too.
 */
export const maskJsonLine = (line: string): string =>
  line.replaceAll(
    /"((?:[^"\\]|\\.)*)"(?:(\s*:\s*)(?:"((?:[^"\\]|\\.)*)")?)?/g,
    (whole, key: string, colon?: string, value?: string) => {
      if (colon === undefined) return `"${HIDDEN}"`;
      return value === undefined || isHarmless(key, value) ? whole : `"${key}"${colon}"${HIDDEN}"`;
    },
  );

/** An indented line may go on with a value, and is hidden whole. */
export function maskIniLine(line: string): string {
  if (/^\[[^\]]*\]\s*$/.test(line) || line.trim() === '') return line;
  if (/^\s/.test(line)) return HIDDEN;
  const [, key = '', sign = '', value = ''] = /^([^=:]*)([=:]\s*)(.*)$/.exec(line) ?? [];
  if (sign === '') return HIDDEN;
  return isHarmless(key, value) ? line : `${key}${sign}${HIDDEN}`;
}
