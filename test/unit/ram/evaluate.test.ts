// A policy answers a request as RAM documents it; where the documentation leaves the answer open, it is no.
import { describe, expect, it } from 'vitest';
import { type AccessRequest, evaluate, evaluateTrust } from '../../../shared/ram/evaluate.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import { parseTrustPolicy } from '../../../shared/ram/parse-trust-policy.ts';

const read = { action: 'oss:GetObject', resource: 'acs:oss:*:1:media/a' };

function outcome(statements: readonly object[], request: Partial<AccessRequest> = {}): string {
  const parsed = parsePolicy({ Version: '1', Statement: statements });
  if (!parsed.ok) throw new Error(`${parsed.error.path} ${parsed.error.message}`);
  return evaluate(parsed.value, { ...read, context: {}, ...request });
}

const allow = (parts: object = {}) => ({ Effect: 'Allow', Action: 'oss:*', Resource: '*', ...parts });
const deny = (parts: object = {}) => ({ Effect: 'Deny', Action: 'oss:*', Resource: '*', ...parts });

describe('evaluate', () => {
  it.each<[string, readonly object[], string]>([
    ['an Allow that covers the request allows', [allow()], 'allow'],
    ['an action is compared without regard to case', [allow({ Action: 'OSS:getobject' })], 'allow'],
    ['another action is not covered', [allow({ Action: 'oss:PutObject' })], 'none'],
    ['a resource is compared with regard to case', [allow({ Resource: 'acs:oss:*:1:MEDIA/a' })], 'none'],
    ['a resource outside the pattern is not covered', [allow({ Resource: 'acs:oss:*:1:media/b*' })], 'none'],
    ['NotAction covers what it does not name', [allow({ Action: undefined, NotAction: 'ram:*' })], 'allow'],
    ['NotAction leaves out what it names', [allow({ Action: undefined, NotAction: 'OSS:Get*' })], 'none'],
    ['an explicit Deny wins over an Allow before it', [allow(), deny()], 'deny'],
    ['an explicit Deny wins over an Allow after it', [deny(), allow()], 'deny'],
    ['a Deny of something else leaves the Allow', [allow(), deny({ Action: 'oss:Put*' })], 'allow'],
  ])('%s', (_, statements, expected) => {
    const present = statements.map((statement) =>
      Object.fromEntries(Object.entries(statement).filter(([, value]) => value !== undefined)),
    );
    expect(outcome(present)).toBe(expected);
  });
});

const T = '2026-01-01T00:00:00Z';
const LATER = '2026-01-01T08:00:01+08:00';
const SAME = '2026-01-01T08:00:00+08:00';

describe('a condition operator', () => {
  it.each<[string, string, string, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEquals', 'a', 'a', false],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringEqualsIgnoreCase', 'a', 'b', false],
    ['StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringNotEqualsIgnoreCase', 'a', 'b', true],
    ['StringLike', 'a*', 'abc', true],
    ['StringLike', 'a*', 'Abc', false],
    ['StringNotLike', 'a*', 'abc', false],
    ['StringNotLike', 'a*', 'bc', true],
    ['NumericEquals', '10', '10.0', true],
    ['NumericEquals', '10', '11', false],
    ['NumericNotEquals', '10', '10', false],
    ['NumericNotEquals', '10', '9', true],
    ['NumericLessThan', '10', '9', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericLessThanEquals', '10', '11', false],
    ['NumericGreaterThan', '9', '10', true],
    ['NumericGreaterThan', '10', '10', false],
    ['NumericGreaterThanEquals', '10', '10', true],
    ['NumericGreaterThanEquals', '10', '9', false],
    ['DateEquals', T, SAME, true],
    ['DateEquals', T, LATER, false],
    ['DateNotEquals', T, LATER, true],
    ['DateNotEquals', T, SAME, false],
    ['DateLessThan', LATER, T, true],
    ['DateLessThan', T, SAME, false],
    ['DateLessThanEquals', T, SAME, true],
    ['DateLessThanEquals', T, LATER, false],
    ['DateGreaterThan', T, LATER, true],
    ['DateGreaterThan', T, SAME, false],
    ['DateGreaterThanEquals', T, SAME, true],
    ['DateGreaterThanEquals', LATER, T, false],
    ['Bool', 'true', 'true', true],
    ['Bool', 'true', 'false', false],
    ['IpAddress', '203.0.113.0/24', '203.0.113.255', true],
    ['IpAddress', '203.0.113.0/24', '203.0.114.0', false],
    ['IpAddress', '203.0.113.7', '203.0.113.7', true],
    ['IpAddress', '::ffff:192.0.2.0/120', '192.0.2.255', true],
    ['IpAddress', '::ffff:192.0.2.0/120', '192.0.3.0', false],
    ['IpAddress', '::ffff:c000:200/120', '::FFFF:192.0.2.1', true],
    ['IpAddress', '192.0.2.0/24', '0:0:0:0:0:ffff:c000:201', true],
    ['IpAddress', '192.0.2.0/24', '::ffff:0:192.0.2.1', false],
    ['IpAddress', '64:ff9b::192.0.2.0/120', '64:ff9b::c000:201', true],
    ['IpAddress', '64:ff9b::192.0.2.0/120', '192.0.2.1', false],
    ['IpAddress', '2001:db8::/32', '2001:db8:0:1::2', true],
    ['IpAddress', '2001:db8::/32', '2001:db9::', false],
    ['IpAddress', '0.0.0.0/0', '2001:db8::1', false],
    ['IpAddress', '0.0.0.0/0', '::1', false],
    ['IpAddress', '::/0', '0.0.0.1', false],
    ['NotIpAddress', '203.0.113.0/24', '203.0.114.0', true],
    ['NotIpAddress', '203.0.113.0/24', '203.0.113.1', false],
  ])('%s %j against %j: %s', (operator, value, actual, expected) => {
    const Condition = { [operator]: { 'acs:Key': value } };
    const context = { 'acs:Key': actual };
    expect(outcome([allow({ Condition })], { context })).toBe(expected ? 'allow' : 'none');
    expect(outcome([deny({ Condition })], { context })).toBe(expected ? 'deny' : 'none');
  });

  it('holds when any of its values does, and only when every key and operator does', () => {
    const Condition = {
      StringEquals: { 'acs:A': ['x', 'y'], 'acs:B': 'z' },
      Bool: { 'acs:C': 'true' },
    };
    const context = { 'acs:A': 'y', 'acs:B': 'z', 'acs:C': 'true' };
    expect(outcome([allow({ Condition })], { context })).toBe('allow');
    for (const key of ['acs:A', 'acs:B', 'acs:C']) {
      expect(outcome([allow({ Condition })], { context: { ...context, [key]: 'false' } })).toBe('none');
    }
  });
});

