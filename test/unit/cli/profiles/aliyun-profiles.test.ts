// The editor of ~/.aliyun/config.json: it changes its own profile, in any layout, and no other byte.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AliyunProfiles,
  putAliyunProfiles,
  removeAliyunProfiles,
} from '../../../../clients/cli/profiles/aliyun-profiles.ts';
import { parseJsonTree } from '../../../../clients/cli/profiles/json-tree.ts';

const commandFor = (role: string): string =>
  `/usr/local/bin/stint credentials ${role} --format credential-process --url https://stint.example.com`;

const CHANGE: AliyunProfiles = {
  profiles: [{ name: 'stint-media', command: commandFor('media') }],
  region: 'cn-hangzhou',
  makeCurrent: false,
  replace: false,
};
const KEEP = { replace: false };

function put(text: string | undefined, change: Partial<AliyunProfiles> = {}): string {
  const edited = putAliyunProfiles(text, { ...CHANGE, ...change });
  if (!edited.ok) throw new Error(edited.error.message);
  return edited.value;
}

/** The list of profiles, each as it is written, and what is written around it. */
function partsOf(text: string) {
  const tree = parseJsonTree(text);
  const root = tree.ok && tree.value.kind === 'object' ? tree.value : undefined;
  const list = root?.members.find(({ name }) => name === 'profiles')?.value;
  if (list?.kind !== 'array') throw new Error('no profiles');
  return {
    above: text.slice(0, list.start),
    items: list.items.map(({ start, end }) => text.slice(start, end)),
    below: text.slice(list.end),
  };
}

/** JSON with any spaces between its parts. */
function write(value: unknown, space: () => string): string {
  if (Array.isArray(value))
    return `[${space()}${value.map((item) => write(item, space)).join(`${space()},${space()}`)}${space()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}${space()}:${space()}${write(member, space)}`,
  );
  return `{${space()}${members.join(`${space()},${space()}`)}${space()}}`;
}

const word = fc.string({ unit: 'binary', maxLength: 8 }).map((text) => `x${text}`);
const foreignProfile = fc
  .tuple(word, fc.dictionary(word, fc.jsonValue({ maxDepth: 2 })))
  .map(([name, more]) => ({
    name,
    mode: 'AK',
    ...more,
  }));
const spaces = fc.array(fc.constantFrom('', ' ', '\n', '\r\n', '\t', '\n\t\t'), {
  minLength: 1,
  maxLength: 20,
});

const anyConfig = fc
  .tuple(
    fc.dictionary(word, fc.jsonValue({ maxDepth: 2 })),
    fc.uniqueArray(foreignProfile, { selector: ({ name }) => name, maxLength: 4 }),
    fc.dictionary(word, fc.jsonValue({ maxDepth: 1 })),
    spaces,
  )
  .map(([before, profiles, after, between]) => {
    let next = 0;
    const space = () => between[next++ % between.length] ?? '';
    return `${space()}${write({ ...before, current: 'x', profiles, ...after }, space)}${space()}`;
  });

describe('in a file of any layout', () => {
  it('adds its profile and changes no other byte', () => {
    fc.assert(
      fc.property(anyConfig, (text) => {
        const [old, now] = [partsOf(text), partsOf(put(text))];
        expect(now.above).toBe(old.above);
        expect(now.below).toBe(old.below);
        expect(now.items.slice(0, -1)).toEqual(old.items);
        expect(JSON.parse(now.items.at(-1) ?? '')).toEqual({
          name: 'stint-media',
          mode: 'External',
          region_id: 'cn-hangzhou',
          output_format: 'json',
          language: 'en',
          process_command: commandFor('media'),
        });
      }),
    );
  });

  it('changes the command of its profile and no byte outside the profile', () => {
    fc.assert(
      fc.property(anyConfig, anyConfig, (text, more) => {
        const before = put(text, { profiles: [{ name: 'stint-media', command: commandFor('old') }] });
        const others = partsOf(more).items.filter((item) => !partsOf(text).items.includes(item));
        const { above, items, below } = partsOf(before);
        const grown = `${above}[${[...items, ...others.map((item) => item.replace(/"x/, '"y'))].join(' ,')}]${below}`;
        if (!putAliyunProfiles(grown, CHANGE).ok) return; // two profiles of one name
        const now = partsOf(put(grown));
        expect([now.above, now.below]).toEqual([above, below]);
        expect(now.items.toSpliced(items.length - 1, 1)).toEqual(
          partsOf(grown).items.toSpliced(items.length - 1, 1),
        );
        expect(now.items[items.length - 1]).toContain('credentials media ');
      }),
    );
  });

  it('leaves a file with which the aliyun CLI starts once its last profile is removed', () => {
    const made = put(undefined);
    for (const name of [undefined, 'stint-media']) {
      const removed = removeAliyunProfiles(made, name, KEEP);
      expect(JSON.parse(removed.ok ? removed.value : '')).toEqual({
        current: 'default',
        profiles: [{ name: 'default', mode: '', output_format: 'json', language: 'en' }],
        meta_path: '',
      });
    }
  });

  it('does not remove the current profile while the person can choose another', () => {
    const current = put(CONFIG, { makeCurrent: true });
    for (const name of [undefined, 'stint-media'])
      expect(removeAliyunProfiles(current, name, KEEP)).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining('aliyun configure switch --profile') },
      });
  });

  it('is as it was once the profile is removed', () => {
    fc.assert(
      fc.property(anyConfig, (text) => {
        fc.pre(partsOf(text).items.length > 0);
        expect(removeAliyunProfiles(put(text), undefined, KEEP)).toEqual({ ok: true, value: text });
        expect(removeAliyunProfiles(put(text), 'stint-media', KEEP)).toEqual({ ok: true, value: text });
      }),
    );
  });

  it('is the same text once it has the profile', () => {
    fc.assert(
      fc.property(anyConfig, (text) => {
        expect(put(put(text))).toBe(put(text));
      }),
    );
  });
});

