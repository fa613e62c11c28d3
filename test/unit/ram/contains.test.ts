// contains says yes only to a policy that grants nothing more than the outer one, and a no names the statement, the part and the
// reason.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains } from '../../../shared/ram/contains.ts';
import { evaluate } from '../../../shared/ram/evaluate.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import type { Policy } from '../../../shared/ram/policy.ts';
import { policyPair, request } from './arbitraries.ts';
import { CLOUDS, evaluateIn } from './other-clouds.ts';

function policyOf(...statements: readonly object[]): Policy {
  const parsed = parsePolicy({ Version: '1', Statement: statements });
  if (!parsed.ok) throw new Error(`${parsed.error.path} ${parsed.error.message}`);
  return parsed.value;
}

const allow = (parts: object) => ({ Effect: 'Allow', Action: 'oss:*', Resource: '*', ...parts });
const bare = { Effect: 'Allow', Resource: '*' };

describe('contains says yes', () => {
  it.each<[string, object, object]>([
    ['to the same statement', allow({}), allow({})],
    ['to a narrower action of another case', allow({}), allow({ Action: 'OSS:GetObject' })],
    [
      'to a narrower resource',
      allow({ Resource: 'acs:oss:*:*:b/*' }),
      allow({ Resource: 'acs:oss:*:*:b/u/*' }),
    ],
    ['to an added condition', allow({}), allow({ Condition: { Bool: { 'acs:SecureTransport': 'true' } } })],
    [
      'to fewer values of a positive operator',
      allow({ Condition: { StringEquals: { 'acs:K': ['a', 'b'] } } }),
      allow({ Condition: { StringEquals: { 'acs:K': 'a' } } }),
    ],
    [
      'to an earlier deadline',
      allow({ Condition: { DateLessThan: { 'acs:CurrentTime': '2026-01-01T00:00:10Z' } } }),
      allow({ Condition: { DateLessThan: { 'acs:CurrentTime': '2026-01-01T01:00:09+01:00' } } }),
    ],
    [
      'to a narrower network',
      allow({ Condition: { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } } }),
      allow({ Condition: { IpAddress: { 'acs:SourceIp': '10.1.0.0/16' } } }),
    ],
    [
      'to NotAction that excepts more',
      { ...bare, NotAction: 'ram:*' },
      { ...bare, NotAction: ['ram:*', 'sts:*'] },
    ],
    [
      'to more values of a negated operator',
      allow({ Condition: { StringNotEquals: { 'acs:K': 'a' } } }),
      allow({ Condition: { StringNotEquals: { 'acs:K': ['a', 'b'] } } }),
    ],
    [
      'to a wider network under NotIpAddress',
      allow({ Condition: { NotIpAddress: { 'acs:K': ['10.1.0.0/16', '10.2.0.0/16'] } } }),
      allow({ Condition: { NotIpAddress: { 'acs:K': ['10.0.0.0/8', '192.0.2.1'] } } }),
    ],
    [
      'to a network written as IPv4-mapped',
      allow({ Condition: { IpAddress: { 'acs:K': '192.0.2.0/24' } } }),
      allow({ Condition: { IpAddress: { 'acs:K': ['::ffff:192.0.2.0/121', '::ffff:c000:280/121'] } } }),
    ],
    ['to NotAction under *', { ...bare, Action: '*' }, { ...bare, NotAction: 'ram:*' }],
    ['to an Action that NotAction leaves', { ...bare, NotAction: 'ram:*' }, allow({})],
  ])('%s', (_, outer, inner) => {
    expect(contains(policyOf(outer), policyOf(inner))).toEqual({ ok: true, value: undefined });
  });
});

describe('contains says yes to a policy without a Deny that cannot apply to what it allows', () => {
  it.each<[string, object, object]>([
    [
      'a network that a Deny spares among others',
      { NotIpAddress: { 'acs:K': ['10.0.0.0/8', '192.0.2.0/24'] } },
      { IpAddress: { 'acs:K': ['10.1.0.0/16', '192.0.2.7'] } },
    ],
    [
      'none of what a Deny names, among others',
      { StringEquals: { 'acs:K': ['a', 'b'] } },
      { StringNotEquals: { 'acs:K': ['a', 'b', 'c'] } },
    ],
    ['nothing like it', { StringEquals: { 'acs:K': 'ab' } }, { StringNotLike: { 'acs:K': ['x', 'a*'] } }],
  ])('%s', (_, denied, allowed) => {
    const outer = policyOf(allow({}), { ...allow({ Condition: denied }), Effect: 'Deny' });
    expect(contains(outer, policyOf(allow({ Condition: allowed }))).ok).toBe(true);
  });
});