/** What the documentation leaves open goes against the caller, whichever effect the statement has. */
describe('in doubt, the answer is no', () => {
  it.each<[string, object, AccessRequest['context'], string, string]>([
    ['an absent key, negated operator', { StringNotEquals: { 'acs:K': 'a' } }, {}, 'none', 'deny'],
    ['an absent key, NotIpAddress', { NotIpAddress: { 'acs:SourceIp': '10.0.0.0/8' } }, {}, 'none', 'deny'],
    ['an absent key, positive operator', { StringEquals: { 'acs:K': 'a' } }, {}, 'none', 'none'],
    [
      'a key inherited, not given',
      { StringLike: { 'acs:K': '*' } },
      Object.create({ 'acs:K': 'a' }),
      'none',
      'none',
    ],
    [
      'an address that cannot be read',
      { IpAddress: { 'acs:K': '10.0.0.0/8' } },
      { 'acs:K': 'x' },
      'none',
      'deny',
    ],
    [
      'an octet that may be octal',
      { IpAddress: { 'acs:K': '10.0.0.0/8' } },
      { 'acs:K': '010.0.0.1' },
      'none',
      'deny',
    ],
    [
      'a network where an address belongs',
      { IpAddress: { 'acs:K': '10.0.0.0/8' } },
      { 'acs:K': '10.0.0.0/9' },
      'none',
      'deny',
    ],
    ['a time that cannot be read', { DateLessThan: { 'acs:K': T } }, { 'acs:K': 'soon' }, 'none', 'deny'],
    [
      'a number that cannot be read',
      { NumericLessThan: { 'acs:K': '5' } },
      { 'acs:K': '0x1' },
      'none',
      'deny',
    ],
    ['a boolean that cannot be read', { Bool: { 'acs:K': 'true' } }, { 'acs:K': 'TRUE' }, 'none', 'deny'],
    [
      'an address that cannot be read, NotIpAddress',
      { NotIpAddress: { 'acs:K': ['10.0.0.0/8', '192.0.2.1'] } },
      { 'acs:K': 'x' },
      'none',
      'deny',
    ],
  ])('%s', (_, Condition, context, allowed, denied) => {
    expect(outcome([allow({ Condition })], { context })).toBe(allowed);
    expect(outcome([deny({ Condition })], { context })).toBe(denied);
  });
});

/** "Access from IP addresses other than these fails", says RAM of a Deny with NotIpAddress and two networks. */
describe('a negated operator with several values means none of them', () => {
  it.each<[string, readonly string[], readonly string[], string]>([
    ['StringNotEquals', ['a', 'b'], ['a', 'b'], 'c'],
    ['StringNotEqualsIgnoreCase', ['a', 'b'], ['A', 'b'], 'c'],
    ['StringNotLike', ['a*', '*b'], ['ac', 'cb', 'ab'], 'c'],
    ['NumericNotEquals', ['1', '2'], ['1.0', '2'], '3'],
    ['DateNotEquals', [T, '2027-01-01T00:00:00Z'], [SAME, '2027-01-01T00:00:00Z'], LATER],
    ['NotIpAddress', ['192.0.2.0/24', '203.0.113.2'], ['192.0.2.9', '203.0.113.2'], '198.51.100.1'],
    ['NotIpAddress', ['2001:db8::/32', '192.0.2.0/24'], ['2001:db8::1', '::ffff:192.0.2.1'], '2001:db9::1'],
  ])('%s %j', (operator, values, named, other) => {
    const Condition = { [operator]: { 'acs:K': values } };
    for (const actual of named) {
      const context = { 'acs:K': actual };
      expect(outcome([allow({ Condition })], { context })).toBe('none');
      expect(outcome([allow(), deny({ Condition })], { context })).toBe('allow');
    }
    const context = { 'acs:K': other };
    expect(outcome([allow({ Condition })], { context })).toBe('allow');
    expect(outcome([allow(), deny({ Condition })], { context })).toBe('deny');
  });
});

