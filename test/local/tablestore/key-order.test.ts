// Guarantees: the bytes of primary keys sort as the keys do.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlainValue } from '../../../local/tablestore/plain-buffer/value.ts';
import { orderedKey } from '../../../local/tablestore/store/row-key.ts';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 6 }),
  fc.array(fc.constantFrom(0, 1, 255), { maxLength: 2 }).map((array) => Uint8Array.from(array)),
);
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const blob = (value: Uint8Array): PlainValue => ({ type: 'blob', value: Buffer.from(value) });
const integer = (value: bigint): PlainValue => ({ type: 'integer', value });
const order = (left: readonly PlainValue[], right: readonly PlainValue[]) =>
  Math.sign(Buffer.compare(orderedKey(left), orderedKey(right)));

describe('the order of keys as bytes', () => {
  test('is the order of integers', () => {
    fc.assert(
      fc.property(int64, int64, (a, b) => {
        expect(order([integer(a)], [integer(b)])).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  test('is the order of binaries, column by column', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, bytes, (a1, a2, b1, b2) => {
        const expected = Buffer.compare(a1, b1) || Buffer.compare(a2, b2);
        expect(order([blob(a1), blob(a2)], [blob(b1), blob(b2)])).toBe(Math.sign(expected));
      }),
    );
  });

  test('has INF_MIN below and INF_MAX above every value', () => {
    fc.assert(
      fc.property(bytes, int64, (array, number) => {
        for (const value of [blob(array), integer(number)]) {
          expect(order([{ type: 'inf-min' }], [value])).toBe(-1);
          expect(order([value], [{ type: 'inf-max' }])).toBe(-1);
        }
      }),
    );
  });
});
