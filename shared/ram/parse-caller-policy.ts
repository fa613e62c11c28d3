// JSON tree → the policy that a caller sends to narrow a grant.
import { parsePolicy } from './parse-policy.ts';
import type { Policy, Statement } from './policy.ts';
import { fault, type Parsed } from './policy-fault.ts';

/**
 * RAM documents no variables. Should it know some all the same, the text that is compared with the grant is not the one
 * that the cloud fills in. A grant's own `${…}` are filled before.
 */
const VARIABLE = '${';

/** Where in the statement a text has a variable, or undefined. */
function findVariable({ actions, resources, conditions }: Statement): string | undefined {
  const has = (texts: readonly string[]): boolean => texts.some((text) => text.includes(VARIABLE));
  if (has(actions.patterns)) return actions.kind === 'only' ? 'Action' : 'NotAction';
  if (has(resources)) return 'Resource';
  return conditions.some(({ key, values }) => has([key, ...values])) ? 'Condition' : undefined;
}

export function parseCallerPolicy(input: unknown): Parsed<Policy> {
  const policy = parsePolicy(input);
  if (!policy.ok) return policy;
  for (const [index, statement] of policy.value.statements.entries()) {
    const part = findVariable(statement);
    if (part !== undefined) return fault(`Statement[${index}].${part}`, 'must not have a ${…} in it');
  }
  return policy;
}
