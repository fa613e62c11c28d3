// A second evaluator, written apart from shared/ram: where RAM's documentation leaves the outcome open it takes one
// side, as told. What is proved about two policies must hold whichever side the cloud takes.
import type { AccessRequest } from '../../../shared/ram/evaluate.ts';
import type { Condition, Policy, Statement } from '../../../shared/ram/policy.ts';

export interface Cloud {
  readonly negatedHoldsOnAbsentKey: boolean;
}

export const CLOUDS: readonly Cloud[] = [true, false].map((negatedHoldsOnAbsentKey) => ({
  negatedHoldsOnAbsentKey,
}));

function regexOf(glob: string, flags: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  return new RegExp(`^${source}$`, flags);
}

function ipv4(text: string): number | undefined {
  const octets = text.split('.').map(Number);
  return octets.length === 4 ? octets.reduce((sum, octet) => sum * 256 + octet, 0) : undefined;
}

/** The test's IPv6 networks are /32 and /48 of whole groups, so that leading groups tell. */
function isInBlock(address: string, block: string): boolean {
  const [base = '', prefix] = block.split('/');
  if (base.includes(':')) {
    const head = base.replace(/::$/, ':');
    return prefix === undefined ? address === base : address.startsWith(head);
  }
  const [a, b] = [ipv4(address), ipv4(base)];
  if (a === undefined || b === undefined) return false;
  const size = 2 ** (32 - Number(prefix ?? 32));
  return Math.floor(a / size) === Math.floor(b / size);
}

function compare(operator: string, actual: number, value: number): boolean {
  if (Number.isNaN(actual)) return false;
  if (operator.endsWith('LessThanEquals')) return actual <= value;
  if (operator.endsWith('LessThan')) return actual < value;
  if (operator.endsWith('GreaterThanEquals')) return actual >= value;
  if (operator.endsWith('GreaterThan')) return actual > value;
  return actual === value;
}

function holds(operator: string, actual: string, value: string): boolean {
  if (operator.startsWith('Numeric')) return compare(operator, Number(actual), Number(value));
  if (operator.startsWith('Date')) return compare(operator, Date.parse(actual), Date.parse(value));
  if (operator.endsWith('Like')) return regexOf(value, '').test(actual);
  if (operator.endsWith('IgnoreCase')) return actual.toUpperCase() === value.toUpperCase();
  return operator.endsWith('IpAddress') ? isInBlock(actual, value) : actual === value;
}

function isMet({ operator, key, values }: Condition, request: AccessRequest, cloud: Cloud): boolean {
  const actual = request.context[key];
  const negated = operator.includes('Not');
  if (actual === undefined) return negated && cloud.negatedHoldsOnAbsentKey;
  return values.some((value) => holds(operator, actual, value)) !== negated;
}

function isAbout(
  { actions, resources, conditions }: Statement,
  request: AccessRequest,
  cloud: Cloud,
): boolean {
  const named = actions.patterns.some((pattern) => regexOf(pattern, 'i').test(request.action));
  return (
    named === (actions.kind === 'only') &&
    resources.some((pattern) => regexOf(pattern, '').test(request.resource)) &&
    conditions.every((condition) => isMet(condition, request, cloud))
  );
}

export function evaluateIn(cloud: Cloud, policy: Policy, request: AccessRequest): 'allow' | 'deny' | 'none' {
  const applying = policy.statements.filter((statement) => isAbout(statement, request, cloud));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'deny';
  return applying.length > 0 ? 'allow' : 'none';
}
