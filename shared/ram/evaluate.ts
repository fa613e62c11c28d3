// What one policy says of one request. Knows no identities: layers of policies are the caller's business.
import { applies, type ConditionContext, evaluateConditions } from './evaluate-conditions.ts';
import { matchesGlob } from './glob.ts';
import type { Actions, Policy, Statement } from './policy.ts';

export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

function coversAction({ kind, patterns }: Actions, action: string): boolean {
  const matched = patterns.some((pattern) => matchesGlob(pattern, action, { ignoreCase: true }));
  return kind === 'only' ? matched : !matched;
}

function isAbout(statement: Statement, { action, resource }: AccessRequest): boolean {
  return (
    coversAction(statement.actions, action) &&
    statement.resources.some((pattern) => matchesGlob(pattern, resource, { ignoreCase: false }))
  );
}

/** An explicit Deny wins over every Allow. */
export function evaluate(policy: Policy, request: AccessRequest): 'allow' | 'deny' | 'none' {
  const applying = policy.statements.filter(
    (statement) =>
      isAbout(statement, request) &&
      applies(statement.effect, evaluateConditions(statement.conditions, request.context)),
  );
  if (applying.some(({ effect }) => effect === 'Deny')) return 'deny';
  return applying.length > 0 ? 'allow' : 'none';
}
