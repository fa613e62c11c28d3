// Guarantees: clocks, tables and keys that are as Stint means them are no finding, and each that is not is one.
import { describe, expect, it } from 'vitest';
import {
  type CheckedKey,
  checkClock,
  checkSessionKeys,
  checkTable,
  findHeldKeys,
  MAX_SESSION_KEY_AGE_MS,
} from '../../../shared/checks/check-deployment.ts';
import { CLOCK_TOLERANCE_MS } from '../../../shared/kernel/clock.ts';
import { newKeyRules } from '../../../shared/rules/document/key-owners.ts';
import { NOW, provider, providersOf } from '../../support/builders.ts';

const ago = (ms: number): Date => new Date(NOW.getTime() - ms);

describe('a clock', () => {
  it.each([CLOCK_TOLERANCE_MS, -CLOCK_TOLERANCE_MS])('may be %i ms wrong', (skew) => {
    expect(checkClock('STS', ago(skew).toUTCString(), NOW)).toEqual([]);
  });

  it.each([
    [CLOCK_TOLERANCE_MS + 1000, 'this machine is 31 s ahead of it'],
    [-CLOCK_TOLERANCE_MS - 1000, 'this machine is 31 s behind it'],
  ])('that is %i ms wrong is found', (skew, detail) => {
    expect(checkClock('STS', ago(skew).toUTCString(), NOW)).toEqual([
      { name: 'clock-skew', subject: 'STS', detail },
    ]);
  });

  it.each([null, 'soon'])('is not judged by an answer that says %j', (date) => {
    expect(checkClock('STS', date, NOW)).toEqual([]);
  });
});

describe('a table', () => {
  const wanted = { name: 'once', key: ['key'], keepSeconds: 100 };

  it.each<[string, Parameters<typeof checkTable>[1], readonly string[]]>([
    ['as it is wanted is none', wanted, []],
    ['that is missing is found', undefined, ['table-missing']],
    ['with another key is found', { ...wanted, key: ['key', 'more'] }, ['table-key']],
    ['whose rows live longer is found', { ...wanted, keepSeconds: 200 }, ['table-ttl']],
    ['whose rows live for ever is found', { name: 'once', key: ['key'] }, ['table-ttl']],
  ])('%s', (_, found, names) => {
    expect(checkTable(wanted, found).map(({ name }) => name)).toEqual(names);
  });
});

const LOGIN = 'https://vend.example.com/login';
const key = (parts: Partial<CheckedKey> = {}): CheckedKey => ({
  provider: 'app-users',
  thumbprint: 'thumbprint-of-the-key',
  kid: 'k1',
  firstSeen: NOW,
  decision: undefined,
  ...parts,
});

describe('keys of issuers', () => {
  const rulesOf = ({ providersById }: ReturnType<typeof providersOf>) =>
    newKeyRules(providersById.values(), []);
  const holding = providersOf([provider({ newKeys: 'hold' })]);

  it('that wait for approval are found; those that were decided about, or need no approval, are not', () => {
    expect(findHeldKeys([key()], rulesOf(holding))).toEqual([
      { name: 'key-held', subject: 'app-users', detail: 'thumbprint-o…, since 2026-03-01' },
    ]);
    expect(
      findHeldKeys([key({ decision: 'approved' }), key({ decision: 'revoked' })], rulesOf(holding)),
    ).toEqual([]);
    expect(findHeldKeys([key()], rulesOf(providersOf([provider()])))).toEqual([]);
    expect(findHeldKeys([key({ provider: 'gone' })], rulesOf(holding))).toEqual([]);
  });
});

describe('the keys of session tokens', () => {
  const own = providersOf([provider({ issuer: LOGIN })]);
  const check = (age: number, published: readonly string[] | undefined, rules = own) =>
    checkSessionKeys([key({ firstSeen: ago(age) })], rules, LOGIN, published, NOW).map(({ name }) => name);

  it('are old where the one that signs is; the next one and earlier ones do not matter', () => {
    expect(check(MAX_SESSION_KEY_AGE_MS, ['k1'])).toEqual([]);
    expect(check(MAX_SESSION_KEY_AGE_MS + 1, ['k1', 'k2'])).toEqual(['session-key-old']);
    expect(check(MAX_SESSION_KEY_AGE_MS + 1, ['k2', 'k1'])).toEqual([]);
  });

  it.each([undefined, []])(
    'are missing where login publishes %j, and a provider trusts them',
    (published) => {
      expect(check(0, published)).toEqual(['session-keys-missing']);
      expect(check(0, published, providersOf([provider()]))).toEqual([]);
    },
  );
});
