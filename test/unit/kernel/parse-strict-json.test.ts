// Text is JSON only if every reader reads it alike: for any text, the value is the one of JSON.parse, or there is none.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_JSON_DEPTH, parseStrictJson } from '../../../shared/kernel/parse-strict-json.ts';

const faultOf = (text: string) => {
  const parsed = parseStrictJson(text);
  return parsed.ok ? undefined : parsed.error;
};
const nested = (depth: number, [open, close]: readonly [string, string]) =>
  open.repeat(depth) + close.repeat(depth);

describe('parseStrictJson', () => {
  /**
   * @attack Number that reads as infinity
   * @removed the check for finite numbers
   * @failed 4 of 40: {"a":1e999}: not-json: `expected undefined to be 'not-json'`
   */
  it.each([
    ['{"a":1,"a":2}', 'duplicate-member'],
    ['{"a":1,"\\u0061":2}', 'duplicate-member'],
    ['{"a":1, "b":{"c":[{"d":1,"d":1}]}}', 'duplicate-member'],
    ['{"":1,"":2}', 'duplicate-member'],
    ['{"a\\"":1,"a\\"":2}', 'duplicate-member'],
    ['{"constructor":1,"constructor":2}', 'duplicate-member'],
    ['{"a":{"a":{"a":1}},"b":"a"}', undefined],
    ['[{"a":1},{"a":1}]', undefined],
    ['{"a":"a","b":"b\\"","c":"{\\"a\\":1,\\"a\\":2}"}', undefined],
    ['["a","a",["a"]]', undefined],
    ['{"constructor":1,"toString":2}', undefined],
    ['{"__proto__":1}', 'reserved-member'],
    ['{"a":{"\\u005f_proto__":1}}', 'reserved-member'],
    ['["__proto__",{"a":"__proto__"}]', undefined],
    ['"a"', undefined],
    ['7', undefined],
    ['', 'not-json'],
    ['{"a":1,}', 'not-json'],
    ['{a:1}', 'not-json'],
    ["{'a':1}", 'not-json'],
    ['{"a":1}{"a":1}', 'not-json'],
    ['{"a":NaN}', 'not-json'],
    ['\ufeff{}', 'not-json'],
    ['{"a":1/*,"a":2*/}', 'not-json'],
    ['{"a":1e999}', 'not-json'],
    ['{"a":[-1E+400]}', 'not-json'],
    [`{"a":1${'0'.repeat(400)}}`, 'not-json'],
    [`{"a":1${'0'.repeat(400)}e-400}`, undefined],
    ['{"a":1e308,"b":-0.0,"c":1e-999}', undefined],
    ['["1e999"]', undefined],
    ['{"a\\\\":1,"a\\\\":2}', 'duplicate-member'],
    ['{"a\\"":1,"a":2}', undefined],
    ['{"a":"\n"}', 'not-json'],
  ])('%s: %s', (text, fault) => expect(faultOf(text)).toBe(fault));

  it.each([[['[', ']']], [['{"a":', '}']]] as const)('bounds the nesting of %s', ([open, close]) => {
    const inner = open === '[' ? '' : '1';
    const at = (depth: number) => `${open.repeat(depth)}${inner}${close.repeat(depth)}`;
    expect(faultOf(at(MAX_JSON_DEPTH))).toBeUndefined();
    expect(faultOf(at(MAX_JSON_DEPTH + 1))).toBe('too-deep');
    expect(faultOf(nested(30_000, ['[', ']']))).toBe('too-deep');
  });

  it('never gives a number that is not finite', () => {
    const digits = fc.stringMatching(/^-?[1-9]\d{0,400}(\.\d{1,20})?([eE][-+]?\d{1,4})?$/);
    fc.assert(
      fc.property(digits, (number) => {
        const holds = Number.isFinite(JSON.parse(number));
        expect(faultOf(`{"a":[${number}]}`)).toBe(holds ? undefined : 'not-json');
      }),
    );
  });

  it('counts every value, if it is told how many there may be', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const count = (one: unknown): number =>
          typeof one === 'object' && one !== null
            ? Object.values(one).reduce((sum: number, inner) => sum + count(inner), 1)
            : 1;
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__'));
        // An empty list counts as if it had one.
        expect(parseStrictJson(text, 2 * count(value)).ok).toBe(true);
        if (count(value) > 1)
          expect(parseStrictJson(text, count(value) - 1)).toEqual({ ok: false, error: 'too-many-values' });
      }),
    );
  });

  it('gives what JSON.parse gives for every value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        fc.pre(!text.includes('__proto__'));
        expect(parseStrictJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  it('finds a member named twice wherever it is', () => {
    const pair = fc.tuple(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 2 }));
    const members = fc.uniqueArray(pair, { selector: ([name]) => name, minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(members, fc.nat(), fc.nat({ max: 5 }), (entries, which, depth) => {
        const texts = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
        fc.pre(!texts.join().includes('__proto__'));
        const [first = ''] = JSON.stringify(entries[which % entries.length]?.[0]).split('\n');
        const wrap = (inner: string) => '[{"x":'.repeat(depth) + inner + '}]'.repeat(depth);
        expect(faultOf(wrap(`{${texts.join()}}`))).toBeUndefined();
        expect(faultOf(wrap(`{${[...texts, `${first}:1`].join()}}`))).toBe('duplicate-member');
      }),
    );
  });

  it('never takes what JSON.parse does not', () => {
    const soup = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', 'a', '1', ' ', '"a"'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(soup, (pieces) => {
        const text = pieces.join('');
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        if (!isJson) expect(faultOf(text)).toBe('not-json');
      }),
    );
  });
});
