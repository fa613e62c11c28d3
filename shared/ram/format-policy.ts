// Writes a policy as the JSON tree that RAM and STS read; parse-policy.ts reads it back to the same policy.
import type {
  Condition,
  ConditionDocument,
  OneOrMany,
  Policy,
  PolicyDocument,
  Statement,
  StatementDocument,
} from './policy.ts';

/** A list of one costs two brackets more; 2,048 bytes are few. */
function shortest(values: readonly string[]): OneOrMany {
  const [only, ...others] = values;
  return only !== undefined && others.length === 0 ? only : values;
}

/**
 * Two conditions on one operator and key have no place in the tree, and keeping either alone would widen the policy:
 * whoever composes must intersect them first.
 */
function formatConditions(conditions: readonly Condition[]): ConditionDocument {
  const blocks = new Map<string, Map<string, OneOrMany>>();
  for (const { operator, key, values } of conditions) {
    const block = blocks.get(operator) ?? new Map<string, OneOrMany>();
    if (block.has(key)) throw new Error(`policy has two ${operator} conditions on one key`);
    blocks.set(operator, block.set(key, shortest(values)));
  }
  return Object.fromEntries([...blocks].map(([operator, block]) => [operator, Object.fromEntries(block)]));
}

function formatStatement({ effect, actions, resources, conditions }: Statement): StatementDocument {
  const patterns = shortest(actions.patterns);
  return {
    Effect: effect,
    ...(actions.kind === 'only' ? { Action: patterns } : { NotAction: patterns }),
    Resource: shortest(resources),
    ...(conditions.length > 0 ? { Condition: formatConditions(conditions) } : {}),
  };
}

export function formatPolicy(policy: Policy): PolicyDocument {
  return { Version: policy.version, Statement: policy.statements.map(formatStatement) };
}
