// Profiles with a `credential_process` in the file of the AWS SDKs, `~/.aws/config`, for boto3 and other programs that use OSS
// as they use S3.
//
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { appendSection, faultInLine, removeOptions, removeSection, setOption, textOf } from './ini-edit.ts';
import { type IniLine, readIniLines } from './ini-lines.ts';
import { type FileFault, notOurs, type ProfileRules } from './profile-file.ts';
import { isStintCommand } from './stint-command.ts';

export interface AwsProfiles extends ProfileRules {
  readonly profiles: readonly { readonly name: string; readonly command: string }[];
  /** Undefined: what the profile has, or none. */
  readonly region: string | undefined;
}

const DIALECT = { client: 'boto3', isStrict: true } as const;
const COMMAND = 'credential_process';
const REGION = 'region';
/** An overwritten profile keeps these; every other option may come before the command. */
const KEPT: ReadonlySet<string> = new Set([REGION, 'output', 'endpoint_url', 's3', 'services', 'cli_pager']);

/** `[profile "x y"]` and `[profile x]`: the name may be in quotes. */
const nameOf = (section: string): string | undefined =>
  /^profile\s+(["']?)([^"']*)\1\s*$/.exec(section.trim())?.[2];

const optionsOf = (lines: readonly IniLine[], section: string): readonly IniLine[] =>
  lines.filter((line) => line.section === section && line.kind === 'option');

const readValue = (lines: readonly IniLine[], section: string, key: string): string | undefined =>
  optionsOf(lines, section).find((line) => line.key.toLowerCase() === key)?.value;

const isOurs = (lines: readonly IniLine[], section: string): boolean =>
  isStintCommand(readValue(lines, section, COMMAND) ?? '');

const sectionsOf = (lines: readonly IniLine[], name: string): readonly IniLine[] =>
  lines.filter(({ kind, section }) => kind === 'section' && nameOf(section) === name);

function overwrite(lines: readonly IniLine[], section: string): readonly IniLine[] {
  const options = optionsOf(lines, section).filter(({ key }) => !KEPT.has(key.toLowerCase()));
  return isOurs(lines, section) ? lines : removeOptions(lines, options);
}

function putProfile(
  lines: readonly IniLine[],
  { name, command }: AwsProfiles['profiles'][number],
  { region, replace }: AwsProfiles,
): Result<readonly IniLine[], FileFault> {
  const wanted = { ...(region === undefined ? {} : { [REGION]: region }), [COMMAND]: command };
  const [found, second] = sectionsOf(lines, name);
  if (second) return faultInLine(lines, second, `there are two profiles ${name}: remove one`);
  if (!found) return ok(appendSection(lines, `profile ${name}`, wanted));
  const { section } = found;
  if (!isOurs(lines, section) && !replace) return faultInLine(lines, found, notOurs(name));
  const changed = Object.entries(wanted).filter(([key, value]) => readValue(lines, section, key) !== value);
  return ok(
    changed.reduce((now, [key, value]) => setOption(now, { section, key, value }), overwrite(lines, section)),
  );
}

/** Gives the text of the file with the profiles. A file that has them already gives the same text. */
export function putAwsProfiles(text: string | undefined, change: AwsProfiles): Result<string, FileFault> {
  const put = change.profiles.reduce<Result<readonly IniLine[], FileFault>>(
    (done, profile) => (done.ok ? putProfile(done.value, profile, change) : done),
    readIniLines(text ?? '', DIALECT),
  );
  return put.ok ? ok(textOf(put.value)) : put;
}

/** Removes the profiles that stint made: the one with this name, or all. */
export function removeAwsProfiles(
  text: string | undefined,
  name: string | undefined,
  { replace }: ProfileRules,
): Result<string, FileFault> {
  const read = readIniLines(text ?? '', DIALECT);
  if (!read.ok) return read;
  const lines = read.value;
  const found =
    name === undefined
      ? lines.filter(({ kind, section }) => kind === 'section' && isOurs(lines, section))
      : sectionsOf(lines, name);
  const foreign = found.find(({ section }) => !isOurs(lines, section));
  if (foreign && !replace)
    return faultInLine(
      lines,
      foreign,
      `stint did not make the profile ${name}: remove it with --replace, too`,
    );
  return ok(textOf(found.reduce((now, { section }) => removeSection(now, section), lines)));
}