const ACTION = 'no outer statement allows this action';
const RESOURCE = 'no outer statement allows this action on this resource';
const CONDITIONS = 'no outer statement allows this under conditions as wide';
const DENIED = 'the outer policy may deny this, and the inner policy does not';

const when = (operator: string, values: string | readonly string[], key = 'acs:K') =>
  allow({ Condition: { [operator]: { [key]: values } } });

describe('contains says no', () => {
  it.each<[string, object, object, string]>([
    ['to another service', allow({}), allow({ Action: 'ram:GetUser' }), ACTION],
    ['to a wider action', allow({ Action: 'oss:GetObject' }), allow({}), ACTION],
    ['to a wildcard in the middle', allow({ Action: 'oss:Get*' }), allow({ Action: 'oss:*Get*' }), ACTION],
    ['to a wildcard of any length', allow({ Action: 'oss:Get???' }), allow({ Action: 'oss:Get*' }), ACTION],
    ['to NotAction under anything but *', allow({}), { ...bare, NotAction: 'ram:*' }, ACTION],
    [
      'to NotAction that excepts less',
      { ...bare, NotAction: ['a:*', 'b:*'] },
      { ...bare, NotAction: 'a:*' },
      ACTION,
    ],
    [
      'to an Action that NotAction removes',
      { ...bare, NotAction: 'ram:*' },
      allow({ Action: '*:Get*' }),
      ACTION,
    ],
    [
      'to an Action that NotAction removes in another case',
      { ...bare, NotAction: 'RAM:*' },
      allow({ Action: 'ram:getuser' }),
      ACTION,
    ],
    [
      'to a wider resource',
      allow({ Resource: 'acs:oss:*:*:b/u/*' }),
      allow({ Resource: 'acs:oss:*:*:b/*' }),
      RESOURCE,
    ],
    [
      'to a resource of another case',
      allow({ Resource: 'acs:oss:*:*:b' }),
      allow({ Resource: 'acs:oss:*:*:B' }),
      RESOURCE,
    ],
    [
      'to a character that may be more than one where one is allowed',
      allow({ Resource: 'acs:oss:*:*:b/?' }),
      allow({ Resource: 'acs:oss:*:*:b/策' }),
      RESOURCE,
    ],
    ['to a dropped condition', when('Bool', 'true'), allow({}), CONDITIONS],
    ['to a condition on another key', when('Bool', 'true'), when('Bool', 'true', 'acs:L'), CONDITIONS],
    [
      'to more values of a positive operator',
      when('StringEquals', 'a'),
      when('StringEquals', ['a', 'b']),
      CONDITIONS,
    ],
    ['to text of another case', when('StringEquals', 'a'), when('StringEquals', 'A'), CONDITIONS],
    [
      'to a pattern under a text that looks like it',
      when('StringEqualsIgnoreCase', 'a*'),
      when('StringLike', 'A*'),
      CONDITIONS,
    ],
    ['to text of any case', when('StringLike', 'a*'), when('StringEqualsIgnoreCase', 'ab'), CONDITIONS],
    ['to an empty text', when('StringLike', '?*'), when('StringEquals', ''), CONDITIONS],
    [
      'to fewer values of a negated operator',
      when('StringNotEquals', ['a', 'b']),
      when('StringNotEquals', 'a'),
      CONDITIONS,
    ],
    [
      'to other values of a negated operator',
      when('StringNotEquals', ['a', 'b']),
      when('StringNotEquals', ['b', 'c']),
      CONDITIONS,
    ],
    // An absent key may pass the one and fail the other.
    ['to another negated operator', when('StringNotEquals', 'ab'), when('StringNotLike', 'a*'), CONDITIONS],
    [
      'to a negated operator for a positive one',
      when('StringEquals', 'a'),
      when('StringNotEquals', 'b'),
      CONDITIONS,
    ],
    ['to other types of the same text', when('NumericEquals', '1'), when('StringEquals', '1'), CONDITIONS],
    ['to the bound itself', when('NumericLessThan', '5'), when('NumericLessThanEquals', '5'), CONDITIONS],
    ['to the other direction', when('NumericLessThan', '5'), when('NumericGreaterThan', '4'), CONDITIONS],
    ['to the other truth', when('Bool', 'true'), when('Bool', 'false'), CONDITIONS],
    [
      'to a later deadline',
      when('DateLessThan', '2026-01-01T00:00:10Z'),
      when('DateLessThan', '2026-01-01T00:00:11Z'),
      CONDITIONS,
    ],
    ['to a wider network', when('IpAddress', '10.1.0.0/16'), when('IpAddress', '10.0.0.0/8'), CONDITIONS],
    [
      'to a wider IPv6 network',
      when('IpAddress', '2001:db8:1::/48'),
      when('IpAddress', '2001:db8::/32'),
      CONDITIONS,
    ],
    [
      'to all of IPv6 under all of IPv4',
      when('IpAddress', '0.0.0.0/0'),
      when('IpAddress', '::/0'),
      CONDITIONS,
    ],
  ])('%s', (_, outer, inner, reason) => {
    expect(contains(policyOf(outer), policyOf(inner))).toMatchObject({
      ok: false,
      error: { statement: 0, reason },
    });
  });

  it('to an action and a resource that only different outer statements allow', () => {
    const [a, b] = ['acs:oss:*:*:a', 'acs:oss:*:*:b'];
    const outer = policyOf(
      allow({ Action: 'oss:Get*', Resource: a }),
      allow({ Action: 'oss:Put*', Resource: b }),
    );
    const inner = policyOf(allow({ Action: ['oss:Get*', 'oss:Put*'], Resource: [a, b] }));
    expect(contains(outer, inner)).toEqual({
      ok: false,
      error: {
        statement: 0,
        reason: RESOURCE,
        action: { index: 0, pattern: 'oss:Get*' },
        resource: { index: 1, pattern: b },
      },
    });
  });

  it('to a condition that a statement without it would need', () => {
    const outer = policyOf(allow({ Action: 'oss:Get*' }), { ...when('Bool', 'true'), Action: 'oss:*' });
    expect(contains(outer, policyOf(allow({ Action: 'oss:PutObject' }))).ok).toBe(false);
  });

  it.each<[string, object]>([
    ['missing', allow({})],
    ['under a condition', { ...when('Bool', 'false'), Effect: 'Deny', Action: 'oss:DeleteObject' }],
    ['of fewer actions', { Effect: 'Deny', Action: 'oss:DeleteObject', Resource: '*' }],
    ['of fewer resources', { Effect: 'Deny', Action: 'oss:Delete*', Resource: 'acs:oss:*:*:b/*' }],
  ])('when a Deny of the outer policy is %s, naming what it would deny', (_, instead) => {
    const outer = policyOf(allow({}), { Effect: 'Deny', Action: 'oss:Delete*', Resource: '*' });
    const inner = policyOf(allow({ Action: ['oss:GetObject', 'oss:DeleteB*'], Resource: '*' }), instead);
    expect(contains(outer, inner)).toEqual({
      ok: false,
      error: {
        statement: 0,
        reason: DENIED,
        action: { index: 1, pattern: 'oss:DeleteB*' },
        resource: { index: 0, pattern: '*' },
      },
    });
  });

  it.each<[string, object, object]>([
    ['is under no condition', {}, {}],
    ['may meet the condition', { Bool: { 'acs:K': 'false' } }, { Bool: { 'acs:K': ['true', 'false'] } }],
    [
      'is within a denied network',
      { IpAddress: { 'acs:K': '10.0.0.0/8' } },
      { IpAddress: { 'acs:K': '10.1.0.0/16' } },
    ],
    [
      'is around a denied network',
      { IpAddress: { 'acs:K': '10.1.0.0/16' } },
      { IpAddress: { 'acs:K': '10.0.0.0/8' } },
    ],
    [
      'matches a denied pattern in another case',
      { StringLike: { 'acs:K': 'A*' } },
      { StringEqualsIgnoreCase: { 'acs:K': 'ab' } },
    ],
    ['differs as well', { StringNotEquals: { 'acs:K': 'a' } }, { StringNotEquals: { 'acs:K': 'a' } }],
    ['leaves the key open', { Bool: { 'acs:K': 'false' } }, { Bool: { 'acs:L': 'true' } }],
    [
      'is in a network beside those that are spared',
      { NotIpAddress: { 'acs:K': ['10.0.0.0/8', '192.168.0.0/16'] } },
      { IpAddress: { 'acs:K': ['10.1.0.0/16', '192.0.2.1'] } },
    ],
    [
      'may be what it does not differ from',
      { StringEquals: { 'acs:K': ['a', 'c'] } },
      { StringNotEquals: { 'acs:K': ['a', 'b'] } },
    ],
  ])('when an outer Deny may apply to an Allow that %s', (_, denied, allowed) => {
    const conditional = (Condition: object) => (Object.keys(Condition).length > 0 ? { Condition } : {});
    const outer = policyOf(allow({}), { ...allow(conditional(denied)), Effect: 'Deny' });
    expect(contains(outer, policyOf(allow(conditional(allowed))))).toMatchObject({
      ok: false,
      error: { reason: DENIED },
    });
  });

  it('to conditions with a value that cannot be read, which may never hold or always', () => {
    const withValues = (...values: readonly string[]): Policy => {
      const { version, statements } = policyOf(allow({}));
      const condition = { operator: 'IpAddress', key: 'acs:K', values } as const;
      return {
        version,
        statements: statements.map((statement) => ({ ...statement, conditions: [condition] })),
      };
    };
    const readable = withValues('10.0.0.0/8');
    expect(contains(readable, readable).ok).toBe(true);
    expect(contains(withValues('10.0.0.0/8', '10.0.0.0/33'), readable).ok).toBe(false);
    expect(contains(readable, withValues('10.0.0.0/33')).ok).toBe(false);
  });

  it('pointing at the statement that widens, and the item of its list', () => {
    const inner = policyOf(allow({}), allow({ Action: ['oss:GetObject', 'RAM:*'] }));
    expect(contains(policyOf(allow({})), inner)).toEqual({
      ok: false,
      error: { statement: 1, reason: ACTION, action: { index: 1, pattern: 'RAM:*' } },
    });
  });

  it('quoting nothing of NotAction, which is wider as a whole', () => {
    const inner = policyOf({ Effect: 'Allow', NotAction: 'ram:*', Resource: 'acs:oss:*:*:b' });
    const outer = policyOf({ Effect: 'Allow', Action: '*', Resource: 'acs:oss:*:*:a' });
    expect(contains(outer, inner)).toEqual({
      ok: false,
      error: { statement: 0, reason: RESOURCE, resource: { index: 0, pattern: 'acs:oss:*:*:b' } },
    });
  });
});

