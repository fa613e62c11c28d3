// Refuses a grant's session policy that vending could never use: one that is not RAM's language, and one too long; and
// one by which its credentials could get others, unless the grant says so.
import { IDENTITY_SERVICES, mayAllowActionsOf } from '../ram/forbidden-actions.ts';
import { formatPolicy } from '../ram/format-policy.ts';
import { parsePolicy } from '../ram/parse-policy.ts';
import { MAX_SESSION_POLICY_BYTES, policyBytes } from '../ram/policy-size.ts';
import type { DocumentPath, PathFault } from './document-fault.ts';
import {
  type PolicyTemplate,
  parsePolicyTemplate,
  type TemplateFault,
  type TemplateText,
} from './policy-template.ts';
import type { SessionPolicyTemplate, StoredRoleGrant } from './stored-grant.ts';

const IDENTITY_HELP =
  'name the actions more closely: this could allow actions of sts or ram, by which credentials get others without these limits; where that is meant, add allowIdentityActions: true to the grant';

/** `document.Statement[0].Resource` → its steps. A condition key with a dot in it ends the search for the line early. */
const toSteps = (path: string): DocumentPath =>
  [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) =>
    index === undefined ? step : Number(index),
  );

export const toPathFault = ({ path, ...rest }: TemplateFault): PathFault => ({
  ...rest,
  path: toSteps(path),
});

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

/**
 * Statements that could allow an action by which credentials leave their session policy behind, and the end of their
 * life. Holes are compared as they are written: the same hole is filled alike.
 */
function checkIdentityActions({ document }: SessionPolicyTemplate): readonly PathFault[] {
  const policy = parsePolicy(document);
  if (!policy.ok) return [];
  const { statements } = policy.value;
  const denies = statements.filter(({ effect }) => effect === 'Deny');
  return statements.flatMap((statement, index) =>
    mayAllowActionsOf({ version: '1', statements: [statement, ...denies] }, IDENTITY_SERVICES)
      ? [{ path: ['document', 'Statement', index], message: IDENTITY_HELP }]
      : [],
  );
}

/** Nobody sees it there. A claim's own value may end so, and a policy of RAM's is RAM's. */
function checkSpaces({ statements }: PolicyTemplate): readonly PathFault[] {
  return statements.flatMap(({ resources }, index) =>
    resources.flatMap((text, i): readonly PathFault[] => {
      const last = text.at(-1);
      if (typeof last !== 'string' || !/\s$/.test(last)) return [];
      const item = resources.length === 1 ? [] : [i];
      const path = ['document', 'Statement', index, 'Resource', ...item];
      return [{ path, message: 'remove the space at the end' }];
    }),
  );
}

export function checkSessionPolicyTemplate({
  sessionPolicy: source,
  allowIdentityActions = false,
}: Pick<StoredRoleGrant, 'sessionPolicy' | 'allowIdentityActions'>): readonly PathFault[] {
  // `inherit` cannot say less: compose denies these actions there.
  if (source === 'inherit') return [];
  const template = parsePolicyTemplate(source);
  if (!template.ok) return [toPathFault(template.error)];
  const bytes = leastBytes(template.value);
  const tooLarge = `shorten the policy: it has ${bytes} bytes without its variables, and STS accepts ${MAX_SESSION_POLICY_BYTES}`;
  return [
    ...(bytes <= MAX_SESSION_POLICY_BYTES ? [] : [{ path: ['document'], message: tooLarge }]),
    ...checkSpaces(template.value),
    ...(allowIdentityActions ? [] : checkIdentityActions(source)),
  ];
}
