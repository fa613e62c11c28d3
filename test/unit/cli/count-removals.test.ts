// What a document removes is counted in words that a person can confirm.
import { expect, it } from 'vitest';
import { countRemovals } from '../../../clients/cli/documents/count-removals.ts';
import type { Change } from '../../../shared/rules/review/diff.ts';

const of = (change: Change['change'], kind: Change['kind'], count = 1, id = 'x'): readonly Change[] =>
  Array.from({ length: count }, () => ({ change, kind, id, summary: '' }));

it.each<[readonly Change[], string | undefined]>([
  [[], undefined],
  [[...of('added', 'grant'), ...of('changed', 'role'), ...of('reordered', 'grant')], undefined],
  [of('removed', 'grant'), '1 grant'],
  [[...of('removed', 'provider', 3), ...of('removed', 'grant', 41)], '41 grants and 3 providers'],
  [[...of('removed', 'role', 2), ...of('added', 'role', 2)], '2 roles'],
  [of('removed', 'connection', 2), '2 connections'],
  [
    [
      ...of('removed', 'grant', 41),
      ...of('removed', 'provider', 3),
      ...of('removed', 'connection'),
      ...of('removed', 'signOn', 1, 'sessions'),
      ...of('removed', 'signOn', 1, 'passkeys'),
    ],
    '41 grants, 3 providers and how people sign in',
  ],
  [of('removed', 'signOn', 1, 'corporate:mallory'), undefined],
])('%# says what goes, in numbers', (changes, said) => {
  expect(countRemovals(changes)).toBe(said);
});
