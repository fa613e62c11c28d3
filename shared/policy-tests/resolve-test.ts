// One test of an access document: the caller that it describes, and what the rules would vend to it. The request takes the
// same way as a real one, from grants to compose; only the proof of the caller's identity is simulated.

import type { Claims, Principal } from '../identity/principal.ts';
import type { Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { openConditionOf, simulatePrincipal } from '../pipeline/authenticate/simulate-principal.ts';
import { chooseGrant, considerGrants } from '../pipeline/decide/decide-vend.ts';
import type { Grant } from '../pipeline/grants/grant.ts';
import { type DecisionRequest, type Resolution, resolveDecision } from '../pipeline/resolve-decision.ts';
import { parsePolicy } from '../ram/parse-policy.ts';
import type { Policy } from '../ram/policy.ts';
import type { AccessTest } from '../rules/document/access-test.ts';
import type { Provider } from '../rules/document/provider.ts';
import type { StoredRules } from './stored-rules.ts';

export interface TestAllowed {
  readonly grant: Grant;
  readonly principal: Principal;
  /** The session policy. */
  readonly policy: Policy;
}

export interface TestDenied {
  readonly reason: Failure['reason'];
  /** The nearest miss; after a denial by compose, the grant that was allowed. Absent when no grant is of the role. */
  readonly grant?: Grant | undefined;
  /** The first test of the grant that failed. */
  readonly test?: string | undefined;
}

/** A test has no operator who could read a log. */
const SILENT = { log: () => undefined };

/** `now` is when the request would come. */
export async function resolveTest(
  { as, role, durationSeconds }: AccessTest,
  { rules, store }: StoredRules,
  now: Date,
): Promise<Result<TestAllowed, TestDenied>> {
  const caller = await describedPrincipal(as, present(rules.providersById.get(as.provider)), now);
  if (!caller.ok) return err({ reason: caller.error.reason });
  const principal = caller.value;

  const roleRequest = { role, durationSeconds };
  const request = { rules, principal, roleRequest, callerPolicy: undefined, now, clientAddress: as.sourceIp };
  const resolved = await resolveDecision(request, { store, logger: SILENT });
  if (!resolved.result.ok) return err(denied(request, resolved, resolved.result.error));

  const { allowed, composed } = resolved.result.value;
  const policy = parsePolicy(composed.sessionPolicy.document);
  return ok({ grant: allowed.grant, principal, policy: present(policy.ok ? policy.value : undefined) });
}

/** What tokens commonly have left. A test that depends on it sets `exp` itself. */
const TOKEN_LIFE_SECONDS = 3_600;
/** The longest lifetime that an assertion may have. */
const ASSERTION_LIFE_SECONDS = 300;

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The caller whose proof of identity has the content that `as` describes. */
async function describedPrincipal(
  as: AccessTest['as'],
  provider: Provider,
  now: Date,
): Promise<Result<Principal, Failure>> {
  const { subject, groups, dpop } = as;
  const described = { subject, groups, dpop, claims: describedClaims(as, provider, now) };
  return simulatePrincipal(described, provider, await openConditionOf(provider));
}

/**
 * Every proof says when it was issued and when it ends: here at the time of the test, unless the test's claims say otherwise.
 * The time of the sign-in is present only where the test gives it. Many providers do not send it, and a grant that depends on
 * it must then be out of reach in the test as well.
 */
function describedClaims(
  { claims = {}, mfa, authAgeSeconds }: AccessTest['as'],
  { kind }: Provider,
  now: Date,
): Claims {
  const seconds = Math.floor(now.getTime() / 1000);
  const life = kind === 'assertion' ? ASSERTION_LIFE_SECONDS : TOKEN_LIFE_SECONDS;
  return {
    iat: seconds,
    exp: seconds + life,
    ...(authAgeSeconds === undefined ? {} : { auth_time: seconds - authAgeSeconds }),
    ...claims,
    ...(mfa ? { amr: [...asList(claims['amr']), 'mfa'] } : {}),
  };
}

function denied(
  request: DecisionRequest,
  { grants, auditContext: { allowed } }: Resolution,
  { reason }: Failure,
): TestDenied {
  if (allowed) return { reason, grant: allowed.grant };
  const role = present(request.rules.rolesById.get(request.roleRequest.role));
  const nearest = chooseGrant(considerGrants(grants, { ...request, role }));
  const test = nearest?.tests.find(({ passed }) => !passed)?.test;
  return { reason, grant: nearest?.grant, test };
}

/** For what a document that passed its checks always has. */
function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a checked document names what it does not have');
  return value;
}