describe('an empty Condition', () => {
  it('is no condition', () => {
    expect(outcome([allow({ Condition: {} })])).toBe('allow');
    expect(outcome([allow(), deny({ Condition: {} })])).toBe('deny');
  });
});

describe('evaluateTrust', () => {
  const trust = (
    statements: readonly object[],
    kind: 'RAM' | 'Service',
    names: readonly string[],
    context = {},
  ) => {
    const parsed = parseTrustPolicy({ Version: '1', Statement: statements });
    if (!parsed.ok) throw new Error(`${parsed.error.path} ${parsed.error.message}`);
    return evaluateTrust(parsed.value, { kind, names, context });
  };
  const trusts = (Principal: object, parts: object = {}) => ({
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal,
    ...parts,
  });
  const USER = ['acs:ram::1:user/u', 'acs:ram::1:root'];
  const externalId = { Condition: { StringEquals: { 'sts:ExternalId': 'blue' } } };

  it.each<[string, readonly object[], 'RAM' | 'Service', readonly string[], object, string]>([
    ['a user trusted by name', [trusts({ RAM: 'acs:ram::1:user/u' })], 'RAM', USER, {}, 'allow'],
    ['a user of a trusted account', [trusts({ RAM: 'acs:ram::1:root' })], 'RAM', USER, {}, 'allow'],
    ['a user of another account', [trusts({ RAM: 'acs:ram::2:root' })], 'RAM', USER, {}, 'none'],
    [
      'a trusted service',
      [trusts({ Service: 'fc.aliyuncs.com' })],
      'Service',
      ['fc.aliyuncs.com'],
      {},
      'allow',
    ],
    [
      'a caller who goes by the name of a service',
      [trusts({ Service: 'fc.aliyuncs.com' })],
      'RAM',
      ['fc.aliyuncs.com'],
      {},
      'none',
    ],
    [
      'a service of the account that is trusted',
      [trusts({ Service: '123@fc.aliyuncs.com' })],
      'Service',
      ['fc.aliyuncs.com', '123@fc.aliyuncs.com'],
      {},
      'allow',
    ],
    [
      'a service of another account',
      [trusts({ Service: '124@fc.aliyuncs.com' })],
      'Service',
      ['fc.aliyuncs.com', '123@fc.aliyuncs.com'],
      {},
      'none',
    ],
    [
      'a user under an Allow of several actions',
      [trusts({ RAM: USER }, { Action: ['sts:SetSourceIdentity', 'sts:AssumeRole'] })],
      'RAM',
      USER,
      {},
      'allow',
    ],
    [
      'a user under an Allow of other actions alone',
      [trusts({ RAM: USER }, { Action: 'sts:SetSourceIdentity' })],
      'RAM',
      USER,
      {},
      'none',
    ],
    [
      'a user under a Deny of several actions',
      [trusts({ RAM: USER }), trusts({ RAM: USER }, { Effect: 'Deny', Action: ['sts:assumerole', 'sts:X'] })],
      'RAM',
      USER,
      {},
      'deny',
    ],
    [
      'a user under a Deny of other actions alone',
      [trusts({ RAM: USER }), trusts({ RAM: USER }, { Effect: 'Deny', Action: 'sts:SetSourceIdentity' })],
      'RAM',
      USER,
      {},
      'allow',
    ],
    ['a user under an empty Condition', [trusts({ RAM: USER }, { Condition: {} })], 'RAM', USER, {}, 'allow'],
    [
      'the right ExternalId',
      [trusts({ RAM: USER }, externalId)],
      'RAM',
      USER,
      { 'sts:ExternalId': 'blue' },
      'allow',
    ],
    [
      'a wrong ExternalId',
      [trusts({ RAM: USER }, externalId)],
      'RAM',
      USER,
      { 'sts:ExternalId': 'red' },
      'none',
    ],
    ['no ExternalId', [trusts({ RAM: USER }, externalId)], 'RAM', USER, {}, 'none'],
    [
      'a Deny beside an Allow',
      [trusts({ RAM: USER }), trusts({ RAM: 'acs:ram::1:user/u' }, { Effect: 'Deny' })],
      'RAM',
      USER,
      {},
      'deny',
    ],
  ])('answers %s', (_, statements, kind, names, context, expected) => {
    expect(trust(statements, kind, names, context)).toBe(expected);
  });
});
