// A stored column → a grant. A column that cannot be read grants nothing.

import { readJson } from '../../kernel/read-json.ts';
import { parsePolicyTemplate } from '../../rules/document/policy-template.ts';
import { StoredGrant, type StoredRoleGrant } from '../../rules/document/stored-grant.ts';
import type { CompileCondition, GrantCondition } from '../../rules/values/grant-condition.ts';
import type { AnyGrant, GrantedPolicy, Specificity } from './grant.ts';

/** Undefined when the column cannot be read, or has a condition and `compileCondition` is missing. */
export function compileGrant(
  json: string,
  specificity: Specificity,
  compileCondition?: CompileCondition,
): AnyGrant | undefined {
  const stored = readJson(StoredGrant, json);
  if (!stored) return undefined;
  const { id, order, since, constraints } = stored;
  const condition = compileWhen(stored.when, compileCondition);
  if (!condition) return undefined;
  const added = since === undefined ? {} : { since };
  const terms = { id, order, ...added, specificity, ...condition, constraints };
  if ('permission' in stored) return { ...terms, permission: stored.permission };
  const { role, maxDurationSeconds, sessionPolicy, allowIdentityActions = false } = stored;
  const policy = compilePolicy(sessionPolicy);
  return policy && { ...terms, role, maxDurationSeconds, policy, allowIdentityActions };
}

/** Returns undefined for a condition that cannot be read; a grant without a condition gives an object without `when`. */
function compileWhen(
  when: string | undefined,
  compile: CompileCondition | undefined,
): { readonly when?: GrantCondition } | undefined {
  if (when === undefined) return {};
  const condition = compile?.(when);
  return condition?.ok ? { when: condition.value } : undefined;
}

function compilePolicy(source: StoredRoleGrant['sessionPolicy']): GrantedPolicy | undefined {
  if (source === 'inherit') return { kind: 'inherit' };
  const template = parsePolicyTemplate(source);
  return template.ok ? { kind: 'template', template: template.value, source } : undefined;
}
