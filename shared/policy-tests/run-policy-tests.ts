// Runs the tests of an access document against its own rules, before the rules are in force. No cloud is asked, so what the
// RAM role itself may do is unknown here: a test is about the grant and its session policy.

import type { Failure } from '../kernel/failure.ts';
import type { Result } from '../kernel/result.ts';
import type { ReadAccess } from '../rules/compile/read-documents.ts';
import type { AccessTest } from '../rules/document/access-test.ts';
import type { DocumentPath } from '../rules/values/document-fault.ts';
import { resolveTest, type TestAllowed, type TestDenied } from './resolve-test.ts';
import { storedRules } from './stored-rules.ts';
import { tryRequests } from './try-requests.ts';

/** One unmet expectation, and its place in the document's files; lines and columns count from 1. */
export interface PolicyTestFailure {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly test: string;
  /** What was expected, what came, and why. */
  readonly message: string;
}

export interface PolicyTestResult {
  /** Numbers of tests. */
  readonly passed: number;
  readonly failed: number;
  /** A test can fail in several ways, each of which is here. */
  readonly failures: readonly PolicyTestFailure[];
}

/** `now`: the time of the tests that give none. */
export async function runPolicyTests(
  { access, document, place }: ReadAccess,
  now: Date,
): Promise<PolicyTestResult> {
  if (document.tests.length === 0) return { passed: 0, failed: 0, failures: [] };
  const stored = storedRules(access);
  const failures: PolicyTestFailure[] = [];
  let passed = 0;
  for (const [i, test] of document.tests.entries()) {
    const at = test.as.at === undefined ? now : new Date(test.as.at);
    const unmet = unmetBy(test, await resolveTest(test, stored, at), at);
    if (unmet.length === 0) passed += 1;
    for (const { path, message } of unmet) {
      const { file, line, column } = place(['tests', i, ...path]);
      failures.push({ file, line, column, test: test.name, message });
    }
  }
  return { passed, failed: document.tests.length - passed, failures };
}

interface UnmetExpectation {
  /** Within the test. */
  readonly path: DocumentPath;
  readonly message: string;
}

function unmetBy(
  test: AccessTest,
  outcome: Result<TestAllowed, TestDenied>,
  now: Date,
): readonly UnmetExpectation[] {
  if (!outcome.ok) {
    const { reason } = outcome.error;
    const came = formatDenied(outcome.error);
    if (test.expect === 'allow') return [{ path: ['expect'], message: `expected allow, came ${came}` }];
    const expected: Failure['reason'] | undefined = test.reason;
    if (expected === undefined || expected === reason) return [];
    return [{ path: ['reason'], message: `expected denied: ${expected}, came ${came}` }];
  }
  const { grant, principal, policy } = outcome.value;
  if (test.expect === 'deny')
    return [{ path: ['expect'], message: `expected deny, came allow: grant ${grant.id} gives it` }];
  const cloudContext = { now, clientAddress: test.as.sourceIp, mfa: principal.mfa, ...grant };
  return tryRequests(test, policy, cloudContext).map(({ list, index, message }) => ({
    path: [list, index],
    message: `expected ${list === 'may' ? 'allowed' : 'not allowed'}, but under grant ${grant.id} ${message}`,
  }));
}

function formatDenied({ reason, grant, test }: TestDenied): string {
  if (!grant) return `denied: ${reason}`;
  return `denied: ${reason} (grant ${grant.id}${test === undefined ? '' : `, its ${test}`})`;
}
