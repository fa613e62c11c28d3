// A stored column → a grant, or nothing: what cannot be read grants nothing.
import type { CompileCondition, Condition } from '../access/condition.ts';
import { parsePolicyTemplate } from '../access/policy-template.ts';
import { StoredGrant } from '../access/stored-grant.ts';
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import type { Grant, GrantedPolicy, Specificity } from './grant.ts';

function compilePolicy(source: StoredGrant['sessionPolicy']): GrantedPolicy | undefined {
  if (source === 'inherit') return { kind: 'inherit' };
  const template = parsePolicyTemplate(source);
  return template.ok ? { kind: 'template', template: template.value, source } : undefined;
}

/** `undefined` is a condition that cannot be read, and never the lack of one. */
function compileWhen(
  when: string | undefined,
  compile: CompileCondition | undefined,
): { readonly when?: Condition } | undefined {
  if (when === undefined) return {};
  const condition = compile?.(when);
  return condition?.ok ? { when: condition.value } : undefined;
}

/** Without `compileCondition` a grant with a condition cannot be read. */
export function compileGrant(
  json: string,
  specificity: Specificity,
  compileCondition?: CompileCondition,
): Grant | undefined {
  const parsed = parseStrictJson(json);
  const stored = parsed.ok ? StoredGrant.safeParse(parsed.value) : undefined;
  if (!stored?.success) return undefined;
  const { id, order, role, maxDurationSeconds, sessionPolicy, constraints } = stored.data;
  const policy = compilePolicy(sessionPolicy);
  const condition = compileWhen(stored.data.when, compileCondition);
  if (!policy || !condition) return undefined;
  return { id, order, specificity, role, maxDurationSeconds, ...condition, policy, constraints };
}
