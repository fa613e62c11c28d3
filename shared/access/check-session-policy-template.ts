// Refuses a grant's session policy that vending could never use: one that is not RAM's language, and one too long.
import { formatPolicy } from '../ram/format-policy.ts';
import { MAX_SESSION_POLICY_BYTES, policyBytes } from '../ram/policy-size.ts';
import type { DocumentPath, PathFault } from './document-fault.ts';
import { type PolicyTemplate, parsePolicyTemplate, type TemplateText } from './policy-template.ts';
import type { StoredGrant } from './stored-grant.ts';

/** `document.Statement[0].Resource` → its steps. A condition key with a dot in it ends the search for the line early. */
export const toSteps = (path: string): DocumentPath =>
  [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) =>
    index === undefined ? step : Number(index),
  );

const literalPart = (text: TemplateText): string =>
  text.filter((segment) => typeof segment === 'string').join('');

/** What is left when every variable is empty: no caller's policy is shorter. */
function leastBytes({ statements }: PolicyTemplate): number {
  const shortest = statements.map((statement) => ({
    ...statement,
    resources: statement.resources.map(literalPart),
    conditions: statement.conditions.map((condition) => ({
      ...condition,
      values: condition.values.map(literalPart),
    })),
  }));
  return policyBytes(JSON.stringify(formatPolicy({ version: '1', statements: shortest })));
}

export function checkSessionPolicyTemplate(source: StoredGrant['sessionPolicy']): readonly PathFault[] {
  if (source === 'inherit') return [];
  const template = parsePolicyTemplate(source);
  if (!template.ok) return [{ path: toSteps(template.error.path), message: template.error.message }];
  const bytes = leastBytes(template.value);
  return bytes <= MAX_SESSION_POLICY_BYTES
    ? []
    : [
        {
          path: ['document'],
          message: `shorten the policy: it has ${bytes} bytes without its variables, and STS accepts ${MAX_SESSION_POLICY_BYTES}`,
        },
      ];
}
