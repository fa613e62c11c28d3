// Is the role of one of Stint's functions as Stint ships it? A wider one gives a break-in more than the function needs; a
// narrower one is an upgrade that was not finished.
import { contains, type Widening } from '../ram/contains.ts';
import { parsePolicy } from '../ram/parse-policy.ts';
import { parseTrustPolicy } from '../ram/parse-trust-policy.ts';
import type { Policy } from '../ram/policy.ts';
import type { FoundRole } from './cloud-reader.ts';
import type { CheckFinding } from './finding.ts';

const FUNCTION_COMPUTE = 'fc.aliyuncs.com';

/** A policy that is attached to the role, with its text as JSON, unread. */
export interface AttachedDocument {
  readonly name: string;
  readonly document: unknown;
}

export interface ShippedForRole {
  readonly needed: Policy;
  readonly optional: Policy;
}

export interface FunctionRole {
  /** Undefined: RAM has no such role. */
  readonly role: FoundRole | undefined;
  readonly attached: readonly AttachedDocument[];
}

function checkFunctionTrust(subject: string, { trust }: FoundRole): readonly CheckFinding[] {
  const read = parseTrustPolicy(trust);
  if (!read.ok) return [{ name: 'function-role-open', subject, detail: `unreadable: ${read.error.path}` }];
  const others = read.value.statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ principals }) => principals)
    .filter(({ kind, name }) => kind !== 'Service' || name !== FUNCTION_COMPUTE);
  return others.map(({ name }) => ({ name: 'function-role-open', subject, detail: `${name} is trusted` }));
}

const TOO_LARGE: Widening['reason'] = 'the policy is too large to compare, from this statement on';

/** A pattern of a policy may be as long as the policy, and ends in a line of a log. */
const MAX_SHOWN_CHARACTERS = 100;

/** Quotes an action or a resource of the inner policy. */
function describeWidening(name: 'function-policy-wider' | 'function-policy-narrower', widening: Widening) {
  const { statement, action, resource, reason } = widening;
  const parts = [`statement ${statement + 1}`, action?.pattern, resource?.pattern];
  return reason === TOO_LARGE
    ? ({ name: 'function-policy-unreadable', detail: 'too large to compare' } as const)
    : { name, detail: parts.flatMap((part) => part?.slice(0, MAX_SHOWN_CHARACTERS) ?? []).join(', ') };
}

function checkAttached(subject: string, shipped: Policy, { name, document }: AttachedDocument) {
  const policy = parsePolicy(document);
  if (!policy.ok) {
    const detail = `${name}: ${policy.error.path}`;
    const finding: CheckFinding = { name: 'function-policy-unreadable', subject, detail };
    return { statements: [], findings: [finding] };
  }
  const within = contains(shipped, policy.value);
  const { statements } = policy.value;
  if (within.ok) return { statements, findings: [] };
  const wider = describeWidening('function-policy-wider', within.error);
  const finding: CheckFinding = { name: wider.name, subject, detail: `${name}: ${wider.detail}` };
  return { statements, findings: [finding] };
}

function comparePolicies(
  subject: string,
  { needed, optional }: ShippedForRole,
  attached: readonly AttachedDocument[],
) {
  const statements = [...needed.statements, ...optional.statements];
  const most: Policy = { version: '1', statements };
  const compared = attached.map((one) => checkAttached(subject, most, one));
  const findings = compared.flatMap((one) => one.findings);
  // A policy that cannot be read may allow the rest.
  if (findings.some(({ name }) => name === 'function-policy-unreadable')) return findings;
  const found: Policy = { version: '1', statements: compared.flatMap((one) => one.statements) };
  const complete = contains(found, needed);
  if (complete.ok) return findings;
  return [...findings, { subject, ...describeWidening('function-policy-narrower', complete.error) }];
}

/** `subject`: the name of the function's role. `shipped`: its policies, with the values of this deployment. */
export function checkFunctionRole(
  subject: string,
  shipped: ShippedForRole,
  { role, attached }: FunctionRole,
): readonly CheckFinding[] {
  if (role === undefined) return [{ name: 'function-role-missing', subject, detail: 'RAM has no such role' }];
  return [...checkFunctionTrust(subject, role), ...comparePolicies(subject, shipped, attached)];
}
