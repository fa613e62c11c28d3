// A stored column → a grant, or nothing: what cannot be read grants nothing.

import { readJson } from '../../kernel/read-json.ts';
import { parsePolicyTemplate } from '../../rules/document/policy-template.ts';
import { StoredGrant, type StoredRoleGrant } from '../../rules/document/stored-grant.ts';
import type { CompileCondition, GrantCondition } from '../../rules/values/grant-condition.ts';
import type { AnyGrant, GrantedPolicy, Specificity } from './grant.ts';

function compilePolicy(source: StoredRoleGrant['sessionPolicy']): GrantedPolicy | undefined {
  if (source === 'inherit') return { kind: 'inherit' };
  const template = parsePolicyTemplate(source);
  return template.ok ? { kind: 'template', template: template.value, source } : undefined;
}

/** `undefined` is a condition that cannot be read, and never the lack of one. */
function compileWhen(
  when: string | undefined,
  compile: CompileCondition | undefined,
): { readonly when?: GrantCondition } | undefined {
  if (when === undefined) return {};
  const condition = compile?.(when);
  return condition?.ok ? { when: condition.value } : undefined;
}

/** Without `compileCondition` a grant with a condition cannot be read. */
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
  const came = since === undefined ? {} : { since };
  const terms = { id, order, ...came, specificity, ...condition, constraints };
  if ('permission' in stored) return { ...terms, permission: stored.permission };
  const { role, maxDurationSeconds, sessionPolicy, allowIdentityActions = false } = stored;
  const policy = compilePolicy(sessionPolicy);
  return policy && { ...terms, role, maxDurationSeconds, policy, allowIdentityActions };
}
