// Policy → the JSON tree that RAM and STS read, and the size that it has there. parse-policy.ts reads it back to the same
// policy. Sources: Alibaba Cloud RAM, "Policy structure and syntax"; STS, "AssumeRole".
import type {
  Condition,
  ConditionDocument,
  OneOrMany,
  Policy,
  PolicyDocument,
  Statement,
  StatementDocument,
} from './policy.ts';

/**
 * Takes a policy and gives its JSON tree. Throws if a statement has two conditions on one operator and key: the tree has
 * no place for both, and either alone would widen the policy. Intersect them first; see restrict-policy.ts.
 */
export function formatPolicy(policy: Policy): PolicyDocument {
  return { Version: policy.version, Statement: policy.statements.map(formatStatement) };
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

/** A list of one costs two more bytes than its item, of the 2,048 that a session policy may have. */
function shortest(values: readonly string[]): OneOrMany {
  const [only, ...others] = values;
  return only !== undefined && others.length === 0 ? only : values;
}

function formatConditions(conditions: readonly Condition[]): ConditionDocument {
  const blocks = new Map<string, Map<string, OneOrMany>>();
  for (const { operator, key, values } of conditions) {
    const block = blocks.get(operator) ?? new Map<string, OneOrMany>();
    if (block.has(key)) throw new Error(`policy has two ${operator} conditions on one key`);
    blocks.set(operator, block.set(key, shortest(values)));
  }
  return Object.fromEntries([...blocks].map(([operator, block]) => [operator, Object.fromEntries(block)]));
}

/**
 * The largest session policy that STS takes. STS, "AssumeRole", error InvalidParameter.PolicySize: its text counts bytes
 * where the parameter table says characters.
 */
export const MAX_SESSION_POLICY_BYTES = 2048;

/** The size of a policy as it is sent: UTF-8 bytes of its JSON text. */
export function policyBytes(json: string): number {
  return Buffer.byteLength(json, 'utf8');
}

/** Bytes that STS still has room for; negative by as many bytes as the policy is too large. */
export function bytesLeft(json: string): number {
  return MAX_SESSION_POLICY_BYTES - policyBytes(json);
}
