// Runs the tests of an access document against its own rules, before they are in force. Asks no cloud, so what the RAM
// role itself may do is not known here: a test speaks of the grant and its session policy.

import type { Failure } from '../kernel/failure.ts';
import type { Result } from '../kernel/result.ts';
import type { ReadAccess } from '../rules/compile/read-documents.ts';
import type { AccessTest } from '../rules/document/access-test.ts';
import type { DocumentPath } from '../rules/values/document-fault.ts';
import { type Denied, rehearseVend, type Vended } from './rehearse-vend.ts';
import { storedRules } from './stored-rules.ts';
import { tryRequests } from './try-requests.ts';

export interface TestFailure {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly test: string;
  /** What was expected, what came, and why. */
  readonly message: string;
}
export interface Rehearsal {
  readonly passed: number;
  /** Tests; one may fail in several ways. */
  readonly failed: number;
  readonly failures: readonly TestFailure[];
}

interface Unmet {
  /** Within the test. */
  readonly path: DocumentPath;
  readonly message: string;
}

function formatDenied({ reason, grant, test }: Denied): string {
  if (!grant) return `denied: ${reason}`;
  return `denied: ${reason} (grant ${grant.id}${test === undefined ? '' : `, its ${test}`})`;
}

function unmetBy(test: AccessTest, outcome: Result<Vended, Denied>, now: Date): readonly Unmet[] {
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
  const requestContext = { now, clientAddress: test.as.sourceIp, mfa: principal.mfa, ...grant };
  return tryRequests(test, policy, requestContext).map(({ list, index, message }) => ({
    path: [list, index],
    message: `expected ${list === 'may' ? 'allowed' : 'not allowed'}, but under grant ${grant.id} ${message}`,
  }));
}

export async function rehearseDocument(
  { access, document, place }: ReadAccess,
  now: Date,
): Promise<Rehearsal> {
  if (document.tests.length === 0) return { passed: 0, failed: 0, failures: [] };
  const stored = storedRules(access);
  const failures: TestFailure[] = [];
  let passed = 0;
  for (const [i, test] of document.tests.entries()) {
    const at = test.as.at === undefined ? now : new Date(test.as.at);
    const unmet = unmetBy(test, await rehearseVend(test, stored, at), at);
    if (unmet.length === 0) passed += 1;
    for (const { path, message } of unmet) {
      const { file, line, column } = place(['tests', i, ...path]);
      failures.push({ file, line, column, test: test.name, message });
    }
  }
  return { passed, failed: document.tests.length - passed, failures };
}
