// A stored column → a grant, or nothing: what cannot be read grants nothing.
import { parsePolicyTemplate } from '../access/policy-template.ts';
import { StoredGrant } from '../access/stored-grant.ts';
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import type { Grant, GrantedPolicy, Specificity } from './grant.ts';

function compilePolicy(source: StoredGrant['sessionPolicy']): GrantedPolicy | undefined {
  if (source === 'inherit') return { kind: 'inherit' };
  const template = parsePolicyTemplate(source);
  return template.ok ? { kind: 'template', template: template.value, source } : undefined;
}

export function compileGrant(json: string, specificity: Specificity): Grant | undefined {
  const parsed = parseStrictJson(json);
  const stored = parsed.ok ? StoredGrant.safeParse(parsed.value) : undefined;
  if (!stored?.success) return undefined;
  const { id, order, role, maxDurationSeconds, sessionPolicy, constraints } = stored.data;
  const policy = compilePolicy(sessionPolicy);
  return policy && { id, order, specificity, role, maxDurationSeconds, policy, constraints };
}
