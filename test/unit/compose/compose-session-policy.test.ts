// A composed policy never allows more than the grant does, whatever the claims, the caller’s policy and the time are.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrantId } from '../../../shared/kernel/names.ts';
import { composeSessionPolicy } from '../../../shared/pipeline/compose/compose-session-policy.ts';
import { bindVariables, renderTemplate } from '../../../shared/pipeline/compose/fill-template.ts';
import type { Allowed } from '../../../shared/pipeline/decide/decision.ts';
import type { GrantedPolicy } from '../../../shared/pipeline/grants/grant.ts';
import { evaluate } from '../../../shared/ram/evaluate.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import type { Policy } from '../../../shared/ram/policy.ts';
import { NOW, role } from '../../support/builders.ts';
import { policy as anyPolicy } from '../ram/arbitraries.ts';
import { claimValue, goodValue, granted, request } from './arbitraries.ts';

function allowed(policy: GrantedPolicy, lifetimeSeconds: number, allowIdentityActions = false): Allowed {
  const own = role();
  const grant = {
    id: GrantId.parse('g'),
    order: 0,
    specificity: 'anyone',
    role: own.id,
    maxDurationSeconds: 3_600,
    policy,
    allowIdentityActions,
    constraints: {},
  } as const;
  return { grant, role: own, lifetimeSeconds, askedSeconds: lifetimeSeconds };
}

function compose(policy: GrantedPolicy, claims: object, lifetimeSeconds: number, callerPolicy?: Policy) {
  return composeSessionPolicy(allowed(policy, lifetimeSeconds), {
    claims: { ...claims },
    callerPolicy,
    now: NOW,
  });
}

/** The policy as STS reads it: from the very text that is sent. */
function sent(composed: ReturnType<typeof compose>): Policy | undefined {
  if (!composed.ok) return undefined;
  const parsed = parsePolicy(JSON.parse(composed.value.sessionPolicy.json));
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

const goodClaims = fc.record({ a: goodValue, b: goodValue });
const stars = (text: string): number => text.split(/[*?]/).length;

describe('a composed policy', () => {
  it('allows nothing that the grant, filled with the values, does not', () => {
    fc.assert(
      fc.property(granted, goodClaims, fc.constantFrom(60, 900), request, (policy, claims, seconds, ask) => {
        const composed = sent(compose(policy, claims, seconds));
        if (!composed || policy.kind !== 'template') throw new Error('a good value was refused');
        const bindings = bindVariables(policy.template, claims);
        if (!bindings) throw new Error('a good value was not bound');
        const whole = renderTemplate(policy.template, bindings);
        if (evaluate(composed, ask) === 'allow') expect(evaluate(whole, ask)).toBe('allow');
        if (evaluate(whole, ask) === 'deny') expect(evaluate(composed, ask)).toBe('deny');
      }),
      { numRuns: 300 },
    );
  });

  it('allows nothing once its life under 900 seconds is over', () => {
    const late = request.filter(({ context }) => context['acs:CurrentTime'] >= '2026-03-01T12:01:00Z');
    fc.assert(
      fc.property(granted, goodClaims, late, (policy, claims, ask) => {
        const composed = sent(compose(policy, claims, 60));
        if (!composed) throw new Error('a good value was refused');
        expect(evaluate(composed, ask)).not.toBe('allow');
      }),
      { numRuns: 300 },
    );
  });

  it('has no more wildcards than its template, whatever the claims hold', () => {
    fc.assert(
      fc.property(granted, fc.record({ a: claimValue, b: claimValue }), (policy, claims) => {
        const composed = composeSessionPolicy(allowed(policy, 900, true), {
          claims,
          callerPolicy: undefined,
          now: NOW,
        });
        const source = policy.kind === 'template' ? JSON.stringify(policy.source.document) : '';
        if (composed.ok) expect(stars(composed.value.sessionPolicy.json)).toBe(stars(source));
      }),
      { numRuns: 500 },
    );
  });

  it("is never wider than the grant for a caller's own policy", () => {
    fc.assert(
      fc.property(granted, goodClaims, anyPolicy, request, (policy, claims, narrower, ask) => {
        const [whole, narrowed] = [compose(policy, claims, 900), compose(policy, claims, 900, narrower)];
        const [outer, inner] = [sent(whole), sent(narrowed)];
        if (outer && inner && evaluate(inner, ask) === 'allow') expect(evaluate(outer, ask)).toBe('allow');
      }),
      { numRuns: 300 },
    );
  });

  it('says in full that it inherits everything, and is never left out', () => {
    const composed = compose({ kind: 'inherit' }, {}, 900);
    expect(composed.ok && composed.value.sessionPolicy.json).toBe(
      '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},' +
        '{"Effect":"Deny","Action":["sts:*","ram:*"],"Resource":"*"}]}',
    );
  });

  it.each([
    [60, 900, '2026-03-01T12:01:00.000Z'],
    [899, 900, '2026-03-01T12:14:59.000Z'],
    [900, 900, '2026-03-01T12:15:00.000Z'],
    [3_600, 3_600, '2026-03-01T13:00:00.000Z'],
  ])('for %i seconds asks STS for %i and ends at %s', (life, stsSeconds, end) => {
    const composed = compose({ kind: 'inherit' }, {}, life);
    if (!composed.ok) throw new Error(composed.error.reason);
    expect([composed.value.stsSeconds, composed.value.expiresAt.toISOString()]).toEqual([stsSeconds, end]);
    expect(composed.value.sessionPolicy.json.includes('acs:CurrentTime')).toBe(life < 900);
  });

  it('has a basis that does not depend on the time, so that equal requests can share', () => {
    const at = (now: Date) =>
      composeSessionPolicy(allowed({ kind: 'inherit' }, 60), { claims: {}, callerPolicy: undefined, now });
    const [one, two] = [at(NOW), at(new Date(NOW.getTime() + 5_000))];
    if (!one.ok || !two.ok) throw new Error('not composed');
    expect(one.value.basis).toBe(two.value.basis);
    expect(one.value.sessionPolicy.json).not.toBe(two.value.sessionPolicy.json);
  });
});
