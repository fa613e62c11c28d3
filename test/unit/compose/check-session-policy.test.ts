// The second opinion refuses every policy that is wider than the grant, lasts too long or lacks its Deny of sts and ram.
import { describe, expect, it } from 'vitest';
import { checkSessionPolicy } from '../../../shared/pipeline/compose/check-session-policy.ts';
import type { GrantedPolicy } from '../../../shared/pipeline/grants/grant.ts';
import { parsePolicyTemplate } from '../../../shared/rules/document/policy-template.ts';
import { SessionPolicyTemplate } from '../../../shared/rules/document/stored-grant.ts';
import { OWN_PREFIX } from '../../support/builders.ts';

const END = new Date('2026-03-01T12:01:00Z');
const OWN = 'acs:oss:*:*:media/users/alice/*';

function template(): GrantedPolicy {
  const source = SessionPolicyTemplate.parse(OWN_PREFIX);
  const parsed = parsePolicyTemplate(source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return { kind: 'template', template: parsed.value, source };
}

const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '1', Statement: statements });
const allow = (parts: object = {}) => ({ Effect: 'Allow', Action: 'oss:GetObject', Resource: OWN, ...parts });
const until = (...times: readonly string[]) => ({
  Condition: { DateLessThan: { 'acs:CurrentTime': times } },
});

function check(
  json: string,
  parts: {
    timeLimited?: boolean;
    claims?: object;
    granted?: GrantedPolicy;
    allowIdentityActions?: boolean;
  } = {},
) {
  const { timeLimited = false, claims = { sub: 'alice' }, granted = template() } = parts;
  const { allowIdentityActions = false } = parts;
  const checked = checkSessionPolicy(json, {
    granted,
    claims: { ...claims },
    constraints: {},
    allowIdentityActions,
    address: undefined,
    expiresAt: END,
    timeLimited,
  });
  return checked.ok ? 'passes' : checked.error;
}

