// A shrunk policy answers every request as before, is never longer, and is one text for policies that mean the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains } from '../../../shared/ram/contains.ts';
import { evaluate } from '../../../shared/ram/evaluate.ts';
import { bytesLeft, formatPolicy, policyBytes } from '../../../shared/ram/format-policy.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import type { Policy } from '../../../shared/ram/policy.ts';
import { shrinkPolicy } from '../../../shared/ram/shrink-policy.ts';
import { policy, repetitivePolicy, request } from './arbitraries.ts';
import { CLOUDS, evaluateIn } from './other-clouds.ts';

const B = 'acs:oss:*:*:b';
const C = 'acs:oss:*:*:c';
const allow = (Action: unknown, Resource: unknown = '*', Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});
const deny = (...parts: Parameters<typeof allow>) => ({ ...allow(...parts), Effect: 'Deny' });

function policyOf(statements: readonly object[]): Policy {
  const parsed = parsePolicy({ Version: '1', Statement: statements });
  if (!parsed.ok) throw new Error(`${parsed.error.path} ${parsed.error.message}`);
  return parsed.value;
}

const shrunk = (statements: readonly object[]): unknown =>
  formatPolicy(shrinkPolicy(policyOf(statements))).Statement;
const text = (policy: Policy): string => JSON.stringify(formatPolicy(policy));

const when = (operator: string, values: unknown) => ({ [operator]: { 'acs:K': values } });
const TLS = { Bool: { 'acs:SecureTransport': 'true' } };

describe('shrinkPolicy', () => {
  it.each<[string, readonly object[], readonly object[]]>([
    ['drops a repeated statement', [allow('a:B'), allow('a:B')], [allow('a:B')]],
    [
      'drops a statement within another',
      [allow('oss:Get*', B), allow('oss:GetObject', B, TLS)],
      [allow('oss:Get*', B)],
    ],
    [
      'drops a statement that two others cover together',
      [allow('oss:Get*', '*', TLS), allow(['oss:GetA', 'oss:PutB'], '*', TLS), allow('oss:Put*')],
      [allow('oss:Get*', '*', TLS), allow('oss:Put*')],
    ],
    [
      'keeps one of two statements that say the same',
      [allow('OSS:get*'), allow('oss:Get*')],
      [allow('OSS:get*')],
    ],
    [
      'joins actions on the same resources',
      [allow('oss:PutObject', B), allow('oss:GetObject', B)],
      [allow(['oss:GetObject', 'oss:PutObject'], B)],
    ],
    [
      'joins resources of the same actions',
      [allow('oss:GetObject', C), allow('oss:GetObject', B)],
      [allow('oss:GetObject', [B, C])],
    ],
    [
      'joins what has become alike by joining',
      [allow('a:A', B), allow('a:B', B), allow(['a:A', 'a:B'], C)],
      [allow(['a:A', 'a:B'], [B, C])],
    ],
    [
      'joins under equal conditions, written in another order',
      [allow('a:A', B, when('StringLike', ['x', 'y'])), allow('a:B', B, when('StringLike', ['y', 'x', 'y']))],
      [allow(['a:A', 'a:B'], B, when('StringLike', ['x', 'y']))],
    ],
    [
      'joins Denies as well',
      [allow('*'), deny('sts:*'), deny('ram:*')],
      [allow('*'), deny(['ram:*', 'sts:*'])],
    ],
    ['drops a Deny within another', [deny('ram:Get*', B), deny('ram:*')], [deny('ram:*')]],
    [
      'joins resources of the same NotAction',
      [
        { Effect: 'Allow', NotAction: 'ram:*', Resource: C },
        { Effect: 'Allow', NotAction: 'ram:*', Resource: B },
      ],
      [{ Effect: 'Allow', NotAction: 'ram:*', Resource: [B, C] }],
    ],
    [
      'drops covered patterns in a list',
      [allow(['oss:GetObject', 'OSS:Get*', 'oss:PutObject'], [`${B}/x*`, `${B}/*`])],
      [allow(['OSS:Get*', 'oss:PutObject'], `${B}/*`)],
    ],
    [
      'drops covered patterns of NotAction',
      [{ Effect: 'Allow', NotAction: ['ram:*', 'ram:GetUser'], Resource: '*' }],
      [{ Effect: 'Allow', NotAction: 'ram:*', Resource: '*' }],
    ],
    [
      'drops covered values',
      [allow('a:B', '*', when('IpAddress', ['10.1.0.0/16', '10.0.0.0/8']))],
      [allow('a:B', '*', when('IpAddress', '10.0.0.0/8'))],
    ],
    [
      'drops the earlier of two ends',
      [allow('a:B', '*', when('NumericLessThan', ['5', '7', '7.0']))],
      [allow('a:B', '*', when('NumericLessThan', '7'))],
    ],
    [
      'drops equal values of a negated operator',
      [allow('a:B', '*', when('NumericNotEquals', ['7.0', '7', '5']))],
      [allow('a:B', '*', when('NumericNotEquals', ['5', '7']))],
    ],
    [
      'drops values of a negated operator that others of it leave out',
      [allow('a:B', '*', when('NotIpAddress', ['10.1.0.0/16', '10.0.0.0/8', '192.0.2.1']))],
      [allow('a:B', '*', when('NotIpAddress', ['10.0.0.0/8', '192.0.2.1']))],
    ],
    [
      'writes times and networks in one form',
      [
        allow('a:B', '*', when('DateLessThan', ['2026-01-01T08:00:00+08:00', '2026-01-01T00:00Z'])),
        allow('a:B', '*', when('DateLessThan', '2025-12-31T24:00:00.000Z')),
        allow('a:C', '*', when('NotIpAddress', ['::FFFF:192.0.2.0/120', '192.0.2.7/24'])),
      ],
      [
        allow('a:B', '*', when('DateLessThan', '2026-01-01T00:00:00Z')),
        allow('a:C', '*', when('NotIpAddress', '192.0.2.0/24')),
      ],
    ],
    [
      'drops a condition that follows from another',
      [allow('a:B', '*', { ...when('StringLike', 'a*'), ...when('StringEquals', 'ab') })],
      [allow('a:B', '*', when('StringEquals', 'ab'))],
    ],
  ])('%s', (_, before, after) => {
    expect(shrunk(before)).toEqual(after);
  });

  it.each<[string, readonly object[]]>([
    ['statements of different effect', [allow('a:B'), deny('a:B')]],
    ['statements that differ in two lists', [allow('a:A', B), allow('a:B', C)]],
    ['statements under different conditions', [allow('a:A', B), allow('a:B', B, TLS)]],
    [
      'different lists of NotAction',
      [
        { Effect: 'Allow', NotAction: 'a:A', Resource: '*' },
        { Effect: 'Allow', NotAction: 'a:B', Resource: '*' },
      ],
    ],
    ['an Allow under a Deny', [allow('a:A'), deny('*')]],
    ['values of a negated operator', [allow('a:B', '*', when('NotIpAddress', ['10.0.0.0/8', '192.0.2.1']))]],
    ['resources of different case', [allow('a:B', [`${B}/A`, `${B}/a`])]],
  ])('leaves alone %s', (_, statements) => {
    expect(shrunk(statements)).toEqual(statements);
  });

  it('drops a condition given twice, which could not be written', () => {
    const condition = { operator: 'Bool', key: 'acs:K', values: ['true'] } as const;
    const [statement] = policyOf([allow('a:B')]).statements;
    if (statement === undefined) throw new Error('the policy has a statement');
    const twice: Policy = {
      version: '1',
      statements: [{ ...statement, conditions: [condition, condition] }],
    };
    expect(formatPolicy(shrinkPolicy(twice)).Statement).toEqual([allow('a:B', '*', when('Bool', 'true'))]);
  });
});

