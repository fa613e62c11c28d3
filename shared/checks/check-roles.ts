// Do the RAM roles still fit the roles of the rules? Of one role each: the entry of the rules, and what RAM has.
import { evaluateTrust, type TrustRequest } from '../ram/evaluate.ts';
import { parseTrustPolicy, type TrustPolicy } from '../ram/parse-trust-policy.ts';
import type { Role } from '../rules/values/role.ts';
import type { AttachedName, FoundRole } from './cloud-reader.ts';
import type { CheckFinding } from './finding.ts';

const EXTERNAL_ID = 'sts:ExternalId';

/** What `stint contain` attaches to a role: a Deny of everything. Of the account that owns the role. */
export const CONTAIN_POLICY = 'stint-contain';

/** A containment that is forgotten: callers get credentials, and every call with them fails. */
export const checkContained = ({ id }: Role, attached: readonly AttachedName[]): readonly CheckFinding[] =>
  attached.some(({ type, name }) => type === 'Custom' && name === CONTAIN_POLICY)
    ? [{ name: 'role-contained', subject: id, detail: `the policy ${CONTAIN_POLICY} is attached` }]
    : [];

/** How an assumer (vend's role, or a hub role) asks STS for the role. A role is a member of its account, too. */
const asAssumer = (assumerArn: string, context: TrustRequest['context']): TrustRequest => ({
  kind: 'RAM',
  names: [assumerArn, assumerArn.replace(/:role\/.*$/, ':root')],
  context,
});

/** What the trust policy says to an assumer with the ExternalId of the rules. `open`: it would say the same without one. */
function judgeTrust(
  { externalId }: Role,
  trust: TrustPolicy,
  assumerArn: string,
): 'allowed' | 'open' | 'refused' {
  const allows = (context: TrustRequest['context']): boolean =>
    evaluateTrust(trust, asAssumer(assumerArn, context)) === 'allow';
  if (externalId === undefined) return allows({}) ? 'allowed' : 'refused';
  if (!allows({ [EXTERNAL_ID]: externalId })) return 'refused';
  return allows({}) ? 'open' : 'allowed';
}

/** Some statement names the assumer, whatever its conditions. */
const names = ({ statements }: TrustPolicy, assumerArn: string): boolean =>
  statements.some(
    ({ effect, principals }) =>
      effect === 'Allow' &&
      principals.some(({ kind, name }) => kind === 'RAM' && asAssumer(assumerArn, {}).names.includes(name)),
  );

function checkTrust(role: Role, trust: TrustPolicy, vendRoleArn: string): readonly CheckFinding[] {
  const { id: subject, externalId } = role;
  const judged = judgeTrust(role, trust, vendRoleArn);
  if (judged === 'open')
    return [{ name: 'role-external-id-open', subject, detail: 'no condition asks for the ExternalId' }];
  if (judged === 'allowed') return [];
  if (!names(trust, vendRoleArn))
    return [{ name: 'role-untrusted', subject, detail: `${vendRoleArn} is not trusted` }];
  const detail = externalId === undefined ? 'the rules have no ExternalId' : 'the ExternalIds differ';
  return [{ name: 'role-external-id', subject, detail }];
}

/** A hub that is not trusted costs its calls and no caller: the other accounts are asked. */
function checkHubTrust(role: Role, trust: TrustPolicy, hubRoleArn: string): readonly CheckFinding[] {
  const subject = role.id;
  const judged = judgeTrust(role, trust, hubRoleArn);
  if (judged === 'refused')
    return [{ name: 'role-hub-untrusted', subject, detail: `${hubRoleArn} is not trusted` }];
  const detail = `no condition asks ${hubRoleArn} for the ExternalId`;
  return judged === 'open' ? [{ name: 'role-external-id-open', subject, detail }] : [];
}

/** `found` is undefined where RAM has no such role. `vendRoleArn`: the role of the function vend; `hubRoleArns`: its hub roles. */
export function checkRole(
  role: Role,
  found: FoundRole | undefined,
  vendRoleArn: string,
  hubRoleArns: readonly string[],
): readonly CheckFinding[] {
  const { id, roleArn, maxDurationSeconds } = role;
  if (found === undefined) return [{ name: 'role-missing', subject: id, detail: roleArn }];
  const duration: readonly CheckFinding[] =
    found.maxSessionSeconds < maxDurationSeconds
      ? [
          {
            name: 'role-duration',
            subject: id,
            detail: `the rules say ${maxDurationSeconds} s, RAM ${found.maxSessionSeconds} s`,
          },
        ]
      : [];
  const trust = parseTrustPolicy(found.trust);
  if (!trust.ok) return [...duration, { name: 'role-unreadable', subject: id, detail: trust.error.path }];
  return [
    ...duration,
    ...checkTrust(role, trust.value, vendRoleArn),
    ...hubRoleArns.flatMap((hubRoleArn) => checkHubTrust(role, trust.value, hubRoleArn)),
  ];
}
