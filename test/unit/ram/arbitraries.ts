// Generated policies and requests over a vocabulary so small that patterns meet values often.
import fc from 'fast-check';
import type { AccessRequest } from '../../../shared/ram/evaluate.ts';
import type { Operator } from '../../../shared/ram/operators.ts';
import type { Actions, Condition, Policy, Statement } from '../../../shared/ram/policy.ts';

const ACTIONS = ['oss:GetObject', 'oss:PutObject', 'ram:GetUser'];
const ACTION_PATTERNS = [...ACTIONS, '*', 'oss:*', 'OSS:Get*', 'oss:?etObject', '*:*Object', 'ram:*'];
const RESOURCES = ['acs:oss:*:1:b/a', 'acs:oss:*:1:b/ab', 'acs:oss:*:1:c/a'];
const RESOURCE_PATTERNS = [
  ...RESOURCES,
  '*',
  'acs:oss:*:*:b/*',
  'acs:oss:*:*:b/a?',
  'acs:*:*:*:*a',
  'acs:oss:*:1:*',
];

const TIMES = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', '2026-06-01T00:00:00Z'];
const NETWORKS = [
  '203.0.113.0/24',
  '203.0.113.0/25',
  '203.0.113.7',
  '2001:db8::/32',
  '2001:db8:1::/48',
  '10.0.0.0/8',
];
const NUMBERS = ['1', '2', '3.5'];
const TEXTS = ['a', 'A', 'ab', 'b', ''];
const TEXT_PATTERNS = ['a*', '?b', '*', 'a', '*b', 'a?', ''];

interface Family {
  readonly key: string;
  readonly operators: readonly Operator[];
  readonly values: readonly string[];
  readonly actual: readonly string[];
}

const FAMILIES: readonly Family[] = [
  {
    key: 'acs:Text',
    operators: ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
    values: TEXTS,
    actual: TEXTS,
  },
  { key: 'acs:Text', operators: ['StringLike', 'StringNotLike'], values: TEXT_PATTERNS, actual: TEXTS },
  {
    key: 'acs:Number',
    operators: [
      'NumericEquals',
      'NumericNotEquals',
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEquals',
    ],
    values: NUMBERS,
    actual: [...NUMBERS, '2.5', 'many'],
  },
  {
    key: 'acs:CurrentTime',
    operators: [
      'DateEquals',
      'DateNotEquals',
      'DateLessThan',
      'DateLessThanEquals',
      'DateGreaterThan',
      'DateGreaterThanEquals',
    ],
    values: TIMES,
    actual: [...TIMES, 'soon'],
  },
  {
    key: 'acs:SecureTransport',
    operators: ['Bool'],
    values: ['true', 'false'],
    actual: ['true', 'false', 'yes'],
  },
  {
    key: 'acs:SourceIp',
    operators: ['IpAddress', 'NotIpAddress'],
    values: NETWORKS,
    actual: ['203.0.113.7', '203.0.113.200', '10.1.2.3', '2001:db8::1', '2001:db8:1::1', 'unix'],
  },
];

const some = (values: readonly string[], maxLength: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength });

const conditionOf = ({ key, operators, values }: Family): fc.Arbitrary<Condition> =>
  fc.record({ operator: fc.constantFrom(...operators), key: fc.constant(key), values: some(values, 3) });

const condition: fc.Arbitrary<Condition> = fc.constantFrom(...FAMILIES).chain(conditionOf);

/** One condition an operator and key, in the order in which a JSON tree would group them. */
const conditions = fc
  .uniqueArray(condition, { maxLength: 2, selector: ({ operator, key }) => `${operator} ${key}` })
  .map((list) => list.sort((a, b) => a.operator.localeCompare(b.operator)));

const actions: fc.Arbitrary<Actions> = fc.record({
  kind: fc.constantFrom('only', 'only', 'except'),
  patterns: some(ACTION_PATTERNS, 2),
});

const statement: fc.Arbitrary<Statement> = fc.record({
  effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
  actions,
  resources: some(RESOURCE_PATTERNS, 2),
  conditions,
});

export const policy: fc.Arbitrary<Policy> = fc.record({
  version: fc.constant('1'),
  statements: fc.array(statement, { minLength: 1, maxLength: 3 }),
});

const narrowPatterns = (
  patterns: readonly string[],
  vocabulary: readonly string[],
): fc.Arbitrary<readonly string[]> => fc.oneof(fc.constant(patterns), some(vocabulary, 2));

/** The same condition, other values, or another operator that reads the same key. */
function narrowCondition(from: Condition): fc.Arbitrary<Condition> {
  const ofKey = FAMILIES.filter(({ key }) => key === from.key);
  const values = ofKey.find(({ operators }) => operators.includes(from.operator))?.values ?? from.values;
  const { operator, key } = from;
  return fc.oneof(
    fc.constant(from),
    some(values, 2).map((values) => ({ operator, key, values })),
    fc.constantFrom(...ofKey).chain(conditionOf),
  );
}

function narrowStatement(from: Statement): fc.Arbitrary<Statement> {
  return fc.record({
    effect: fc.constant(from.effect),
    actions: fc.oneof(fc.constant(from.actions), actions),
    resources: narrowPatterns(from.resources, RESOURCE_PATTERNS),
    conditions: fc.tuple(...from.conditions.map(narrowCondition)),
  });
}

const effect = fc.constantFrom('Allow' as const, 'Deny' as const);

/** An inner policy made by altering the outer one, so that containment is true often enough to be tested. */
export const policyPair: fc.Arbitrary<{ readonly outer: Policy; readonly inner: Policy }> = policy.chain(
  (outer) =>
    fc.record({
      outer: fc.constant(outer),
      inner: fc.record({
        version: fc.constant('1' as const),
        statements: fc
          .tuple(
            fc.tuple(...outer.statements.map(narrowStatement)),
            fc.array(statement, { maxLength: 1 }),
            effect,
          )
          .map(([narrowed, more, effect]) => [...narrowed, ...more.map((extra) => ({ ...extra, effect }))]),
      }),
    }),
);

const optional = (values: readonly string[]): fc.Arbitrary<string | undefined> =>
  fc.option(fc.constantFrom(...values), { nil: undefined });

const context = fc
  .record(Object.fromEntries(FAMILIES.map(({ key, actual }) => [key, optional(actual)])))
  .map((values) =>
    Object.fromEntries(
      Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
  );

export const request: fc.Arbitrary<AccessRequest> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  resource: fc.constantFrom(...RESOURCES),
  context,
});

/** Statements made of a few lists and conditions again and again, so that many can be dropped or joined. */
export const repetitivePolicy: fc.Arbitrary<Policy> = fc
  .record({
    actions: fc.array(actions, { minLength: 1, maxLength: 3 }),
    resources: fc.array(some(RESOURCE_PATTERNS, 2), { minLength: 1, maxLength: 2 }),
    conditions: fc.array(conditions, { minLength: 1, maxLength: 2 }),
  })
  .chain((parts) =>
    fc.record({
      version: fc.constant('1' as const),
      statements: fc.array(
        fc.record({
          effect,
          actions: fc.constantFrom(...parts.actions),
          resources: fc.constantFrom(...parts.resources),
          conditions: fc.constantFrom(...parts.conditions),
        }),
        { minLength: 1, maxLength: 6 },
      ),
    }),
  );
