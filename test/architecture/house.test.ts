// House style that no compiler or linter checks.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { deadExports, exportedNames, importedNames } from './exports.ts';
import { HOUSE_RULES, type House } from './house-rules.ts';
import { readModules } from './module-graph.ts';
import { ROOT, readSources, SOURCE_FOLDERS } from './source-files.ts';

type RuleName = keyof typeof HOUSE_RULES;

const names = Object.keys(HOUSE_RULES).filter((name): name is RuleName => name in HOUSE_RULES);

/** clients/cli/bin.mjs is named in the package.json beside it; the build bundles installed.ts;
 * clients/github-action/action.yml runs take-role.mjs. */
const STARTERS = `${readFileSync(join(ROOT, 'package.json'), 'utf8')} clients/cli/bin.mjs clients/cli/installed.ts clients/github-action/take-role.mjs`;

describe('the project keeps the rule:', () => {
  let house: House;

  beforeAll(() => {
    house = { sources: readSources(SOURCE_FOLDERS), tests: readSources(['test']), starters: STARTERS };
  });

  test.each(names)('%s', (name) => {
    expect(HOUSE_RULES[name](house)).toEqual([]);
  });

  test('these tests see the project: its files, its tests and its exports', () => {
    const exports = [...house.sources.values()].flatMap(exportedNames);
    expect(house.sources.size).toBeGreaterThan(90);
    expect(house.tests.size).toBeGreaterThan(10);
    expect(exports.length).toBeGreaterThan(250);
  });

  test('no exported value is overlooked that esbuild sees', async () => {
    for (const { path, exports } of (await readModules(house.sources)).values()) {
      expect(exportedNames(house.sources.get(path) ?? ''), path).toEqual(
        expect.arrayContaining([...exports]),
      );
    }
  });
});

const ENTRY = { 'functions/vend/index.ts': "import { a } from './a.ts';\na();" };
const A = { 'functions/vend/a.ts': 'export const a = () => 1;' };
const UNFINISHED = `// ${'TO'}${'DO'}: more`;

/** What breaks each rule, and what the rule says of it. */
const BROKEN: readonly (readonly [RuleName, Readonly<Record<string, string>>, readonly string[]])[] = [
  [
    'no source file is longer than 400 lines',
    { 'shared/a.ts': '\n'.repeat(401), 'shared/b.ts': '\n'.repeat(400) },
    ['shared/a.ts'],
  ],
  [
    'a file under 30 lines with one importer, in its own folder, is part of that importer',
    {
      'shared/a.ts': [
        "import { part } from './part.ts';",
        "import {\n  wide,\n} from './wide.ts';",
        "import './effect.ts';",
        "import { long } from './long.ts';",
        "import { shared } from './shared.ts';",
        "import { below } from './deep/below.ts';",
        "import type { Port } from './port.ts';",
        "import type { Lazy } from './lazy.ts';\nconst lazy = () => import('./lazy.ts');",
        "import { entry } from './entry.ts';\nbundle('shared/entry.ts');",
      ].join('\n'),
      'shared/part.ts': 'export const part = 1;',
      'shared/wide.ts': 'export interface Wide {}\nexport const wide = 1;',
      'shared/effect.ts': 'export {};',
      'shared/long.ts': `export const long = 1;${'\n'.repeat(30)}`,
      'shared/shared.ts': 'export const shared = 1;',
      'shared/b.ts': "import { shared } from './shared.ts';",
      'shared/deep/below.ts': 'export const below = 1;',
      'shared/port.ts': 'export interface Port {}\nexport type Ports = readonly Port[];',
      'shared/lazy.ts': 'export interface Lazy {}\nexport const lazy = 1;',
      'shared/entry.ts': 'export const entry = 1;',
    },
    [
      'shared/part.ts belongs in shared/a.ts',
      'shared/wide.ts belongs in shared/a.ts',
      'shared/effect.ts belongs in shared/a.ts',
    ],
  ],
  [
    'no two files of functions, shared and clients export the same name',
    {
      'functions/vend/a.ts': 'export const a = 1;\nexport type Both = 1;\nexport const Both = 1;',
      'shared/a.ts': 'export function a() {}\nexport interface Session {}\nexport default 1;',
      'clients/cli/a.ts': 'const b = 1;\nexport { b as Session };\nexport default 2;',
      'local/a.ts': 'export const a = 1;\nexport const c = 1;',
      'shared/c.ts': 'const a = 1;\nexport const c = a;',
    },
    ['a functions/vend/a.ts shared/a.ts', 'Session shared/a.ts clients/cli/a.ts'],
  ],
  [
    'no file or folder is a grab bag',
    { 'shared/utils/a.ts': '', 'local/util.ts': '', 'shared/http/helpers.ts': '', 'shared/http/a.ts': '' },
    ['shared/utils/a.ts', 'local/util.ts', 'shared/http/helpers.ts'],
  ],
  [
    'index.ts is the entry point of a function and nothing else',
    { ...ENTRY, 'shared/http/index.ts': '', 'functions/vend/deep/index.ts': '' },
    ['shared/http/index.ts', 'functions/vend/deep/index.ts'],
  ],
  [
    'a name is imported from the file that defines it: there are no re-exports',
    { 'shared/a.ts': "export * from './b.ts';", 'shared/b.ts': "export type {\n  B,\n} from './c.ts';" },
    ['shared/a.ts', 'shared/b.ts'],
  ],
  ['nothing is marked as unfinished', { 'shared/a.ts': UNFINISHED, 'test/b.ts': '' }, ['shared/a.ts']],
  [
    'every export is imported somewhere',
    {
      ...ENTRY,
      'functions/vend/a.ts':
        'export const a = (b: B) => c(b);\nexport interface B {}\nexport const c = (b: B) => b;',
      'shared/d.ts': 'export type D = 1;\nexport async function e() {}\nconst f = 1;\nexport { f as g };',
    },
    ['functions/vend/a.ts c', 'shared/d.ts D', 'shared/d.ts e', 'shared/d.ts g'],
  ],
  [
    'every source file is reached from something that is started',
    {
      ...ENTRY,
      ...A,
      'scripts/started.ts': "spawn('tsx', ['scripts/named.ts']);",
      'scripts/named.ts': "import type { T } from './typed.ts';",
      'scripts/typed.ts': 'export type T = 1;',
      'scripts/alone.ts': "import './beside.ts';",
      'scripts/beside.ts': '',
    },
    ['scripts/alone.ts', 'scripts/beside.ts'],
  ],
];

