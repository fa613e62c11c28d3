// JSON tree → Policy, strictly: what this cannot read, it refuses rather than passes over, since a misread
// policy grants something else. For identity and session policies, which carry no Principal.
import { ok } from '../kernel/result.ts';
import { parseConditions } from './parse-conditions.ts';
import { type JsonObject, parseEffect, parseObjectOf, parseStatements, parseTexts } from './parse-parts.ts';
import type { Actions, Policy, Statement } from './policy.ts';
import { fault, type Parsed } from './policy-fault.ts';

/** `*`, or `service:Operation` with wildcards. An empty part, as in `rds::ModifyParameter`, is a typing error. */
const ACTION = /^(?:\*|[A-Za-z0-9*?-]+(?::[A-Za-z0-9*?_./-]+)+)$/;

/** `*`, or `acs:<service>:<region>:<account>:<relative id>` with wildcards; no control characters. */
const RESOURCE = /^(?:\*|acs:[^:\p{C}]+:[^:\p{C}]*:[^:\p{C}]*:[^\p{C}]+)$/u;

const checkAction = (text: string): string | undefined =>
  ACTION.test(text) ? undefined : 'must be "*" or written as service:Operation';
const checkResource = (text: string): string | undefined =>
  RESOURCE.test(text) ? undefined : 'must be "*" or written as acs:service:region:account:resource';

function parseActions(statement: JsonObject, path: string): Parsed<Actions> {
  const kinds = ['Action', 'NotAction'].filter((key) => Object.hasOwn(statement, key));
  const [key, ...others] = kinds;
  if (key === undefined || others.length > 0) {
    return fault(path, 'must have exactly one of Action and NotAction');
  }
  const patterns = parseTexts(statement[key], `${path}.${key}`, checkAction);
  return patterns.ok
    ? ok({ kind: key === 'Action' ? 'only' : 'except', patterns: patterns.value })
    : patterns;
}

function parseStatement(input: unknown, path: string): Parsed<Statement> {
  const object = parseObjectOf(input, path, ['Effect', 'Action', 'NotAction', 'Resource', 'Condition']);
  if (!object.ok) return object;
  const effect = parseEffect(object.value['Effect'], `${path}.Effect`);
  if (!effect.ok) return effect;
  const actions = parseActions(object.value, path);
  if (!actions.ok) return actions;
  const resources = parseTexts(object.value['Resource'], `${path}.Resource`, checkResource);
  if (!resources.ok) return resources;
  const conditions = parseConditions(object.value['Condition'], `${path}.Condition`);
  if (!conditions.ok) return conditions;
  return ok({
    effect: effect.value,
    actions: actions.value,
    resources: resources.value,
    conditions: conditions.value,
  });
}

export function parsePolicy(input: unknown): Parsed<Policy> {
  return parseStatements(input, parseStatement);
}
