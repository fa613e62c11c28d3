// What the administrators of hub accounts run: the hub role, which vend's role alone may assume, and its policy, which lists the roles
// that are handed out. Stint has no credentials of those accounts.
import { accountOf, ROLE_ARN, type RoleArn } from '../../../shared/kernel/names.ts';
import { inShell } from '../../../shared/people/credential-formats.ts';

const nameOf = (hubRole: RoleArn): string => ROLE_ARN.exec(hubRole)?.[2] ?? '';

const allow = (statement: object): string =>
  JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }] });

/** The policy has the name of the hub role. RAM keeps five versions of one. */
function policyLine(hubRole: RoleArn, roles: readonly string[], creates: boolean): string {
  const document = `--PolicyName ${nameOf(hubRole)} --PolicyDocument ${inShell(allow({ Resource: roles }))}`;
  return creates
    ? `  aliyun ram CreatePolicy ${document}`
    : `  aliyun ram CreatePolicyVersion --SetAsDefault true --RotateStrategy DeleteOldestNonDefaultVersionWhenLimitExceeded ${document}`;
}

/** Of each hub: `roles` are those that it may assume from now on. A policy without a role cannot be written. */
export const linesForHubs = (hubRoles: readonly RoleArn[], roles: readonly string[]): readonly string[] =>
  roles.length === 0
    ? []
    : hubRoles.flatMap((hubRole) => [
        `In hub account ${accountOf(hubRole)} an administrator runs this, which lets ${nameOf(hubRole)} assume the same roles:`,
        policyLine(hubRole, roles, false),
      ]);

/** The same, of a hub role that is not there yet. */
export const linesForNewHubs = (
  hubRoles: readonly RoleArn[],
  vendRole: string,
  roles: readonly string[],
): readonly string[] =>
  hubRoles.flatMap((hubRole) => {
    const name = nameOf(hubRole);
    return [
      `In hub account ${accountOf(hubRole)} an administrator runs this, if ${name} is not there yet:`,
      `  aliyun ram CreateRole --RoleName ${name} --AssumeRolePolicyDocument ${inShell(allow({ Principal: { RAM: [vendRole] } }))}`,
      ...(roles.length === 0
        ? ['Its policy comes with the first role: stint role add prints it.']
        : [policyLine(hubRole, roles, true)]),
      `  aliyun ram AttachPolicyToRole --RoleName ${name} --PolicyType Custom --PolicyName ${name}`,
    ];
  });
