// One grant against one request: which of its tests pass, with what they saw. Pure. decide-vend.ts decides by this and
// explain shows it, so the two cannot disagree.
import type { Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Grant, GrantTerms, PermissionGrant } from '../grants/grant.ts';
import type { Decision } from './decision.ts';
import {
  type CallerFacts,
  type Finding,
  GRANT_TESTS,
  type GrantTest,
  type Seen,
  TERM_TESTS,
  testDuration,
  type VendFacts,
} from './grant-tests.ts';
import { longestLifetime, secondsUntil } from './lifetime.ts';

export interface TestOutcome {
  readonly test: GrantTest;
  readonly passed: boolean;
  readonly seen: Seen;
}

export interface Considered {
  readonly grant: Grant;
  /** The tests that this grant has, in order. */
  readonly tests: readonly TestOutcome[];
  readonly decision: Decision;
}

export interface ConsideredPermission {
  readonly grant: PermissionGrant;
  readonly tests: readonly TestOutcome[];
  readonly decision: Result<PermissionGrant, Failure>;
}

function allow(grant: Grant, { role, roleRequest, now }: VendFacts, ends: readonly Date[]): Decision {
  const askedSeconds = roleRequest.durationSeconds ?? longestLifetime(grant, role);
  const [notAfter] = [...ends].sort((a, b) => a.getTime() - b.getTime());
  if (!notAfter) return ok({ grant, role, lifetimeSeconds: askedSeconds, askedSeconds });
  // Cut short rather than refused: no caller can know to the second what its token or the hour leaves.
  const lifetimeSeconds = Math.min(askedSeconds, secondsUntil(notAfter, now));
  return ok({ grant, role, lifetimeSeconds, askedSeconds, notAfter });
}

type TestDuration = () => Finding | undefined;

function runTests(terms: GrantTerms, facts: CallerFacts, testDurationOf: TestDuration) {
  const tests: TestOutcome[] = [];
  const ends: Date[] = [];
  let failure: Failure | undefined;
  for (const test of GRANT_TESTS) {
    const finding = test === 'durationSeconds' ? testDurationOf() : TERM_TESTS[test](terms, facts);
    if (!finding) continue;
    tests.push({ test, passed: finding.failure === undefined, seen: finding.seen });
    if (finding.notAfter) ends.push(finding.notAfter);
    failure ??= finding.failure;
  }
  return { tests, ends, failure };
}

export function considerGrant(grant: Grant, facts: VendFacts): Considered {
  const { tests, ends, failure } = runTests(grant, facts, () => testDuration(grant, facts));
  return { grant, tests, decision: failure ? err(failure) : allow(grant, facts, ends) };
}

export function considerPermission(grant: PermissionGrant, facts: CallerFacts): ConsideredPermission {
  const { tests, failure } = runTests(grant, facts, () => undefined);
  return { grant, tests, decision: failure ? err(failure) : ok(grant) };
}