describe('contains, given a policy larger than RAM stores', () => {
  const STORED_CHARS = 6144;
  /** Each statement has 22 characters of action, 1 of resource and 1 of value. */
  const filler = (chars: number) =>
    Array.from({ length: chars / 24 }, () => ({
      ...when('StringEquals', 'a'),
      Action: 'oss:GetBucketLifecycle',
    }));

  it('proves up to that size, and names the statement that goes beyond', () => {
    const outer = policyOf(allow({}));
    expect(contains(outer, policyOf(...filler(STORED_CHARS))).ok).toBe(true);
    expect(contains(outer, policyOf(...filler(STORED_CHARS), allow({})))).toEqual({
      ok: false,
      error: { statement: 256, reason: 'the policy is too large to compare, from this statement on' },
    });
  });
});

describe('contains is sound', { timeout: 60_000 }, () => {
  it('what it calls contained allows no request that the outer policy does not, however a cloud settles doubts', () => {
    let proven = 0;
    fc.assert(
      fc.property(policyPair, fc.infiniteStream(request), ({ outer, inner }, requests) => {
        if (!contains(outer, inner).ok || inner.statements.every(({ effect }) => effect === 'Deny')) return;
        proven += 1;
        for (const asked of requests.take(20)) {
          if (evaluate(inner, asked) === 'allow') expect(evaluate(outer, asked)).toBe('allow');
          for (const cloud of CLOUDS) {
            if (evaluateIn(cloud, inner, asked) === 'allow') {
              expect(evaluateIn(cloud, outer, asked)).toBe('allow');
            }
          }
        }
      }),
      { numRuns: 2500 },
    );
    expect(proven).toBeGreaterThan(100);
  });

  it('every policy contains itself', () => {
    fc.assert(
      fc.property(policyPair, ({ outer, inner }) => contains(outer, outer).ok && contains(inner, inner).ok),
      { numRuns: 500 },
    );
  });
});
