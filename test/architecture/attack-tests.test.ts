// The list of attacks in test/attack/README.md is what the blocks above the tests say, and no attack test is missing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAttacks } from '../../scripts/attack-tests/read-attacks.ts';
import { MARKER, renderReadme } from '../../scripts/attack-tests/render-readme.ts';
import { ROOT, readSources } from './source-files.ts';

/** Attack tests above which no attack stands, and why. */
const WITHOUT_ATTACK: Readonly<Record<string, string>> = {
  'test/attack/any-login-request.test.ts': 'its attack stands in any-request.test.ts',
};

const tests = readSources(['test']);

describe('the list of attacks', () => {
  const present = readFileSync(join(ROOT, 'test/attack/README.md'), 'utf8');
  const { text, faults } = renderReadme(present, tests);

  test('is read from blocks that all can be read', () => {
    expect(faults).toEqual([]);
  });

  test('is up to date; `npm run attack-tests` writes it', () => {
    expect(text === present).toBe(true);
  });

  test('says what no test guards yet', () => {
    expect(present.split(MARKER)[0]).toContain('\n## What no test guards yet\n');
  });

  test('has an attack of every attack test but those excepted', () => {
    const without = [...tests]
      .filter(([path]) => /^test\/attack\/[^/]*\.test\.ts$/.test(path))
      .filter(([, file]) => readAttacks(file).attacks.length === 0);
    expect(without.map(([path]) => path)).toEqual(Object.keys(WITHOUT_ATTACK));
  });
});

describe('test files', () => {
  test('open with the guarantee that they hold', () => {
    const without = [...tests]
      .filter(([path]) => /\.test\.tsx?$/.test(path))
      .filter(([, file]) => readAttacks(file).guarantee === '');
    expect(without.map(([path]) => path)).toEqual([]);
  });
});

const block = (...lines: readonly string[]): string =>
  ['/**', ...lines.map((line) => ` * ${line}`), ' */'].join('\n');
const FULL = block(
  '@attack one | two',
  '@removed the',
  '  check',
  '@failed 1 of 2',
  '@note n',
  '@also test/b.test.ts',
);

describe('a block is read', () => {
  const TEST = "it('holds', () => {});";

  test('with all its tags, the header of its file, and lines that continue others', () => {
    expect(readAttacks(`// Nobody\n// enters.\nimport a from 'a';\n\n${FULL}\n${TEST}`)).toEqual({
      guarantee: 'Nobody enters.',
      attacks: [
        {
          attack: 'one | two',
          removed: 'the check',
          failed: '1 of 2',
          note: 'n',
          also: ['test/b.test.ts'],
          titles: ['holds'],
        },
      ],
      faults: [],
    });
  });

  test('of several attacks', () => {
    const two = block('@attack a', '@removed b', '', '@attack c', '@removed d');
    expect(readAttacks(`${two}\n${TEST}`).attacks.map(({ attack }) => attack)).toEqual(['a', 'c']);
  });

  test.each([
    ['in the quotes that it needs', ["it('isn\\'t', () => {});"], ["isn't"]],
    ['on a line of its own', ['it(', "  'holds',", '  () => {},', ');'], ['holds']],
    [
      'of each',
      ["it.each<[string, 'a']>([", "  ['(', ')('],", "] as const)('holds %s', () => {});"],
      ['holds %s'],
    ],
    [
      'of each, on a line of its own',
      ['it.each([', '  1,', '])(', "  'holds',", '  () => {},', ');'],
      ['holds'],
    ],
    ['behind a condition', ["describe.skipIf(isWindows)('files', () => {});"], ['files']],
  ])('above a title %s', (_, call, titles) => {
    expect(readAttacks([FULL, ...call].join('\n'))).toMatchObject({ attacks: [{ titles }], faults: [] });
  });

  test('with the titles around its test, and of no describe that ended before', () => {
    const inner = [...FULL.split('\n'), TEST].map((line) => `      ${line}`);
    const text = [
      "describe('before', () => {",
      '});',
      'describe.each([',
      '  1,',
      "])('outer %s', () => {",
      '  for (const a of b) {',
      '    describe(`inner ${a}`, () => {',
      ...inner,
    ];
    expect(readAttacks(text.join('\n')).attacks[0]?.titles).toEqual(['outer %s', 'inner ${a}', 'holds']);
  });

  test.each([
    ['not above a test', [FULL, '', TEST], 'line 1: it is not directly above a test with a literal title'],
    ['above a title that is no text', [FULL, 'it(name, () => {});'], 'line 1: it is not directly above'],
    ['with an unknown tag', [block('@attack a', '@removed b', '@why c'), TEST], 'line 1: unknown tag @why'],
    ['without what was removed', [block('@attack a'), TEST], 'line 1: @removed is missing'],
    ['without an attack', [block('@removed a'), TEST], 'line 1: @attack is missing'],
    ['with an empty tag', [block('@attack', '@removed b'), TEST], 'line 1: @attack is empty'],
    [
      'with a tag twice',
      [block('@attack a', '@removed b', '@removed c'), TEST],
      'line 1: @removed is there twice',
    ],
    [
      'with text first',
      [block('Text.', '@attack a', '@removed b'), TEST],
      'line 1: text before the first tag',
    ],
    ['in a comment of another kind', ['// @attack a', TEST], 'line 1: a tag outside a doc block'],
  ])('and is a fault %s', (_, lines, fault) => {
    const { attacks, faults } = readAttacks(lines.join('\n'));
    expect([attacks, faults[0]]).toEqual([[], expect.stringContaining(fault)]);
  });
});

describe('the list', () => {
  test('keeps the prose above its marker and replaces what is below', () => {
    const tables = renderReadme(
      `Prose.\n\n${MARKER}\n\nold`,
      new Map([['test/attack/a.test.ts', FULL]]),
    ).text;
    expect(tables).toBe(`Prose.\n\n${MARKER}\n`);
  });

  test('shows bars inside cells, and links to other files', () => {
    const found = renderReadme(
      'Prose.',
      new Map([
        ['test/unit/a/x.test.ts', `${FULL}\nit('holds *', () => {});`],
        ['test/b.test.ts', ''],
      ]),
    );
    expect(found.faults).toEqual([]);
    expect(found.text).toContain('### [x](../unit/a/x.test.ts)');
    expect(found.text).toContain(
      '| one \\| two | holds \\*; also [b](../b.test.ts) | the check | 1 of 2 | n |',
    );
  });

  test('reports a file that it is to link to and that does not exist', () => {
    const found = renderReadme('', new Map([['test/a.test.ts', `${FULL}\nit('holds', () => {});`]]));
    expect(found.faults).toEqual(['test/a.test.ts: @also names test/b.test.ts, which does not exist']);
  });
});
