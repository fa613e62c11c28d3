// The editor of ~/.aws/config: it changes its own profile and no other byte, and refuses what boto3 would not read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AwsProfiles,
  putAwsProfiles,
  removeAwsProfiles,
} from '../../../../clients/cli/profiles/aws-profiles.ts';

const commandFor = (role: string): string =>
  `/usr/local/bin/stint credentials ${role} --format aws-process --url https://stint.example.com`;

const CHANGE: AwsProfiles = {
  profiles: [{ name: 'stint-media', command: commandFor('media') }],
  region: 'cn-hangzhou',
  replace: false,
};
const KEEP = { replace: false };

function put(text: string | undefined, change: Partial<AwsProfiles> = {}): string {
  const edited = putAwsProfiles(text, { ...CHANGE, ...change });
  if (!edited.ok) throw new Error(edited.error.message);
  return edited.value;
}

const NAMES = [
  'default',
  'profile a',
  'profile "b c"',
  'profile  d',
  'sso-session x',
  'services oss',
  'preview',
];
const KEYS = ['region', 'aws_access_key_id', 'Output', 's3', 'endpoint_url'];
const lineEnd = fc.constantFrom('\n', '\r\n');
const comment = fc.constantFrom('', '# mine', '  ; [profile stint-media]', '#credential_process = x', ' ');
const option = (key: string) =>
  fc
    .tuple(fc.constantFrom('=', ' = ', ':', ' :\t'), fc.constantFrom('', 'x', 'a = b', '[x]'))
    .chain(([sign, value]) =>
      fc
        .array(fc.constantFrom('   more = x', '\t\t[profile stint-media]', '', '    # in between'), {
          maxLength: 3,
        })
        .map((more) => [`${key}${sign}${value}`, ...more]),
    );

const section = (name: string) =>
  fc
    .tuple(
      comment,
      fc.subarray(KEYS).chain((keys) => fc.tuple(...keys.map(option))),
      comment,
    )
    .map(([above, options, below]) => [`[${name}]`, above, ...options.flat(), below]);

const anyFile = fc
  .tuple(
    comment,
    fc.subarray(NAMES).chain((names) => fc.tuple(...names.map(section))),
    lineEnd,
  )
  .map(([above, sections, end]) => [above, ...sections.flat()].map((line) => `${line}${end}`).join(''));

describe('in any file', () => {
  it('adds its profile behind what is there', () => {
    fc.assert(
      fc.property(anyFile, (text) => {
        const now = put(text);
        const end = text.includes('\r\n') ? '\r\n' : '\n';
        expect(now).toBe(
          `${text}${end}[profile stint-media]${end}region = cn-hangzhou${end}credential_process = ${commandFor('media')}${end}`,
        );
        expect(put(now)).toBe(now);
      }),
    );
  });

  it('changes its profile between others and no byte of these', () => {
    fc.assert(
      fc.property(anyFile, anyFile, (text, more) => {
        const before = put(text, { profiles: [{ name: 'stint-media', command: commandFor('old') }] });
        const below = more.slice(more.indexOf('['));
        fc.pre(more.includes('[') && putAwsProfiles(before + below, CHANGE).ok);
        expect(put(before + below)).toBe(put(text) + below);
      }),
    );
  });

  it('is as it was once the profile is removed', () => {
    fc.assert(
      fc.property(anyFile, (text) => {
        for (const name of [undefined, 'stint-media'])
          expect(removeAwsProfiles(put(text), name, KEEP)).toEqual({ ok: true, value: text });
      }),
    );
  });
});

it('ends a last line that has no end', () => {
  expect(put('[default]\nregion = x')).toMatch(/^\[default\]\nregion = x\n\n\[profile stint-media\]\n/);
});

describe('a profile of the name', () => {
  const OWN = `[profile "stint-media"] # mine\ncredential_process=${commandFor('old')}\n# note\ns3 =\n  addressing_style = virtual\n\n[default]\n`;

  it('keeps the layout, the comments and the options that a person added', () => {
    expect(put(OWN)).toBe(
      `[profile "stint-media"] # mine\ncredential_process=${commandFor('media')}\n# note\ns3 =\n  addressing_style = virtual\nregion = cn-hangzhou\n\n[default]\n`,
    );
  });

  const FOREIGN =
    '[profile stint-media]\nrole_arn = arn\nsource_profile = a\nregion = b\ncredential_process = other\n   --more\n\n   words\n';

  it('stays where stint did not make it, and its line is named', () => {
    expect(putAwsProfiles(`\n${FOREIGN}`, CHANGE)).toMatchObject({ ok: false, error: { line: 2 } });
    expect(removeAwsProfiles(FOREIGN, 'stint-media', KEEP)).toMatchObject({ ok: false, error: { line: 1 } });
    expect(removeAwsProfiles(FOREIGN, undefined, KEEP)).toEqual({ ok: true, value: FOREIGN });
  });

  it('loses what comes before the command where it is to be overwritten', () => {
    expect(put(FOREIGN, { replace: true, region: undefined })).toBe(
      `[profile stint-media]\nregion = b\ncredential_process = ${commandFor('media')}\n\n`,
    );
  });
});

it.each([
  ['a byte order mark', '\uFEFF[default]\n', 1],
  ['a line that is no option', '[default]\nregion\n', 2],
  ['an option above all sections', 'region = x\n', 1],
  ['an indented option that goes on with nothing', '[profile stint-media]\n  region = x\n', 2],
  ['an indented section', '[profile stint-media]\n [default]\n', 2],
  ['a section twice', '[default]\n[default]\n', 2],
  ['an option twice', '[default]\nregion = x\nRegion = y\n', 3],
  ['a name with brackets', '[profile a]b]\n', 1],
  ['a carriage return in a line, which ends it for Python', '[default]\n# x\r[profile stint-media]\n', 2],
  ['the profile twice', '[profile stint-media]\n[profile "stint-media"]\n', 2],
])('refuses %s, with the line', (_, text, line) => {
  expect(putAwsProfiles(text, CHANGE)).toMatchObject({ ok: false, error: { line } });
});
