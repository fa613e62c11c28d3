// A policy that is reused equals the one that composing anew would give.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Claims } from '../../../shared/identity/principal.ts';
import { GrantId } from '../../../shared/kernel/names.ts';
import { composeOrReuse } from '../../../shared/pipeline/compose/compose-or-reuse.ts';
import { composeSessionPolicy } from '../../../shared/pipeline/compose/compose-session-policy.ts';
import type { Allowed } from '../../../shared/pipeline/decide/decision.ts';
import type { Grant, GrantedPolicy } from '../../../shared/pipeline/grants/grant.ts';
import type { Policy } from '../../../shared/ram/policy.ts';
import { NOW, role } from '../../support/builders.ts';
import { goodValue, granted } from './arbitraries.ts';

const own = role();
const grant = (policy: GrantedPolicy): Grant => ({
  id: GrantId.parse('g'),
  order: 0,
  specificity: 'anyone',
  role: own.id,
  maxDurationSeconds: 3_600,
  policy,
  allowIdentityActions: false,
  constraints: { pinSourceIp: true },
});

const callerPolicy: Policy = {
  version: '1',
  statements: [
    { effect: 'Deny', actions: { kind: 'only', patterns: ['oss:*'] }, resources: ['*'], conditions: [] },
    { effect: 'Allow', actions: { kind: 'only', patterns: ['no:Thing'] }, resources: ['*'], conditions: [] },
  ],
};

/** Few values of each, so that requests meet that differ in one thing only. */
const asked = fc.record({
  grant: fc.nat({ max: 1 }),
  caller: fc.nat({ max: 1 }),
  lifetimeSeconds: fc.constantFrom(60, 900, 901),
  isBounded: fc.boolean(),
  callerPolicy: fc.constantFrom(undefined, undefined, undefined, callerPolicy),
  clientAddress: fc.constantFrom('203.0.113.7', '203.0.113.8', undefined),
  milliseconds: fc.constantFrom(0, 1, 999, 1_000),
});

it('is what composing anew gives, whatever was composed before', () => {
  const many = fc.array(asked, { minLength: 5, maxLength: 20 });
  fc.assert(
    fc.property(granted, granted, goodValue, goodValue, many, (one, other, a, b, requests) => {
      const grants = [grant(one), grant(other)];
      const callers = [
        { a, b },
        { a: b, b: a },
      ];
      for (const request of requests) {
        const [held, claims] = [grants[request.grant], callers[request.caller]];
        if (!held || !claims) throw new Error('no such caller');
        const { lifetimeSeconds, isBounded } = request;
        const now = new Date(NOW.getTime() + request.milliseconds);
        const end = isBounded ? { notAfter: new Date(now.getTime() + 1_000 * lifetimeSeconds) } : {};
        const allowed: Allowed = { grant: held, role: own, lifetimeSeconds, askedSeconds: 900, ...end };
        const context = {
          claims,
          callerPolicy: request.callerPolicy,
          clientAddress: request.clientAddress,
          now,
        };
        expect(composeOrReuse(allowed, context)).toEqual(composeSessionPolicy(allowed, context));
      }
    }),
    { numRuns: 200 },
  );
});

it('is the one of an earlier token whose claims fill the policy in the same way', () => {
  fc.assert(
    fc.property(granted, goodValue, goodValue, (policy, a, b) => {
      const allowed: Allowed = {
        grant: grant(policy),
        role: own,
        lifetimeSeconds: 900,
        askedSeconds: 900,
      };
      const compose = (claims: Claims) =>
        composeOrReuse(allowed, {
          claims,
          callerPolicy: undefined,
          clientAddress: '203.0.113.7',
          now: NOW,
        });
      const [first, second] = [compose({ a, b }), compose({ a, b, jti: 'another' })];
      fc.pre(first.ok);
      expect(second.ok && second.value.sessionPolicy).toBe(first.ok && first.value.sessionPolicy);
    }),
    { numRuns: 50 },
  );
});
