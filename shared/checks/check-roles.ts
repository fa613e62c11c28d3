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

/** How vend's role, or a hub role, asks STS for the role. A role is a member of its account, too. */
const asAssumer = (assumerArn: string, context: TrustRequest['context']): TrustRequest => ({
  kind: 'RAM',
  names: [assumerArn, assumerArn.replace(/:role\/.*$/, ':root')],
  context,
});

/** Some statement names vend, whatever its conditions. */
const namesVend = ({ statements }: TrustPolicy, { names }: TrustRequest): boolean =>
  statements.some(
    ({ effect, principals }) =>
      effect === 'Allow' && principals.some(({ kind, name }) => kind === 'RAM' && names.includes(name)),
  );

function checkTrust(
  { id, externalId }: Role,
  trust: TrustPolicy,
  vendRoleArn: string,
): readonly CheckFinding[] {
  const without = asAssumer(vendRoleArn, {});
  const asked = externalId === undefined ? without : asAssumer(vendRoleArn, { [EXTERNAL_ID]: externalId });
  if (evaluateTrust(trust, asked) !== 'allow')
    return [
      namesVend(trust, asked)
        ? {
            name: 'role-external-id',
            subject: id,
            detail: externalId === undefined ? 'the rules have no ExternalId' : 'the ExternalIds differ',
          }
        : { name: 'role-untrusted', subject: id, detail: `${vendRoleArn} is not trusted` },
    ];
  return externalId !== undefined && evaluateTrust(trust, without) === 'allow'
    ? [{ name: 'role-external-id-open', subject: id, detail: 'no condition asks for the ExternalId' }]
    : [];
}

/** A hub that is not trusted costs its calls and no caller: the other accounts are asked. */
function checkHubTrust(
  { id, externalId }: Role,
  trust: TrustPolicy,
  hubRoleArn: string,
): readonly CheckFinding[] {
  const without = asAssumer(hubRoleArn, {});
  const asked = externalId === undefined ? without : asAssumer(hubRoleArn, { [EXTERNAL_ID]: externalId });
  if (evaluateTrust(trust, asked) !== 'allow')
    return [{ name: 'role-hub-untrusted', subject: id, detail: `${hubRoleArn} is not trusted` }];
  return externalId !== undefined && evaluateTrust(trust, without) === 'allow'
    ? [
        {
          name: 'role-external-id-open',
          subject: id,
          detail: `no condition asks ${hubRoleArn} for the ExternalId`,
        },
      ]
    : [];
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
