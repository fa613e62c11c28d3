// A policy that is cut down allows exactly what the whole policy allows of the named actions; what cannot be singled out or proved is
// refused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains } from '../../../shared/ram/contains.ts';
import { cutPolicy } from '../../../shared/ram/cut-policy.ts';
import { evaluate } from '../../../shared/ram/evaluate.ts';
import { formatPolicy } from '../../../shared/ram/format-policy.ts';
import { matchesGlob } from '../../../shared/ram/glob.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import type { Policy } from '../../../shared/ram/policy.ts';
import { must } from '../../contract/must.ts';
import { policy as anyPolicy, request as anyRequest } from './arbitraries.ts';

type Parts = Readonly<Record<string, unknown>>;

const policyOf = (...Statement: readonly Parts[]): Policy => must(parsePolicy({ Version: '1', Statement }));
const allow = (Action: unknown, Resource: unknown = '*', more: Parts = {}): Parts => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: unknown): Parts => ({ Effect: 'Deny', Action, Resource: '*' });
const statementsOf = (policy: Policy, only: readonly string[]) =>
  formatPolicy(must(cutPolicy(policy, only))).Statement;

const TLS = { Condition: { Bool: { 'acs:SecureTransport': 'true' } } };
const OSS = policyOf(allow(['oss:Get*', 'oss:List*']), allow('log:GetIndex', 'acs:log:*:*:project/a', TLS));

describe('cutting a policy down', () => {
  it.each<[string, Policy, readonly string[], readonly Parts[]]>([
    ['to one of its patterns', OSS, ['oss:Get*'], [allow('oss:Get*')]],
    ['to a part of a pattern', OSS, ['oss:GetObject'], [allow('oss:GetObject')]],
    ['to what is written in another case', OSS, ['OSS:GETOBJECT'], [allow('OSS:GETOBJECT')]],
    ['to a service of which it has patterns', OSS, ['oss:*'], [allow(['oss:Get*', 'oss:List*'])]],
    ['keeps resources and conditions', OSS, ['log:*'], [allow('log:GetIndex', 'acs:log:*:*:project/a', TLS)]],
    ['out of everything', policyOf(allow('*')), ['ecs:Stop*'], [allow('ecs:Stop*')]],
    [
      'out of all but some services',
      policyOf({ Effect: 'Allow', NotAction: ['ram:*', 'sts:*'], Resource: '*' }),
      ['ecs:*'],
      [allow('ecs:*')],
    ],
    [
      'keeps a Deny that is about the actions, and drops one that is not',
      policyOf(allow('oss:*'), deny(['ecs:*', 'oss:GetObjectAcl']), deny('log:*')),
      ['oss:Get*'],
      [allow('oss:Get*'), deny(['ecs:*', 'oss:GetObjectAcl'])],
    ],
    [
      'keeps a Deny of all but some actions',
      policyOf(allow('oss:*'), { Effect: 'Deny', NotAction: 'oss:Get*', Resource: '*' }),
      ['oss:GetObject'],
      [allow('oss:GetObject'), { Effect: 'Deny', NotAction: 'oss:Get*', Resource: '*' }],
    ],
  ])('%s', (_, policy, only, expected) => {
    expect(statementsOf(policy, only)).toEqual(expected);
  });

  it.each<[string, Policy, readonly string[], number, string]>([
    ['an action that is not allowed', OSS, ['oss:GetObject', 'oss:PutObject'], 1, 'allows no such action'],
    [
      'an action that NotAction spares',
      policyOf({ Effect: 'Allow', NotAction: ['ram:*'], Resource: '*' }),
      ['ram:GetUser'],
      0,
      'allows no such action',
    ],
    ['a pattern with a part in common only', OSS, ['oss:*Object'], 0, 'write a narrower pattern'],
    [
      'a pattern around what NotAction spares',
      policyOf({ Effect: 'Allow', NotAction: ['ram:Get*'], Resource: '*' }),
      ['ram:*'],
      0,
      'write a narrower pattern',
    ],
    [
      'a pattern around one of several that NotAction spares',
      policyOf({ Effect: 'Allow', NotAction: ['ram:Get*', 'sts:*'], Resource: '*' }),
      ['ram:*'],
      0,
      'write a narrower pattern',
    ],
    [
      'an action within one of several that NotAction spares',
      policyOf({ Effect: 'Allow', NotAction: ['sts:*', 'ram:Get*'], Resource: '*' }),
      ['ram:GetUser'],
      0,
      'allows no such action',
    ],
  ])('refuses %s', (_, policy, only, index, says) => {
    expect(cutPolicy(policy, only)).toEqual({
      ok: false,
      error: [{ index, message: expect.stringContaining(says) }],
    });
  });

  it('refuses what it cannot prove, also when the cut itself is right', () => {
    const tooLargeToCompare = Array.from({ length: 400 }, (_, i) => `oss:GetNumber${i}InTheAlphabet`);
    const cut = cutPolicy(policyOf(allow(tooLargeToCompare)), ['oss:*']);
    expect(cut).toEqual({ ok: false, error: [{ message: expect.stringContaining('cannot be proved') }] });
  });

  const only = fc.uniqueArray(
    fc.constantFrom('oss:*', 'oss:Get*', 'OSS:GetObject', 'oss:PutObject', 'ram:*', 'oss:?etObject'),
    { minLength: 1, maxLength: 3 },
  );

  it('allows exactly what the policy allows of the named actions', () => {
    let cuts = 0;
    fc.assert(
      fc.property(anyPolicy, only, fc.array(anyRequest, { maxLength: 20 }), (policy, named, requests) => {
        const cut = cutPolicy(policy, named);
        if (!cut.ok) return;
        cuts += 1;
        expect(contains(policy, cut.value).ok).toBe(true);
        for (const request of requests) {
          const isNamed = named.some((pattern) => matchesGlob(pattern, request.action, { ignoreCase: true }));
          const before = evaluate(policy, request) === 'allow';
          expect(evaluate(cut.value, request) === 'allow').toBe(before && isNamed);
        }
      }),
    );
    expect(cuts).toBeGreaterThan(20);
  });
});
