// Against an author of rules, or anybody who gets a change past a review: `apply` refuses a condition that means
// something else than it seems to, costs more than it seems to, or reaches what it must not.
import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../shared/rules/conditions/compile-condition.ts';
import { inspectCondition } from '../../shared/rules/conditions/inspect-condition.ts';
import type { ConditionFacts } from '../../shared/rules/values/grant-condition.ts';
import { facts, holds, refusal } from '../unit/rules/condition-facts.ts';
import { readText, VALID } from '../unit/rules/documents.ts';

const withWhen = (when: string): string =>
  VALID.replace(
    '    role: media-uploader\n    max',
    `    when: ${JSON.stringify(when)}\n    role: media-uploader\n    max`,
  );

const faultsOf = (when: string): readonly string[] => {
  const read = readText(withWhen(when));
  return read.ok ? [] : read.error.map(({ line, path, message }) => `${line} ${path}: ${message}`);
};

describe('apply refuses a condition', () => {
  /**
   * @attack Condition that shows a reviewer another text than is evaluated (CVE-2021-42574)
   * @removed the check for control characters
   * @failed 3 of 27: with a NUL: `expected [] to deeply equal [ StringContaining{…} ]`
   * @note CEL refuses the second case too, with other words
   *
   * @attack Condition of 64 KB
   * @removed the limit of characters of the document's schema
   * @failed 1 of 27: of 64 KB: `expected '15 grants[0].when: shorten the condit…' to contain 'use at most
   *   1000 characters'`
   * @note the compiler has the same limit
   *
   * @attack Condition that calls a backtracking `matches`, `cel.bind` or a constructor
   * @removed the list of methods
   * @failed 4 of 27: that never ends to match: `expected [] to deeply equal [ StringContaining{…} ]`
   *
   * @attack Condition of loops in loops, or that compares whole claims in a loop
   * @removed the limit of steps; what a comparison of whole values counts
   * @failed 6; 2 of 27: of loops in loops: `expected [] to deeply equal [ StringContaining{…} ]`
   *
   * @attack Condition that is not true or false
   * @removed the check of its type
   * @failed 1 of 27: of the type of a condition that is always null: `expected [] to deeply equal [
   *   StringContaining{…} ]`
   *
   * @attack Condition that makes the parser throw
   * @removed the catch around the library
   * @failed 3 of 27: that reaches a function by index: `Unexpected character: '('`
   */
  it.each([
    ['with a NUL', 'subject == "a\u0000"', 'remove control characters'],
    ['that shows backwards', 'subject == "a\u202e" /* "nimda */', 'remove control characters'],
    ['with half of a character', 'subject == "\ud800"', 'remove control characters'],
    ['of 64 KB', `subject == "${'x'.repeat(65_536)}"`, 'use at most 1000 characters'],
    ['that never ends to match', 'subject.matches("^(a+)+$")', 'at character 9: use has, size'],
    ['that hides a match in a loop', 'groups.exists(g, g.matches(g))', 'at character 20: use has, size'],
    ['that reaches the constructor', 'subject.constructor("x") == 1', 'use has, size'],
    ['that reaches a function by index', 'claims.a["constructor"]("x") == 1', 'at character'],
    ['that doubles a text', 'cel.bind(a, subject + subject, cel.bind(b, a + a, b == a))', 'use has, size'],
    ['of loops in loops', 'groups.all(a, groups.all(b, groups.all(c, a == b)))', 'make it cheaper'],
    ['that compares whole claims in a loop', 'groups.all(a, claims.x == claims.y)', 'make it cheaper'],
    ['that asks for prototypes', '__proto__ == 1', 'reserved identifier'],
    ['of the type of a condition that is always null', 'null', 'make the condition a comparison'],
  ])('%s, with file, line and fix', (_, when, says) => {
    expect(faultsOf(when)).toEqual([expect.stringContaining(`15 grants[0].when: `)]);
    expect(faultsOf(when)[0]).toContain(says);
  });

  it('on a fault of the text, not of the library: any text at all is accepted or refused', () => {
    const pieces = [
      'claims',
      '.',
      'a',
      '[',
      ']',
      '(',
      ')',
      '"',
      '==',
      '&&',
      '!',
      '?',
      ':',
      '{',
      '1',
      ',',
      ' ',
      'has',
    ];
    let seed = 7;
    const next = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed;
    };
    const answers = new Set<string>();
    for (let i = 0; i < 5_000; i += 1) {
      const text = Array.from({ length: 1 + (next() % 12) }, () => pieces[next() % pieces.length]).join('');
      const compiled = compileCondition(text);
      answers.add(compiled.ok ? 'accepted' : 'refused');
      if (compiled.ok) expect(typeof holds(text, { a: true })).toBe('boolean');
    }
    expect(answers.has('refused')).toBe(true);
  });
});

