// The header traceparent is read as W3C Trace Context says, and anything else counts as absent.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTraceparent } from '../../../shared/kernel/traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a traceparent', () => {
  test.each([
    [`00-${TRACE}-${SPAN}-01`, true],
    [`00-${TRACE}-${SPAN}-00`, false],
    [`00-${TRACE}-${SPAN}-03`, true],
    [`01-${TRACE}-${SPAN}-01`, true],
    [`01-${TRACE}-${SPAN}-01-more-of-a-later-version`, true],
  ])('%s is read', (text, sampled) => {
    expect(parseTraceparent(text)).toEqual({ traceId: TRACE, spanId: SPAN, sampled });
  });

  test.each([
    ['absent', undefined],
    ['empty', ''],
    ['of the version that is forbidden', `ff-${TRACE}-${SPAN}-01`],
    ['in upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['with more fields than its version has', `00-${TRACE}-${SPAN}-01-x`],
    ['with a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['with a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['with short flags', `00-${TRACE}-${SPAN}-1`],
    ['with a blank', ` 00-${TRACE}-${SPAN}-01`],
    ['with a line break behind it', `00-${TRACE}-${SPAN}-01\n`],
    ['sent twice', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ['too long', `01-${TRACE}-${SPAN}-01-${'x'.repeat(300)}`],
  ])('%s is none', (_, text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  test('of any text gives ids of hexadecimal digits, or nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)),
        (text) => {
          const read = parseTraceparent(text);
          if (read === undefined) return;
          expect(`${read.traceId}-${read.spanId}`).toMatch(/^[0-9a-f]{32}-[0-9a-f]{16}$/);
          expect(text).toContain(`${read.traceId}-${read.spanId}`);
        },
      ),
    );
  });
});
