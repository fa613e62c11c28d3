// A replay that decides, decides as vend would: compared with the decision about the whole caller, whom an audit row does not
// hold.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { simulatePrincipal } from '../../../shared/pipeline/authenticate/simulate-principal.ts';
import { resolveDecision } from '../../../shared/pipeline/resolve-decision.ts';
import { createReplay } from '../../../shared/policy-tests/replay-request.ts';
import { storedRules } from '../../../shared/policy-tests/stored-rules.ts';
import type { CompiledAccess } from '../../../shared/rules/document/compiled-access.ts';
import { accepted } from '../rules/documents.ts';

const AT = new Date('2026-11-30T10:00:00Z');
const SECONDS = AT.getTime() / 1000;

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const policy = (claim: string) => ({
  variables: { u: { claim, pattern: '[a-z]{1,5}' } },
  document: {
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:m/${u}' }],
  },
});
const grant = fc.record({
  to: fc.constantFrom<object>(
    { subject: 'alice' },
    { subject: 'bob' },
    { group: 'staff' },
    { group: 'ops' },
    { anyone: true },
  ),
  when: optional(
    fc.constantFrom(
      'claims.team == "a"',
      'groups.exists(g, g == "ops")',
      'subject == "alice"',
      'request.sourceIp != ""',
    ),
  ),
  maxDurationSeconds: optional(fc.constantFrom(900, 1800)),
  sessionPolicy: fc.constantFrom('inherit', policy('team'), policy('sub')),
  constraints: optional(
    fc.record(
      {
        mfa: fc.boolean(),
        dpop: fc.boolean(),
        withinToken: fc.boolean(),
        maxAuthAgeSeconds: fc.constantFrom(60, 600),
        sourceIp: fc.constantFrom(['203.0.113.0/24'], ['192.0.2.0/24']),
      },
      { requiredKeys: [] },
    ),
  ),
});
const groups = optional(fc.constantFrom('groups', 'roles'));
const rules = fc
  .record({
    grants: fc.array(grant, { maxLength: 4 }),
    groups,
    hasRole: fc.constantFrom(true, true, true, false),
  })
  .map(({ grants, groups: claim, hasRole }) =>
    accepted(
      JSON.stringify({
        version: 1,
        providers: [{ id: 'app', kind: 'oidc', issuer: 'https://id.example.com', groups: claim ?? 'groups' }],
        roles: [{ id: hasRole ? 'media' : 'other', roleArn: 'acs:ram::1234567890123456:role/media' }],
        grants: hasRole
          ? grants.map(({ to, ...more }, i) => ({
              id: `g${i}`,
              to: { provider: 'app', ...to },
              role: 'media',
              ...more,
            }))
          : [],
      }),
    ),
  );
const caller = fc.record({
  groups: fc.subarray(['staff', 'ops', 'else']),
  team: optional(fc.constantFrom('a', 'b', 'NOT/ok')),
  mfa: fc.boolean(),
  dpop: fc.boolean(),
  age: optional(fc.constantFrom(10, 300, 900)),
  left: fc.constantFrom(30, 3_600),
  address: optional(fc.constantFrom('203.0.113.9', '192.0.2.1')),
});

type Caller = typeof caller extends fc.Arbitrary<infer T> ? T : never;

/** The decision of vend, for a request that names no duration. */
async function decide(access: CompiledAccess, { groups: own, team, mfa, dpop, age, left, address }: Caller) {
  const stored = storedRules(access);
  const [provider] = access.providers;
  if (!provider) throw new Error('no provider');
  const claims = {
    iat: SECONDS,
    exp: SECONDS + left,
    groups: own,
    ...(team === undefined ? {} : { team }),
    ...(age === undefined ? {} : { auth_time: SECONDS - age }),
    ...(mfa ? { amr: ['mfa'] } : {}),
  };
  const principal = simulatePrincipal({ subject: 'alice', claims, dpop }, provider);
  if (!principal.ok) throw new Error(principal.error.reason);
  const request = {
    ...{ rules: stored.rules, principal: principal.value, callerPolicy: undefined },
    ...{ now: AT, clientAddress: address, roleRequest: { role: 'media', durationSeconds: undefined } },
  };
  const { result } = await resolveDecision(request, {
    store: stored.store,
    logger: { log: () => undefined },
  });
  return result.ok ? result.value.allowed.grant.id : undefined;
}

it('a verdict is what vend decides about the same caller, or that it cannot be told', async () => {
  const seen = { allowed: 0, refused: 0, undecidable: 0 };
  await fc.assert(
    fc.asyncProperty(rules, rules, caller, fc.boolean(), async (before, after, who, isSame) => {
      const now = isSame ? before : after;
      const used = await decide(before, who);
      const replayed = await createReplay(now)(
        {
          ...{ at: AT, provider: 'app', subject: 'alice', role: 'media', clientAddress: who.address },
          ...{ outcome: used === undefined ? 'refused' : 'granted', grant: used },
          ...{ hasKey: who.dpop, askedTooLong: false, shortens: false },
        },
        before,
      );
      seen[replayed.verdict] += 1;
      if (replayed.verdict === 'undecidable') expect(isSame && before.roles[0]?.id === 'media').toBe(false);
      else expect(replayed.verdict).toBe((await decide(now, who)) === undefined ? 'refused' : 'allowed');
    }),
    { numRuns: 600 },
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
});
