// A decision → its explanation. A caller sees its own values that were looked at, and the ids of its own grants. It never sees
// what a grant demands, nor a grant of another caller. A role that is not for the caller, because no grant names the caller or
// because a grant's condition (`when`) is false, looks like a role that does not exist.
import type * as z from 'zod';
import { type Answer, success } from '../../shared/http/answer.ts';
import type { Principal } from '../../shared/identity/principal.ts';
import type { DenialDetail } from '../../shared/kernel/denial-detail.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import {
  type Considered,
  chooseGrant,
  considerGrants,
  findRole,
} from '../../shared/pipeline/decide/decide-vend.ts';
import { needsOf } from '../../shared/pipeline/decide/needs.ts';
import type { DecisionRequest, Resolution } from '../../shared/pipeline/resolve-decision.ts';
import { bytesLeft, MAX_SESSION_POLICY_BYTES, policyBytes } from '../../shared/ram/format-policy.ts';
import type { ExplainResponse } from './response-schemas.ts';

type Body = z.input<typeof ExplainResponse>;

type Reason = Body['reasons'][number];

/** An administrator sees every grant of the explained caller. A caller sees those of its own that GET /v1/roles counts. */
export type Reader = 'administrator' | 'caller';

export function explainResponse(
  request: DecisionRequest,
  resolution: Resolution,
  reader: Reader,
  arrival: Body['arrival'],
  requestId: RequestId,
): Answer {
  const considered = shownGrants(request, resolution, reader);
  const denialDetail = resolution.result.ok ? undefined : resolution.result.error.denialDetail;
  const missed = nearestMiss(considered);
  const body: Body = {
    ...describeOutcome(resolution),
    reasons: [
      ...considered.map(reasonOfGrant),
      ...(denialDetail ? [reasonOf(denialDetail, request.principal)] : []),
    ],
    ...(missed ? { nearestMiss: missed } : {}),
    ...(arrival ? { arrival } : {}),
    requestId,
  };
  return success(body);
}

/** The explanation for a described caller whom the provider's entry would refuse, for example for a claim that it requires. */
export function explainRefusal(
  { code }: Failure,
  denialDetail: DenialDetail,
  claims: Principal['claims'],
  requestId: RequestId,
): Answer {
  const reasons = [reasonOf(denialDetail, { claims })];
  const body: Body = { decision: 'deny', refusedWith: code, reasons, requestId };
  return success(body);
}

function shownGrants(
  request: DecisionRequest,
  { grants }: Resolution,
  reader: Reader,
): readonly Considered[] {
  const role = findRole(request.roleRequest.role, request.rules.rolesById);
  const considered = role ? considerGrants(grants, { ...request, role }) : [];
  return reader === 'administrator' ? considered : considered.filter((one) => needsOf(one) !== undefined);
}

function describeOutcome({ result }: Resolution): Omit<Body, 'reasons' | 'requestId'> {
  if (!result.ok) return { decision: decisionOf(result.error), refusedWith: result.error.code };
  const { allowed, composed } = result.value;
  const { json, document } = composed.sessionPolicy;
  return {
    decision: 'allow',
    grant: allowed.grant.id,
    policy: { ...document },
    policyBytes: policyBytes(json),
    policyBytesLeft: bytesLeft(json),
    expiration: composed.expiresAt.toISOString(),
  };
}

const decisionOf = ({ code }: Failure) => (code === 'step_up_required' ? 'step_up' : 'deny');

function nearestMiss(considered: readonly Considered[]): Body['nearestMiss'] {
  const nearest = chooseGrant(considered);
  if (!nearest || nearest.decision.ok) return undefined;
  const failed = nearest.tests.filter(({ passed }) => !passed).map(({ test }) => test);
  return { grant: nearest.grant.id, failed };
}

const reasonOfGrant = ({ grant, tests, decision }: Considered): Reason => ({
  kind: 'grant',
  grant: grant.id,
  role: grant.role,
  passed: decision.ok,
  tests: tests.map(({ test, passed, seen }) => ({ test, passed, seen: cut(seen) })),
});

function reasonOf(denialDetail: DenialDetail, { claims }: Pick<Principal, 'claims'>): Reason {
  switch (denialDetail.kind) {
    case 'requirement':
    case 'claim': {
      const value = Object.hasOwn(claims, denialDetail.claim) ? claims[denialDetail.claim] : null;
      return { ...denialDetail, seen: cut(value ?? null) };
    }
    case 'statement':
    case 'block':
      return denialDetail;
    case 'size':
      return { ...denialDetail, bytesLeft: MAX_SESSION_POLICY_BYTES - denialDetail.bytes };
  }
}

/** A claim may be as long as a token, and a caller may have many grants that look at it. */
const MAX_SEEN_CHARACTERS = 500;

function cut(seen: unknown): unknown {
  const text = JSON.stringify(seen);
  return text.length > MAX_SEEN_CHARACTERS ? `${text.slice(0, MAX_SEEN_CHARACTERS)}…` : seen;
}