describe('the second opinion on a composed policy', () => {
  /**
   * @attack Condition key with a space, keys that differ by case, when compose was fooled
   * @removed the second opinion's proof
   * @failed 5 of 26: on a prefix of another: `expected 'passes' to be 'not-within-grant'`
   */
  it.each<[string, string, string]>([
    ['the grant as it is', policyOf(allow()), 'passes'],
    [
      'a prefix of another',
      policyOf(allow({ Resource: 'acs:oss:*:*:media/users/bob/*' })),
      'not-within-grant',
    ],
    ['a wildcard more', policyOf(allow({ Resource: 'acs:oss:*:*:media/users/*' })), 'not-within-grant'],
    ['an action more', policyOf(allow({ Action: 'oss:*' })), 'not-within-grant'],
    [
      'a statement more',
      policyOf(allow(), { Effect: 'Allow', Action: '*', Resource: '*' }),
      'not-within-grant',
    ],
    ['nothing allowed', policyOf({ Effect: 'Deny', Action: '*', Resource: '*' }), 'not-within-grant'],
    ['no JSON', '{', 'not-within-grant'],
    ['a member twice', policyOf(allow()).replace('"Version"', '"Version":"1","Version"'), 'not-within-grant'],
    ['no policy', '{}', 'not-within-grant'],
    [
      'an unfilled hole',
      policyOf(allow({ Resource: 'acs:oss:*:*:media/users/${user}/*' })),
      'not-within-grant',
    ],
    ['2,049 bytes', policyOf(allow()).padEnd(2_049), 'too-large'],
    ['2,048 bytes', policyOf(allow()).padEnd(2_048), 'passes'],
  ])('on %s: %s %s', (_, json, outcome) => expect(check(json)).toBe(outcome));

  /**
   * @attack A short life that does not end
   * @removed the second opinion on the end
   * @failed 6 of 36: on a short life with no end: `expected 'passes' to be 'not-within-grant'`
   * @note limitLifetime, tested apart, still writes it
   * @also test/unit/compose/compose-session-policy.test.ts
   */
  it.each([
    ['no end', allow(), 'not-within-grant'],
    ['the end', allow(until('2026-03-01T12:01:00Z')), 'passes'],
    ['an earlier end', allow(until('2026-03-01T12:00:59Z')), 'passes'],
    ['a second too much', allow(until('2026-03-01T12:01:01Z')), 'not-within-grant'],
    [
      'a second end that is later',
      allow(until('2026-03-01T12:01:00Z', '2027-01-01T00:00:00Z')),
      'not-within-grant',
    ],
    ['an end in another zone', allow(until('2026-03-01T12:01:00-01:00')), 'not-within-grant'],
    [
      'a beginning',
      allow({ Condition: { DateGreaterThan: { 'acs:CurrentTime': '2026-03-01T12:00:00Z' } } }),
      'not-within-grant',
    ],
  ])('on a short life with %s', (_, statement, outcome) => {
    expect(check(policyOf(statement), { timeLimited: true })).toBe(outcome);
  });

  it('on a short life wants the end in every Allow', () => {
    const ends = allow(until('2026-03-01T12:01:00Z'));
    expect(check(policyOf(ends, allow()), { timeLimited: true })).toBe('not-within-grant');
  });

  /**
   * @attack Policy template injection: wildcards, variables, slash, controls, when compose was fooled
   * @removed the second opinion's own list
   * @failed 3 of 26: trusts no claim that is a wildcard, even if compose did: `expected 'passes' to be
   *   'not-within-grant'`
   */
  it.each([
    ['a wildcard', { sub: '*' }],
    ['part of the path', { sub: 'alice/x' }],
    ['a variable', { sub: '${user}' }],
    ['a number', { sub: 7 }],
    ['nothing', {}],
  ])('trusts no claim that is %s, even if compose did', (_, claims) => {
    const filled = `acs:oss:*:*:media/users/${'sub' in claims ? claims.sub : ''}/*`;
    expect(check(policyOf(allow({ Resource: filled })), { claims })).toBe('not-within-grant');
  });

  it('lets an inheriting grant be narrowed to anything', () => {
    const narrowed = policyOf(allow({ Resource: '*', Action: 'oss:*' }));
    expect(check(narrowed, { granted: { kind: 'inherit' } })).toBe('passes');
  });

  /**
   * @attack Session-policy escape: credentials that get others from STS or RAM, when compose was fooled
   * @removed the second opinion's proof
   * @failed 9 of 38: lets no credentials get others: everything: `expected 'passes' to be 'not-within-grant'`
   * @note compose, tested apart, still denies
   */
  it.each<[string, readonly object[]]>([
    ['everything', [allow({ Resource: '*', Action: '*' })]],
    ['sts', [allow({ Resource: '*', Action: 'sts:AssumeRole' })]],
    ['ram in other case', [allow({ Resource: '*', Action: 'RAM:CreateAccessKey' })]],
    ['a pattern that meets sts', [allow({ Resource: '*', Action: '?t*:Assume*' })]],
    ['all but oss', [{ Effect: 'Allow', NotAction: 'oss:*', Resource: '*' }]],
    ['all but sts', [{ Effect: 'Allow', NotAction: 'sts:*', Resource: '*' }]],
    [
      'everything, with ram denied and sts not',
      [allow({ Resource: '*', Action: '*' }), { Effect: 'Deny', Action: 'ram:*', Resource: '*' }],
    ],
    [
      'everything, with both denied on one resource',
      [
        allow({ Resource: '*', Action: '*' }),
        { Effect: 'Deny', Action: ['sts:*', 'ram:*'], Resource: 'acs:ram:*:*:role/a' },
      ],
    ],
    [
      'everything, with both denied until some time',
      [
        allow({ Resource: '*', Action: '*' }),
        { Effect: 'Deny', Action: ['sts:*', 'ram:*'], Resource: '*', ...until('2027-01-01T00:00:00Z') },
      ],
    ],
  ])('lets no credentials get others: %s', (_, statements) => {
    const granted = { kind: 'inherit' } as const;
    expect(check(policyOf(...statements), { granted })).toBe('not-within-grant');
    expect(check(policyOf(...statements), { granted, allowIdentityActions: true })).toBe('passes');
  });

  it.each<[string, readonly object[]]>([
    [
      'a Deny of both',
      [allow({ Resource: '*', Action: '*' }), { Effect: 'Deny', Action: ['sts:*', 'ram:*'], Resource: '*' }],
    ],
    [
      'a Deny of each',
      [
        allow({ Resource: '*', Action: '*' }),
        { Effect: 'Deny', Action: 'ram:*', Resource: '*' },
        { Effect: 'Deny', Action: 'sts:*', Resource: '*' },
      ],
    ],
    ['all but both', [{ Effect: 'Allow', NotAction: ['ram:*', 'sts:*'], Resource: '*' }]],
  ])('takes for enough %s', (_, statements) => {
    expect(check(policyOf(...statements), { granted: { kind: 'inherit' } })).toBe('passes');
  });
});
