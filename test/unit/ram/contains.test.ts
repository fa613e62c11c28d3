import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains } from '../../../shared/ram/contains.ts';
import { evaluate } from '../../../shared/ram/evaluate.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import type { Policy } from '../../../shared/ram/policy.ts';
import { policyPair, request } from './arbitraries.ts';

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
    ['to NotAction under *', { ...bare, Action: '*' }, { ...bare, NotAction: 'ram:*' }],
    ['to an Action that NotAction leaves', { ...bare, NotAction: 'ram:*' }, allow({})],
  ])('%s', (_, outer, inner) => {
    expect(contains(policyOf(outer), policyOf(inner))).toEqual({ ok: true, value: undefined });
  });
});

const ACTIONS = 'no outer statement allows these actions';
const RESOURCES = 'no outer statement allows these actions on these resources';
const CONDITIONS = 'no outer statement allows this under conditions as wide';

describe('contains says no', () => {
  it.each<[string, object, object, string]>([
    ['to another service', allow({}), allow({ Action: 'ram:GetUser' }), ACTIONS],
    ['to a wider action', allow({ Action: 'oss:GetObject' }), allow({}), ACTIONS],
    ['to NotAction under anything but *', allow({}), { ...bare, NotAction: 'ram:*' }, ACTIONS],
    [
      'to NotAction that excepts less',
      { ...bare, NotAction: ['a:*', 'b:*'] },
      { ...bare, NotAction: 'a:*' },
      ACTIONS,
    ],
    [
      'to an Action that NotAction removes',
      { ...bare, NotAction: 'ram:*' },
      allow({ Action: '*:Get*' }),
      ACTIONS,
    ],
    [
      'to a wider resource',
      allow({ Resource: 'acs:oss:*:*:b/u/*' }),
      allow({ Resource: 'acs:oss:*:*:b/*' }),
      RESOURCES,
    ],
    [
      'to a resource of another case',
      allow({ Resource: 'acs:oss:*:*:b' }),
      allow({ Resource: 'acs:oss:*:*:B' }),
      RESOURCES,
    ],
    [
      'to a dropped condition',
      allow({ Condition: { Bool: { 'acs:SecureTransport': 'true' } } }),
      allow({}),
      CONDITIONS,
    ],
    [
      'to more values of a positive operator',
      allow({ Condition: { StringEquals: { 'acs:K': 'a' } } }),
      allow({ Condition: { StringEquals: { 'acs:K': ['a', 'b'] } } }),
      CONDITIONS,
    ],
    [
      'to other values of a negated operator',
      allow({ Condition: { StringNotEquals: { 'acs:K': ['a', 'b'] } } }),
      allow({ Condition: { StringNotEquals: { 'acs:K': 'a' } } }),
      CONDITIONS,
    ],
    [
      'to a later deadline',
      allow({ Condition: { DateLessThan: { 'acs:CurrentTime': '2026-01-01T00:00:10Z' } } }),
      allow({ Condition: { DateLessThan: { 'acs:CurrentTime': '2026-01-01T00:00:11Z' } } }),
      CONDITIONS,
    ],
    [
      'to a wider network',
      allow({ Condition: { IpAddress: { 'acs:SourceIp': '10.1.0.0/16' } } }),
      allow({ Condition: { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } } }),
      CONDITIONS,
    ],
  ])('%s', (_, outer, inner, reason) => {
    expect(contains(policyOf(outer), policyOf(inner))).toEqual({
      ok: false,
      error: { statement: 0, reason },
    });
  });

  it('to the union of two outer statements, which no single one allows', () => {
    const outer = policyOf(allow({ Action: 'oss:GetObject' }), allow({ Action: 'oss:PutObject' }));
    expect(contains(outer, policyOf(allow({ Action: ['oss:GetObject', 'oss:PutObject'] }))).ok).toBe(false);
  });

  it('when a Deny of the outer policy is missing, naming it', () => {
    const deny = { Effect: 'Deny', Action: 'oss:DeleteObject', Resource: '*' };
    const outer = policyOf(allow({}), deny);
    const expected = { statement: 1, reason: 'a Deny of the outer policy is missing' };
    expect(contains(outer, policyOf(allow({})))).toEqual({ ok: false, error: expected });
    const weaker = { ...deny, Condition: { Bool: { 'acs:SecureTransport': 'false' } } };
    expect(contains(outer, policyOf(allow({}), weaker))).toEqual({ ok: false, error: expected });
    expect(contains(outer, policyOf(allow({}), deny)).ok).toBe(true);
    expect(contains(outer, policyOf(allow({}), { ...deny, Action: 'oss:Delete*' })).ok).toBe(true);
  });

  it('pointing at the statement that widens', () => {
    const widened = contains(policyOf(allow({})), policyOf(allow({}), allow({ Action: 'ram:*' })));
    expect(widened).toMatchObject({ ok: false, error: { statement: 1 } });
  });
});

describe('contains is sound', () => {
  it('what it calls contained never allows a request that the outer policy does not', () => {
    let proven = 0;
    fc.assert(
      fc.property(
        policyPair,
        fc.array(request, { minLength: 20, maxLength: 20 }),
        ({ outer, inner }, requests) => {
          if (!contains(outer, inner).ok) return;
          proven += 1;
          const escaped = requests.find(
            (asked) => evaluate(inner, asked) === 'allow' && evaluate(outer, asked) !== 'allow',
          );
          expect(escaped).toBeUndefined();
        },
      ),
      { numRuns: 5000 },
    );
    expect(proven).toBeGreaterThan(200);
  });

  it('every policy contains itself', () => {
    fc.assert(fc.property(policyPair, ({ outer }) => contains(outer, outer).ok));
  });
});