describe('a rule sees what breaks it:', () => {
  test.each(BROKEN)('%s', (name, files, found) => {
    const sources = new Map(Object.entries(files));
    const house = { sources, tests: new Map(), starters: 'tsx scripts/started.ts' };
    expect(HOUSE_RULES[name](house)).toEqual(found);
  });

  test('every rule is tried', () => {
    expect(BROKEN.map(([name]) => name).sort()).toEqual([...names].sort());
  });

  test('the word for unfinished work is found in tests too', () => {
    const house = { sources: new Map(), tests: new Map([['test/a.ts', UNFINISHED]]), starters: '' };
    expect(HOUSE_RULES['nothing is marked as unfinished'](house)).toEqual(['test/a.ts']);
  });
});

describe('imports are read by name', () => {
  test.each([
    ["import { a, type B, c as d } from './x.ts';", ['shared/x.ts a', 'shared/x.ts B', 'shared/x.ts c']],
    ["import type { A } from '../y/x.ts';", ['y/x.ts A']],
    ["import type {\n  A,\n  B,\n} from './x.ts';", ['shared/x.ts A', 'shared/x.ts B']],
    ["import a, { b } from './x.ts';", ['shared/x.ts b', 'shared/x.ts default']],
    ["import type A from './x.ts';", ['shared/x.ts default']],
    ["import * as x from './x.ts';", ['shared/x.ts *']],
    ["export { a } from './x.ts';", ['shared/x.ts a']],
    ["import './x.ts';", ['shared/x.ts *']],
    ["const x = await import('./x.ts');", ['shared/x.ts *']],
    ["import { a } from 'package';", []],
  ])('%s', (text, found) => {
    expect(importedNames('shared/a.ts', text)).toEqual(found);
  });

  test('an import by a test keeps an export alive', () => {
    const sources = new Map([['shared/x.ts', 'export const a = 1;']]);
    const tests = new Map([['test/x.test.ts', "import { a } from '../shared/x.ts';"]]);
    expect(deadExports(sources, new Map())).toEqual(['shared/x.ts a']);
    expect(deadExports(sources, tests)).toEqual([]);
  });
});
