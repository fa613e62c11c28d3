// Guarantees: an answer counts only for the call that asked for the tables, the rows and the range that are in it.
import { describe, expect, it } from 'vitest';
import { isAnswerTo } from '../../../shared/adapters/tablestore/is-answer-to.ts';

const READ = { read: 1, write: 0 };
const WRITTEN = { read: 0, write: 1 };
const named = (parts: object) => Object.entries(parts).map(([name, value]) => ({ name, value }));
const row = (tableName: string, key: object | undefined, more: object = {}) => ({
  isOk: true,
  tableName,
  capacityUnit: READ,
  primaryKey: key ? named(key) : null,
  ...more,
});

describe('BatchGetRow', () => {
  const [alice, bob] = [{ owner: 'alice' }, { owner: 'bob' }];
  const asked = {
    tables: [
      { tableName: 'people', primaryKey: [[alice], [bob]] },
      { tableName: 'access', primaryKey: [[alice]] },
    ],
  };
  const people = [row('people', alice), row('people', undefined)];
  const access = [row('access', alice)];

  it.each<[string, readonly (readonly object[])[]]>([
    ['the rows that were asked for', [people, access]],
    ['an error in place of a row', [people, [row('access', undefined, { isOk: false, capacityUnit: '' })]]],
    [
      'an account of nothing, as of an instance that is paid in another way',
      [people, [row('access', alice, { capacityUnit: '' })]],
    ],
  ])('takes %s', (_, tables) => {
    expect(isAnswerTo('batchGetRow', asked, { tables })).toBe(true);
  });

  it.each<[string, readonly (readonly object[])[]]>([
    ['a table too few', [people]],
    ['a table too many', [people, access, []]],
    ['tables that changed places', [access, people]],
    ['a row too few', [people.slice(0, 1), access]],
    ['a row too many', [people, [...access, ...access]]],
    ['rows of another table', [people, [row('people', alice)]]],
    ['missing rows of another table', [people, [row('people', undefined)]]],
    ['another row', [people, [row('access', { owner: 'mallory' })]]],
    ['rows that changed places', [[row('people', bob), row('people', alice)], access]],
    ['a key of another name', [people, [row('access', { name: 'alice' })]]],
    ['a key of more parts', [people, [row('access', { owner: 'alice', item: 'x' })]]],
    ['what a write consumed', [people, [row('access', undefined, { capacityUnit: WRITTEN })]]],
  ])('refuses %s', (_, tables) => {
    expect(isAnswerTo('batchGetRow', asked, { tables })).toBe(false);
  });
});

it('BatchGetRow refuses a key of fewer parts', () => {
  const asked = { tables: [{ tableName: 'people', primaryKey: [[{ owner: 'alice' }, { item: '1' }]] }] };
  const taken = [{ owner: 'alice', item: '1' }, { owner: 'alice' }].map((key) =>
    isAnswerTo('batchGetRow', asked, { tables: [[row('people', key)]] }),
  );
  expect(taken).toEqual([true, false]);
});

describe('BatchWriteRow', () => {
  const asked = {
    tables: [
      { tableName: 'issued', rows: [{}] },
      { tableName: 'audit', rows: [{}, {}] },
    ],
  };
  const write = (tableName: string, more: object = {}) =>
    row(tableName, undefined, { capacityUnit: WRITTEN, ...more });
  const [issued, audit] = [write('issued'), write('audit')];

  it.each<[string, readonly object[]]>([
    ['the rows that were written', [issued, audit, audit]],
    ['a condition that failed', [issued, audit, write('audit', { isOk: false, capacityUnit: READ })]],
  ])('takes %s', (_, tables) => {
    expect(isAnswerTo('batchWriteRow', asked, { tables })).toBe(true);
  });

  it.each<[string, readonly object[]]>([
    ['a row too few', [issued, audit]],
    ['a row too many', [issued, audit, audit, audit]],
    ['rows of other tables', [audit, audit, audit]],
    ['what a read consumed', [issued, audit, write('audit', { capacityUnit: READ })]],
  ])('refuses %s', (_, tables) => {
    expect(isAnswerTo('batchWriteRow', asked, { tables })).toBe(false);
  });
});

it.each(['putRow', 'updateRow', 'deleteRow'])('%s refuses what a read consumed', (operation) => {
  const consuming = (capacityUnit: object) => isAnswerTo(operation, {}, { consumed: { capacityUnit } });
  expect([consuming(WRITTEN), consuming({ read: 1, write: 1 }), consuming({}), consuming(READ)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

describe('GetRange', () => {
  const SMALLEST = {};
  const asked = {
    inclusiveStartPrimaryKey: [{ owner: 'b' }, { item: SMALLEST }],
    exclusiveEndPrimaryKey: [{ owner: 'd' }, { item: 'm' }],
    limit: 3,
  };
  const key = (owner: string, item: string) => ({ owner, item });
  const answer = (keys: readonly object[], next: object | null = null) =>
    isAnswerTo('getRange', asked, {
      rows: keys.map((one) => ({ primaryKey: named(one), attributes: [] })),
      nextStartPrimaryKey: next && named(next),
    });

  it.each<[string, readonly object[], object | null]>([
    ['no rows', [], null],
    ['no rows yet', [], key('b', '1')],
    ['rows of the range in their order', [key('b', ''), key('b', '1'), key('d', 'lz')], key('d', 'lzz')],
    ['rows in the order of their bytes', [key('b', '\u{e000}'), key('b', '\u{1f600}')], null],
  ])('takes %s', (_, keys, next) => {
    expect(answer(keys, next)).toBe(true);
  });

  it.each<[string, readonly object[], object | null]>([
    ['a row before it', [key('a', '1'), key('b', '1')], null],
    ['a row at its end', [key('d', 'm')], null],
    ['a row of another owner behind it', [key('b', '1'), key('e', '1')], null],
    ['rows out of order', [key('b', '2'), key('b', '1')], null],
    ['a row twice', [key('b', '1'), key('b', '1')], null],
    ['more rows than asked for', ['1', '2', '3', '4'].map((item) => key('b', item)), null],
    ['a next page that begins with the last row', [key('b', '1'), key('b', '2')], key('b', '2')],
    ['a next page before it', [], key('a', '1')],
  ])('refuses %s', (_, keys, next) => {
    expect(answer(keys, next)).toBe(false);
  });
});