const CONFIG = `{
\t"current": "old",
\t"profiles": [
\t\t{
\t\t\t"name": "old",
\t\t\t"mode": "AK",
\t\t\t"access_key_id": "LTAI",
\t\t\t"access_key_secret": "canary-secret",
\t\t\t"region_id": "cn-beijing",
\t\t\t"language": "zh",
\t\t\t"read_timeout": 10,
\t\t\t"of_tomorrow": [1]
\t\t}
\t]
}
`;

describe('what a profile has', () => {
  it('takes the region and the language of the current profile', () => {
    const { profiles } = JSON.parse(put(CONFIG, { region: undefined }));
    expect(profiles[1]).toMatchObject({ region_id: 'cn-beijing', language: 'zh' });
  });

  it('is written as the aliyun CLI writes a new file, which then has a current profile', () => {
    const text = put(undefined);
    expect(text).toBe(
      `${JSON.stringify({ current: 'stint-media', profiles: JSON.parse(text).profiles, meta_path: '' }, null, '\t')}\n`,
    );
    expect(put('')).toBe(text);
  });

  it('becomes the current one only where that is wanted', () => {
    expect(JSON.parse(put(CONFIG)).current).toBe('old');
    expect(JSON.parse(put(CONFIG, { makeCurrent: true })).current).toBe('stint-media');
  });

  it('keeps its language, its time limits and what stint does not know, and loses the keys of another command', () => {
    const own = put(CONFIG, { profiles: [{ name: 'stint-media', command: commandFor('old') }] });
    const grown = own.replace(
      '"language": "zh",\n\t\t\t"process',
      '"access_key_id": "STS.old", "sts_token": "t", "sts_expiration": 5, "read_timeout": 3, "note": "mine", "language": "ja",\n\t\t\t"process',
    );
    expect(JSON.parse(put(grown, { region: undefined })).profiles[1]).toEqual({
      name: 'stint-media',
      mode: 'External',
      region_id: 'cn-hangzhou',
      output_format: 'json',
      language: 'ja',
      read_timeout: 3,
      note: 'mine',
      process_command: commandFor('media'),
    });
  });
});

describe('a profile of the name that stint did not make', () => {
  const change = { ...CHANGE, profiles: [{ name: 'old', command: commandFor('media') }] };

  it('stays, and its line is named', () => {
    expect(putAliyunProfiles(CONFIG, change)).toMatchObject({ ok: false, error: { line: 4 } });
    expect(removeAliyunProfiles(CONFIG, 'old', KEEP)).toMatchObject({ ok: false, error: { line: 4 } });
  });

  it('loses its keys where it is to be overwritten, and keeps the rest', () => {
    const { profiles } = JSON.parse(put(CONFIG, { ...change, replace: true, region: undefined }));
    expect(profiles).toEqual([
      {
        name: 'old',
        mode: 'External',
        region_id: 'cn-beijing',
        language: 'zh',
        read_timeout: 10,
        of_tomorrow: [1],
        process_command: commandFor('media'),
      },
    ]);
  });
});

it.each([
  ['JSON with a comment', '{\n "profiles": [] // mine\n}', 2],
  ['a comma too many', '{\n "profiles": [\n {"name": "a"},\n ]\n}', 4],
  ['no JSON', 'profiles: []', 1],
  ['a byte order mark', '\uFEFF{"profiles": []}', 1],
  ['a list', '[]', 1],
  ['profiles that are no list', '{\n"profiles": {}}', 2],
  ['a profile that is no object', '{"profiles": [\n"old"]}', 2],
  ['two lists', '{"profiles": [],\n"profiles": []}', 2],
  ['a list in another case, which Go takes', '{\n"Profiles": []}', 2],
  ['two profiles of the name', '{"profiles": [{"name": "stint-media"},\n{"name": "stint-media"}]}', 2],
  ['two names', '{"profiles": [{"name": "a",\n"name": "stint-media"}]}', 2],
  ['a name in another case', '{"profiles": [{"name": "a",\n"Name": "stint-media"}]}', 2],
])('refuses %s, with the line', (_, text, line) => {
  expect(putAliyunProfiles(text, CHANGE)).toMatchObject({ ok: false, error: { line } });
});

it('asks for a region where the file tells none', () => {
  const edited = putAliyunProfiles('{"profiles": []}', { ...CHANGE, region: undefined });
  expect(edited).toMatchObject({ ok: false, error: { message: expect.stringContaining('--region') } });
});
