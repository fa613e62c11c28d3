// What a document changes is counted in words that a person can confirm, and what a removal means is said.
import { describe, expect, it } from 'vitest';
import {
  countChanges,
  explainRemovals,
  formatRemovals,
  formatTotals,
} from '../../../shared/rules/review/count-changes.ts';
import { type Change, diffAccess } from '../../../shared/rules/review/diff.ts';
import { accepted, acceptedDocument, edited, VALID } from './documents.ts';

const of = (change: Change['change'], kind: Change['kind'], count = 1, id = 'x'): readonly Change[] =>
  Array.from({ length: count }, () => ({ change, kind, id, summary: '' }));

const SIGN_ON = [
  ...of('removed', 'connection'),
  ...of('removed', 'signOn', 1, 'sessions'),
  ...of('removed', 'signOn', 1, 'passkeys'),
];

it.each<[readonly Change[], string | undefined]>([
  [[], undefined],
  [[...of('added', 'grant'), ...of('changed', 'role'), ...of('reordered', 'grant')], undefined],
  [of('removed', 'grant'), '1 grant'],
  [[...of('removed', 'provider', 3), ...of('removed', 'grant', 41)], '41 grants and 3 providers'],
  [[...of('removed', 'role', 2), ...of('added', 'role', 2)], '2 roles'],
  [of('removed', 'connection', 2), '2 connections'],
  [
    [...of('removed', 'grant', 41), ...of('removed', 'provider', 3), ...SIGN_ON],
    '41 grants, 3 providers and how people sign in',
  ],
  // To leave the list of blocked people out would let each of them in again.
  [of('removed', 'signOn', 2, 'corporate:mallory'), '2 blocked people'],
  [[...of('removed', 'key', 2), ...of('removed', 'client')], '1 partner and 2 keys'],
  [[...of('removed', 'test', 12), ...of('removed', 'policy')], '12 tests'],
])('%# says what goes, in numbers', (changes, said) => {
  expect(formatRemovals(countChanges(changes))).toBe(said);
});

it.each([
  ['another recipient', 'group: staff', 'group: others'],
  ['another kind of recipient', 'group: staff', 'subject: staff'],
])('counts a grant with %s as removed: those who had it lose it', (_, from, to) => {
  const totals = countChanges(diffAccess(accepted(VALID), accepted(edited(from, to))));
  expect(totals).toEqual({ removed: { grant: 1 }, added: { grant: 1 }, changed: {} });
});

it('says all that changes in one line, what goes first', () => {
  const changes = [
    ...of('added', 'role'),
    ...of('changed', 'signOn', 1, 'sessions'),
    ...of('removed', 'grant', 2),
    ...of('reordered', 'grant'),
  ];
  expect(formatTotals(countChanges(changes))).toBe(
    'removes 2 grants; adds 1 role; changes 1 grant and how long people stay signed in',
  );
  expect(formatTotals(countChanges(of('removed', 'policy')))).toBe('removes 1 pinned policy');
  expect(formatTotals(countChanges([]))).toBeUndefined();
});

describe('what a removal means for people', () => {
  const said = (changes: readonly Change[]) => explainRemovals(countChanges(changes)).join('\n');

  it('is said of sign-in, of credentials that are out, and of blocks', () => {
    expect(said(SIGN_ON)).toContain('nobody can sign in');
    expect(said(SIGN_ON)).not.toContain('at a connection that goes');
    expect(said(of('removed', 'connection'))).toContain('People who sign in at a connection that goes');
    expect(said(of('removed', 'grant'))).toContain('work until they expire');
    expect(said(of('removed', 'signOn', 1, 'corporate:mallory'))).toContain('can sign in again');
    expect(said(of('removed', 'policy'))).toBe('');
  });
});

describe('parts that go while their entry stays', () => {
  const KEY = (x: string) => `{ kty: OKP, crv: Ed25519, kid: "${x.slice(0, 2)}", x: "${x}" }`;
  const ONE = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
  const OTHER = 'O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik';
  const partners = (clients: string) =>
    `  - id: partners\n    kind: assertion\n    clients:\n${clients}roles:\n`;
  const client = (id: string, ...keys: readonly string[]) =>
    `      - { id: "${id}", jwks: { keys: [${keys.map(KEY).join(', ')}] } }\n`;
  const withPartners = (clients: string) => edited('roles:\n', partners(clients));
  const removals = (before: string, after: string) =>
    formatRemovals(countChanges(diffAccess(accepted(before), accepted(after))));

  it('are counted: a partner, and a key of a partner that stays', () => {
    const before = withPartners(client('a', ONE, OTHER) + client('b', ONE));
    expect(removals(before, withPartners(client('a', ONE) + client('b', ONE)))).toBe('1 key');
    expect(removals(before, withPartners(client('a', ONE, OTHER)))).toBe('1 partner');
    expect(removals(before, VALID)).toBe('1 provider');
  });

  it('are not counted when a key only has another kid', () => {
    const before = withPartners(client('a', ONE));
    expect(removals(before, edited('kid: "11"', 'kid: "xx"', before))).toBe(undefined);
  });

  it('are tests of the document too', () => {
    const test = (name: string) =>
      `  - { name: ${name}, as: { provider: app-users, subject: x }, role: media-uploader, expect: deny }\n`;
    const before = acceptedDocument(`${VALID}tests:\n${test('a')}${test('a')}${test('b')}`).access;
    const after = acceptedDocument(`${VALID}tests:\n${test('a')}`).access;
    expect(formatRemovals(countChanges(diffAccess(before, after)))).toBe('2 tests');
    expect(diffAccess(before, before)).toEqual([]);
  });
});
