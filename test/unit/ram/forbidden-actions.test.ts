// A policy that could allow an action of sts or ram is recognised, however it writes the action, and the Deny takes it away.
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../shared/ram/evaluate.ts';
import { denyActionsOf, mayAllowActionsOf } from '../../../shared/ram/forbidden-actions.ts';
import { formatPolicy } from '../../../shared/ram/format-policy.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import type { Policy } from '../../../shared/ram/policy.ts';

const SERVICES = ['sts', 'ram'];
const allow = (parts: object) => ({ Effect: 'Allow', Resource: '*', ...parts });
const deny = (parts: object) => ({ Effect: 'Deny', Resource: '*', ...parts });

function policyOf(...statements: readonly object[]): Policy {
  const parsed = parsePolicy({ Version: '1', Statement: statements });
  if (!parsed.ok) throw new Error(`${parsed.error.path} ${parsed.error.message}`);
  return parsed.value;
}

describe('mayAllowActionsOf', () => {
  it.each<[string, readonly object[], boolean]>([
    ['an action of the service', [allow({ Action: 'sts:AssumeRole' })], true],
    ['an action in another case', [allow({ Action: 'STS:assumerole' })], true],
    ['one of several in a list', [allow({ Action: ['oss:*', 'ram:GetUser'] })], true],
    ['every action', [allow({ Action: '*' })], true],
    ['every action of every service', [allow({ Action: '*:*' })], true],
    ['one verb of every service', [allow({ Action: '*:Get*' })], true],
    ['services that begin alike', [allow({ Action: 's*:AssumeRole' })], true],
    ['services of three letters', [allow({ Action: '???:Get*' })], true],
    ['services of two letters', [allow({ Action: '??:Get*' })], false],
    ['a service whose name goes on', [allow({ Action: ['stsx:*', 'ramp:*', 'my-ram:*'] })], false],
    ['another service', [allow({ Action: ['oss:*', 'ots:GetRow'] })], false],
    ['all but another service', [allow({ NotAction: 'oss:*' })], true],
    ['all but both services', [allow({ NotAction: ['ram:*', 'STS:*'] })], false],
    ['all but one of them', [allow({ NotAction: 'ram:*' })], true],
    ['all but some of their actions', [allow({ NotAction: ['ram:*', 'sts:Assume*'] })], true],
    ['everything on resources of another service', [allow({ Action: '*', Resource: 'acs:oss:*:*:*' })], true],
    [
      'everything under a condition',
      [allow({ Action: '*', Condition: { Bool: { 'acs:SecureTransport': 'true' } } })],
      true,
    ],
    ['a Deny alone', [deny({ Action: 'sts:*' })], false],
    [
      'everything but for a Deny of both',
      [allow({ Action: '*' }), deny({ Action: ['RAM:*', 'sts:*'] })],
      false,
    ],
    [
      'everything but for two Denies',
      [deny({ Action: 'ram:*' }), allow({ Action: '*' }), deny({ Action: 'sts:*' })],
      false,
    ],
    ['everything but for a Deny of one', [allow({ Action: '*' }), deny({ Action: 'sts:*' })], true],
    [
      'everything but for a Deny of all but OSS',
      [allow({ Action: '*' }), deny({ NotAction: 'oss:*' })],
      false,
    ],
    [
      'everything but for a Deny of all but one action of theirs',
      [allow({ Action: '*' }), deny({ NotAction: 'sts:GetCallerIdentity' })],
      true,
    ],
    [
      'everything but for a Deny on some resources',
      [allow({ Action: '*' }), deny({ Action: ['ram:*', 'sts:*'], Resource: 'acs:ram:*:*:role/*' })],
      true,
    ],
    [
      'everything but for a Deny under a condition',
      [
        allow({ Action: '*' }),
        deny({ Action: ['ram:*', 'sts:*'], Condition: { Bool: { 'acs:MFAPresent': 'false' } } }),
      ],
      true,
    ],
    [
      'one action that the policy denies itself',
      [allow({ Action: 'sts:AssumeRole' }), deny({ Action: 'sts:Assume*' })],
      false,
    ],
  ])('%s', (_, statements, expected) => {
    expect(mayAllowActionsOf(policyOf(...statements), SERVICES)).toBe(expected);
  });
});

describe('denyActionsOf', () => {
  it('is a Deny without conditions on everything', () => {
    const policy: Policy = { version: '1', statements: [denyActionsOf(SERVICES)] };
    expect(formatPolicy(policy).Statement).toEqual([
      { Effect: 'Deny', Action: ['sts:*', 'ram:*'], Resource: '*' },
    ]);
  });

  it('takes the actions from every Allow beside it and leaves the others', () => {
    const broad = policyOf(allow({ Action: '*' }), allow({ Action: 'sts:AssumeRole' }));
    const safe: Policy = { ...broad, statements: [...broad.statements, denyActionsOf(SERVICES)] };
    const outcome = (action: string) => evaluate(safe, { action, resource: 'acs:a:b:c:d', context: {} });
    expect([outcome('sts:AssumeRole'), outcome('RAM:CreateUser'), outcome('oss:GetObject')]).toEqual([
      'deny',
      'deny',
      'allow',
    ]);
    expect([mayAllowActionsOf(broad, SERVICES), mayAllowActionsOf(safe, SERVICES)]).toEqual([true, false]);
  });
});
