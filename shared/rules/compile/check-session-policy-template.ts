// Refuses a grant's session policy that vending could never use: one that is not RAM's language, and one too long; and
// one by which its credentials could get others, unless the grant says so.
import { IDENTITY_SERVICES, mayAllowActionsOf } from '../../ram/forbidden-actions.ts';
import { parsePolicy } from '../../ram/parse-policy.ts';
import { type PolicyTemplate, parsePolicyTemplate, type TemplateFault } from '../document/policy-template.ts';
import type { SessionPolicyTemplate, StoredRoleGrant } from '../document/stored-grant.ts';
import type { DocumentPath, PathFault } from '../values/document-fault.ts';
import { checkUsablePolicy } from './check-usable-policy.ts';

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
  constraints,
}: Pick<StoredRoleGrant, 'sessionPolicy' | 'allowIdentityActions' | 'constraints'>): readonly PathFault[] {
  // `inherit` cannot say less: compose denies these actions there.
  if (source === 'inherit') return [];
  const template = parsePolicyTemplate(source);
  if (!template.ok) return [toPathFault(template.error)];
  return [
    ...checkUsablePolicy(template.value, constraints),
    ...checkSpaces(template.value),
    ...(allowIdentityActions ? [] : checkIdentityActions(source)),
  ];
}