const anyPolicy = fc.oneof(policy, repetitivePolicy);

describe('shrinkPolicy, whatever the policy', { timeout: 60_000 }, () => {
  it('answers every request as before, however a cloud settles doubts', () => {
    let shorter = 0;
    fc.assert(
      fc.property(anyPolicy, fc.infiniteStream(request), (original, requests) => {
        const small = shrinkPolicy(original);
        if (small.statements.length < original.statements.length) shorter += 1;
        for (const asked of requests.take(20)) {
          expect(evaluate(small, asked)).toBe(evaluate(original, asked));
          for (const cloud of CLOUDS)
            expect(evaluateIn(cloud, small, asked)).toBe(evaluateIn(cloud, original, asked));
        }
      }),
      { numRuns: 1500 },
    );
    expect(shorter).toBeGreaterThan(100);
  });

  it('is never longer, and shrinks no further the second time', () => {
    fc.assert(
      fc.property(anyPolicy, (original) => {
        const small = text(shrinkPolicy(original));
        expect(policyBytes(small)).toBeLessThanOrEqual(policyBytes(text(original)));
        expect(text(shrinkPolicy(shrinkPolicy(original)))).toBe(small);
      }),
      { numRuns: 1000 },
    );
  });

  it('comes out as one text, in whatever order and how often the same is said', () => {
    const shuffled = anyPolicy.chain((original) =>
      fc.record({
        original: fc.constant(original),
        again: fc
          .shuffledSubarray([...original.statements, ...original.statements], {
            minLength: original.statements.length * 2,
          })
          .map((statements) => ({
            version: original.version,
            statements: statements.map((statement) => ({
              ...statement,
              resources: statement.resources.toReversed(),
              conditions: statement.conditions.toReversed(),
            })),
          })),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ original, again }) => {
        expect(text(shrinkPolicy(again))).toBe(text(shrinkPolicy(original)));
      }),
      { numRuns: 500 },
    );
  });

  it('and the original are each proven to contain the other', () => {
    fc.assert(
      fc.property(anyPolicy, (original) => {
        const small = shrinkPolicy(original);
        expect([contains(original, small).ok, contains(small, original).ok]).toEqual([true, true]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('bytesLeft', () => {
  it('counts down from what STS takes, and below zero', () => {
    expect([bytesLeft(''), bytesLeft('策'), bytesLeft('x'.repeat(2050))]).toEqual([2048, 2045, -2]);
  });
});
