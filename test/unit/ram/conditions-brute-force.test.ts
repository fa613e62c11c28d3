// What is proved about two conditions, held against every value that could tell them apart. The vocabulary is made so that
// each value has a request of its own: a proof that is missed shows as well as one that is wrong.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains } from '../../../shared/ram/contains.ts';
import { evaluate } from '../../../shared/ram/evaluate.ts';
import type { Operator } from '../../../shared/ram/operators.ts';
import type { Condition, Effect, Policy } from '../../../shared/ram/policy.ts';
import { shrinkPolicy } from '../../../shared/ram/shrink-policy.ts';
import { CLOUDS, evaluateIn } from './other-clouds.ts';

interface Family {
  readonly positive: readonly Operator[];
  readonly negated: readonly Operator[];
  readonly values: readonly string[];
  /** One for each set of values that a request can be told apart by. */
  readonly actual: readonly string[];
}

const FAMILIES: readonly Family[] = [
  {
    positive: ['StringEquals'],
    negated: ['StringNotEquals'],
    values: ['a', 'b', 'A'],
    actual: ['a', 'b', 'A', 'c'],
  },
  {
    positive: ['StringEqualsIgnoreCase'],
    negated: ['StringNotEqualsIgnoreCase'],
    values: ['a', 'b', 'A'],
    actual: ['a', 'b', 'A', 'c'],
  },
  {
    positive: ['StringLike'],
    negated: ['StringNotLike'],
    values: ['a*', '*b', 'ab', 'a?', '*'],
    actual: ['a', 'ab', 'b', 'acb', 'ac', 'acc', 'c', ''],
  },
  {
    positive: ['NumericEquals'],
    negated: ['NumericNotEquals'],
    values: ['1', '1.0', '2', '3'],
    actual: ['1', '2', '3', '4'],
  },
  {
    positive: ['DateEquals'],
    negated: ['DateNotEquals'],
    values: ['2026-01-01T00:00:00Z', '2026-01-01T08:00:00+08:00', '2026-01-01T00:00:01Z'],
    actual: ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', '2027-01-01T00:00:00Z'],
  },
  {
    positive: ['IpAddress'],
    negated: ['NotIpAddress'],
    values: ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.3', '203.0.113.0/24', '2001:db8::/32', '2001:db8:1::/48'],
    actual: [
      '10.1.2.3',
      '10.1.9.9',
      '10.9.9.9',
      '203.0.113.7',
      '2001:db8:1::1',
      '2001:db8:2::1',
      '192.0.2.1',
    ],
  },
];

const KEY = 'acs:K';

function policyOf(...statements: readonly (readonly [Effect, Condition?])[]): Policy {
  return {
    version: '1',
    statements: statements.map(([effect, condition]) => ({
      effect,
      actions: { kind: 'only', patterns: ['*'] },
      resources: ['*'],
      conditions: condition ? [condition] : [],
    })),
  };
}

const requestsOf = ({ actual }: Family) =>
  [...actual.map((value) => ({ [KEY]: value })), {}].map((context) => ({
    action: 'oss:GetObject',
    resource: 'acs:oss:*:1:b',
    context,
  }));

const conditionOf = (operators: readonly Operator[], values: readonly string[]): fc.Arbitrary<Condition> =>
  fc.record({
    operator: fc.constantFrom(...operators),
    key: fc.constant(KEY),
    values: fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
  });

const pairOf = (operators: (family: Family) => readonly Operator[]) =>
  fc.constantFrom(...FAMILIES).chain((family) =>
    fc.record({
      family: fc.constant(family),
      one: conditionOf(operators(family), family.values),
      other: conditionOf(operators(family), family.values),
    }),
  );

function isNeverWider(outer: Policy, inner: Policy, family: Family): boolean {
  return requestsOf(family).every(
    (request) =>
      (evaluate(inner, request) !== 'allow' || evaluate(outer, request) === 'allow') &&
      CLOUDS.every(
        (cloud) =>
          evaluateIn(cloud, inner, request) !== 'allow' || evaluateIn(cloud, outer, request) === 'allow',
      ),
  );
}

describe('of conditions with several values', () => {
  it.each<[string, (family: Family) => readonly Operator[]]>([
    ['positive operators', ({ positive }) => positive],
    ['negated operators', ({ negated }) => negated],
  ])('containment under %s is proved exactly where no request tells otherwise', (_, operators) => {
    let contained = 0;
    fc.assert(
      fc.property(pairOf(operators), ({ family, one, other }) => {
        const [outer, inner] = [policyOf(['Allow', one]), policyOf(['Allow', other])];
        const proved = contains(outer, inner).ok;
        expect(proved).toBe(isNeverWider(outer, inner, family));
        if (proved) contained += 1;
      }),
      { numRuns: 2000 },
    );
    expect(contained).toBeGreaterThan(200);
  });

  it('containment between any operators of a key is never proved wrongly, nor that a Deny is kept', () => {
    let kept = 0;
    fc.assert(
      fc.property(
        pairOf(({ positive, negated }) => [...positive, ...negated]),
        ({ family, one, other }) => {
          const [outer, inner] = [policyOf(['Allow', one]), policyOf(['Allow', other])];
          if (contains(outer, inner).ok) expect(isNeverWider(outer, inner, family)).toBe(true);
          const denying = policyOf(['Allow'], ['Deny', one]);
          if (!contains(denying, inner).ok) return;
          kept += 1;
          expect(isNeverWider(denying, inner, family)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
    expect(kept).toBeGreaterThan(100);
  });

  it('shrinking changes no answer, and leaves no value out that another does not stand for', () => {
    fc.assert(
      fc.property(
        pairOf(({ positive, negated }) => [...positive, ...negated]),
        ({ family, one, other }) => {
          const policy = policyOf(['Allow'], ['Deny', one], ['Deny', other]);
          const small = shrinkPolicy(policy);
          for (const request of requestsOf(family))
            expect(evaluate(small, request)).toBe(evaluate(policy, request));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
