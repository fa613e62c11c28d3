// The caller's own, narrower policy in place of the grant's Allows. The grant's Denies always stay.
import { err, ok, type Result } from '../../kernel/result.ts';
import { contains, type Widening } from '../../ram/contains.ts';
import type { Policy } from '../../ram/policy.ts';

export function narrowPolicy(granted: Policy, callerPolicy: Policy | undefined): Result<Policy, Widening> {
  if (!callerPolicy) return ok(granted);
  const denies = granted.statements.filter(({ effect }) => effect === 'Deny');
  const narrowed: Policy = { version: '1', statements: [...callerPolicy.statements, ...denies] };
  const proof = contains(granted, narrowed);
  return proof.ok ? ok(narrowed) : err(proof.error);
}