/** As costly as conditions over groups get: near the limit of steps. */
const COSTLY = [
  `[${Array.from({ length: 9 }, (_, i) => `"b${i}"`)}].exists(x, groups.exists(g, g.size() > 1000))`,
  `groups.exists(g, ${Array.from({ length: 10 }, (_, i) => `g.contains("${i}zz")`).join(' || ')})`,
  Array.from({ length: 13 }, (_, i) => `groups.exists(g, g.endsWith("z${i}"))`).join(' || '),
  Array.from({ length: 45 }, (_, i) => `"${i}z" in groups`).join(' || '),
];
const ROUNDS = 25;
/** 1,000 groups are 10.2 times 98; a busy machine shifts a measure by half. What grew with the square would be 104. */
const MOST_TIMES = 30;

describe('a condition over the groups of somebody who is in a thousand', () => {
  const inGroups = (count: number): ConditionFacts => ({
    ...facts(),
    groups: Array.from({ length: count }, (_, i) => `${'a'.repeat(60)}${String(i).padStart(4, '0')}`),
  });
  it.each(COSTLY)('costs no more than their number says: %s', (when) => {
    const compiled = compileCondition(when);
    if (!compiled.ok) throw new Error(compiled.error);
    const [few, many] = [98, 1_000].map((count) => {
      const given = inGroups(count);
      const costs = Array.from({ length: ROUNDS }, () => {
        const before = performance.now();
        expect(compiled.value.holds(given)).toBe(false);
        return performance.now() - before;
      });
      return Math.min(...costs);
    });
    expect((many ?? 0) / (few ?? 0)).toBeLessThan(MOST_TIMES);
  });

  /**
   * @attack Membership among a thousand groups in a loop
   * @removed what a membership counts (made: one step)
   * @failed 2 of 27: goes over them once for each step that is counted: groups.all(g, g in groups): nothing
   *   is refused
   */
  it.each([
    'groups.all(g, g in groups)',
    'groups.all(g, groups.exists(h, g == h))',
    'groups.exists(g, groups == claims.l)',
    'claims.l.exists(x, "a" in groups)',
  ])('goes over them once for each step that is counted: %s is refused', (when) => {
    expect(refusal(when)).toContain('make it cheaper');
  });
});

describe('the library’s traps', () => {
  // cel-js 8.0: `key in object` finds what every object has.
  /**
   * @attack Map literal that the library takes for equal to a claim `{"__proto__": {}}`; syntax of a later
   *   version of it
   * @removed the refusal of all that is not listed
   * @failed 2 of 27: a map literal that equals {"__proto__": {}} cannot be written: nothing is refused
   */
  it('a map literal that equals {"__proto__": {}} cannot be written', () => {
    expect(refusal('claims.m == {"admin": true}')).toContain('write no {maps}');
    expect(refusal('claims.m in [{"admin": true}]')).toContain('write no {maps}');
  });

  it('members of prototypes are missing at every level', () => {
    const claims = { m: { a: 1 }, l: [1], s: 'x' };
    for (const path of [
      'm.constructor',
      'm.toString',
      'm.size',
      'l.length',
      's.length',
      'm.__proto__',
      'm.get',
    ]) {
      expect(holds(`has(claims.${path})`, claims)).toBe(false);
      expect(holds(`claims.${path} != "x"`, claims)).toBe(false);
    }
  });

  it('a getter is never run', () => {
    let ran = false;
    const claims = Object.defineProperty({ b: 1 }, 'a', {
      enumerable: true,
      get: () => {
        ran = true;
        return 1;
      },
    });
    expect(holds('claims.b == 1', claims)).toBe(true);
    expect(ran).toBe(false);
  });

  it('values of one request do not stay for the next', () => {
    const text = 'claims.l.exists(x, x == "admin") || claims.admin == true';
    const condition = compileCondition(text);
    if (!condition.ok) throw new Error(condition.error);
    const about = { groups: [], provider: 'p', subject: 's' };
    const request = { role: 'r', durationSeconds: undefined, sourceIp: undefined, time: new Date(0) };
    const ask = (claims: object) => condition.value.holds({ ...about, request, claims: { ...claims } });
    expect([ask({ l: ['admin'] }), ask({ l: ['x'] }), ask({}), ask({ admin: true }), ask({ l: [] })]).toEqual(
      [true, false, false, true, false],
    );
  });

  it('what the library adds in a later version is refused until it is looked at', () => {
    const node = { op: 'newThing', args: [], start: 4 };
    expect(inspectCondition(Object(node)).fault).toEqual({ at: 4, message: expect.any(String) });
  });
});
