// The check that answers match openapi.yaml finds every difference: without that, the tests that use it would prove
// nothing.
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../../scripts/openapi/first-difference.ts';
import { assertMatchesOpenapi } from '../support/openapi.ts';

describe('firstDifference', () => {
  test('finds none between equal texts', () => {
    expect(firstDifference('a\nb\n', 'a\nb\n')).toBeUndefined();
  });

  test.each([
    ['a changed line', 'a\nb\nc', 'a\nX\nc', 'line 2:\n  a\n- b\n+ X'],
    ['an added line', 'a\nc', 'a\nb\nc', 'line 2:\n  a\n+ b'],
    ['a removed line', 'a\nb\nc', 'a\nc', 'line 2:\n  a\n- b'],
    ['a repeated line', 'a\na', 'a\na\na', 'line 3:\n  a\n  a\n+ a'],
  ])('shows %s with what precedes it', (_, present, wanted, shown) => {
    expect(firstDifference(present, wanted)).toBe(shown);
  });

  test('stays short when everything differs', () => {
    const many = Array.from({ length: 500 }, (_, line) => `line ${line}`).join('\n');
    const shown = firstDifference('', many)?.split('\n') ?? [];
    expect(shown.length).toBeLessThan(20);
    expect(shown.at(-1)).toBe('+ … 488 more lines');
  });
});

describe('assertMatchesOpenapi', () => {
  const READY = { status: 'up', checks: { tablestore: 'up', sts: 'up' } };
  const headers = (more: Readonly<Record<string, string>> = {}) =>
    new Headers({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      vary: 'Origin',
      ...more,
    });
  const without = (name: string) => {
    const rest = headers();
    rest.delete(name);
    return rest;
  };
  const { checks: _, ...incomplete } = READY;

  test('accepts a documented answer', () => {
    assertMatchesOpenapi('GET', '/readyz', 200, headers(), READY);
  });

  test.each([
    ['an undocumented status', 'GET', '/readyz', 418, headers(), READY, /status is not documented/],
    ['an undocumented path', 'GET', '/nope', 200, headers(), READY, /status is not documented/],
    ['an undocumented method', 'POST', '/readyz', 200, headers(), READY, /status is not documented/],
    [
      'another content type',
      'GET',
      '/readyz',
      200,
      headers({ 'content-type': 'text/html' }),
      READY,
      /text\/html/,
    ],
    ['no content type', 'GET', '/readyz', 200, without('content-type'), READY, /content type/],
    ['a missing header', 'GET', '/readyz', 200, without('cache-control'), READY, /Cache-Control is missing/],
    [
      'a wrong header',
      'GET',
      '/readyz',
      200,
      headers({ 'cache-control': 'public' }),
      READY,
      /Cache-Control is wrong/,
    ],
    ['a missing header of one status', 'GET', '/readyz', 503, headers(), READY, /Retry-After is missing/],
    [
      'an undocumented header',
      'GET',
      '/readyz',
      200,
      headers({ 'retry-after': '1' }),
      READY,
      /Retry-After is not/,
    ],
    ['an extra property', 'GET', '/readyz', 200, headers(), { ...READY, more: 1 }, /additional properties/],
    ['a missing property', 'GET', '/readyz', 200, headers(), incomplete, /required property 'checks'/],
    ['a wrong value', 'GET', '/readyz', 200, headers(), { ...READY, status: 'maybe' }, /allowed values/],
  ])('refuses %s', (_, method, path, status, given, body, message) => {
    expect(() => assertMatchesOpenapi(method, path, status, given, body)).toThrow(message);
  });
});
