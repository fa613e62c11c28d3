// The file of ossutil 1, `~/.ossutilconfig`: `[AkService]` names a URL that ossutil asks for credentials, here that of `stint agent`.
// The file is for one role: ossutil 1 knows neither profiles nor a command to run.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { appendSection, faultInLine, removeOptions, removeSection, setOption, textOf } from './ini-edit.ts';
import { type IniLine, readIniLines } from './ini-lines.ts';
import { type FileFault, faultAt, type ProfileRules } from './profile-file.ts';

export interface OssutilSettings extends ProfileRules {
  /** Of the agent, with its secret. */
  readonly url: string;
  /** For a file that has no `[Credentials]` yet. */
  readonly region: string | undefined;
}

const DIALECT = { client: 'ossutil', isStrict: false } as const;
const CREDENTIALS = 'Credentials';
const SERVICE = 'AkService';
const URL_KEY = 'ecsAk';

/** With any of these, in one of the spellings of ossutil, ossutil does not ask the URL. */
const BEFORE_THE_URL: ReadonlySet<string> = new Set([
  'accesskeyid',
  'accessid',
  'accesskeysecret',
  'accesskey',
  'ststoken',
  'mode',
  'ramrolearn',
  'ecsrolename',
]);

const AGENT_URL = /^http:\/\/127\.0\.0\.1:\d+\/[A-Za-z0-9_-]{32,128}\/[a-z0-9-]{1,63}$/;

const keysBeforeUrl = (lines: readonly IniLine[]): readonly IniLine[] =>
  lines.filter(
    ({ kind, section, key, value }) =>
      kind === 'option' &&
      section === CREDENTIALS &&
      value !== '' &&
      BEFORE_THE_URL.has(key.toLowerCase().replaceAll(/[-_]/g, '')),
  );

const urlLines = (lines: readonly IniLine[]): readonly IniLine[] =>
  lines.filter(({ kind, section, key }) => kind === 'option' && section === SERVICE && key === URL_KEY);

/** ossutil takes the last of several sections of a name, and this file may not rely on that. */
function findRepeated(lines: readonly IniLine[]): IniLine | undefined {
  const sections = lines.filter(
    ({ kind, section }) => kind === 'section' && [CREDENTIALS, SERVICE].includes(section),
  );
  const urls = urlLines(lines);
  return (
    sections.find(({ section }, index) => sections.findIndex((one) => one.section === section) < index) ??
    urls[1]
  );
}

const hasSection = (lines: readonly IniLine[], name: string): boolean =>
  lines.some(({ kind, section }) => kind === 'section' && section === name);

/** ossutil refuses a file without `[Credentials]`. An endpoint without a scheme would mean plain http. */
const credentialsFor = (region: string): Readonly<Record<string, string>> => ({
  language: 'EN',
  endpoint: `https://oss-${region}.aliyuncs.com`,
});

function putService(lines: readonly IniLine[], url: string): readonly IniLine[] {
  if (urlLines(lines)[0]?.value === url) return lines;
  return hasSection(lines, SERVICE)
    ? setOption(lines, { section: SERVICE, key: URL_KEY, value: url })
    : appendSection(lines, SERVICE, { [URL_KEY]: url });
}

/** Gives the text of the file with the URL. A file that has it already gives the same text. */
export function putOssutilSettings(
  text: string | undefined,
  { url, region, replace }: OssutilSettings,
): Result<string, FileFault> {
  const read = readIniLines(text ?? '', DIALECT);
  if (!read.ok) return read;
  const lines = read.value;
  const repeated = findRepeated(lines);
  if (repeated) return faultInLine(lines, repeated, 'is there twice: keep one');
  const [service] = urlLines(lines);
  if (service && !AGENT_URL.test(service.value) && !replace)
    return faultInLine(lines, service, 'stint did not write this URL: overwrite it with --replace');
  const [key] = keysBeforeUrl(lines);
  if (key && !replace)
    return faultInLine(
      lines,
      key,
      `with ${key.key}, ossutil does not ask the agent: remove keys and mode with --replace, or make another file with --file and name it to ossutil with -c`,
    );
  const freed = removeOptions(lines, keysBeforeUrl(lines));
  if (hasSection(freed, CREDENTIALS)) return ok(textOf(putService(freed, url)));
  if (region === undefined)
    return faultAt('', 0, 'which region? Give --region, such as cn-hangzhou: ossutil needs an endpoint');
  return ok(textOf(putService(appendSection(freed, CREDENTIALS, credentialsFor(region)), url)));
}

/** Removes the URL, if stint wrote it, and its section, if nothing else is in there. */
export function removeOssutilSettings(text: string | undefined): Result<string, FileFault> {
  const read = readIniLines(text ?? '', DIALECT);
  if (!read.ok) return read;
  const own = urlLines(read.value).filter(({ value }) => AGENT_URL.test(value));
  if (own.length === 0) return ok(text ?? '');
  const rest = removeOptions(read.value, own);
  const isEmpty = !rest.some(({ kind, section }) => kind === 'option' && section === SERVICE);
  return ok(textOf(isEmpty ? removeSection(rest, SERVICE) : rest));
}
