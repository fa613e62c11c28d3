// What the administrator of another account runs so that vend may assume a role there. Stint has no credentials of that account.
import type { AttachedPolicy } from '../../../shared/adapters/alibaba-cloud/ram-administration.ts';
import { ROLE_ARN } from '../../../shared/kernel/names.ts';
import { inShell } from '../../../shared/people/credential-formats.ts';
import { type Assumers, trustOfStint } from './vend-trust.ts';

/** Alibaba Cloud's own policies. Which custom ones the other account has, only it can say. */
const SYSTEM_POLICY = /^(?:Aliyun.*|AdministratorAccess|ReadOnlyAccess)$/;

export const policyElsewhere = (name: string): AttachedPolicy => ({
  type: SYSTEM_POLICY.test(name) ? 'System' : 'Custom',
  name,
});

const attachLine = (role: string, { type, name }: AttachedPolicy): string =>
  `  aliyun ram AttachPolicyToRole --RoleName ${role} --PolicyType ${type} --PolicyName ${name}`;

/** `creates`: the role is not there yet. */
export function linesForOtherAccount(
  { arn, creates }: { readonly arn: string; readonly creates: boolean },
  assumers: Assumers,
  externalId: string,
  maxSessionSeconds: number,
  attach: readonly AttachedPolicy[],
): readonly string[] {
  const [, account = '', name = ''] = ROLE_ARN.exec(arn) ?? [];
  const trust = JSON.stringify(trustOfStint(assumers, externalId));
  const command = creates
    ? `aliyun ram CreateRole --RoleName ${name} --MaxSessionDuration ${maxSessionSeconds} --AssumeRolePolicyDocument ${inShell(trust)}`
    : `aliyun ram UpdateRole --RoleName ${name} --NewMaxSessionDuration ${maxSessionSeconds} --NewAssumeRolePolicyDocument ${inShell(trust)}`;
  return [
    `In account ${account} an administrator runs this${creates ? '' : ', or adds the statement where the role trusts others, too'}:`,
    `  ${command}`,
    ...attach.map((policy) => attachLine(name, policy)),
    ...(creates && attach.length === 0
      ? ['Then they attach the policies that say what the role may do: --attach prints the lines.']
      : []),
    'The trust policy that the role needs:',
    `  ${trust}`,
  ];
}
