// What the administrator of another account runs so that vend may assume a role there. Stint has no credentials of that account.
import { trustOfVend } from './vend-trust.ts';

/** In single quotes a shell changes nothing, and neither the JSON nor the names have one. */
const quoted = (text: string): string => `'${text}'`;

/** `creates`: the role is not there yet. */
export function linesForOtherAccount(
  roleArn: string,
  vendRole: string,
  externalId: string,
  maxSessionSeconds: number,
  creates: boolean,
): readonly string[] {
  const [, account = '', name = ''] = /^acs:ram::(\d+):role\/(.+)$/.exec(roleArn) ?? [];
  const trust = JSON.stringify(trustOfVend(vendRole, externalId));
  const command = creates
    ? `aliyun ram CreateRole --RoleName ${name} --MaxSessionDuration ${maxSessionSeconds} --AssumeRolePolicyDocument ${quoted(trust)}`
    : `aliyun ram UpdateRole --RoleName ${name} --NewMaxSessionDuration ${maxSessionSeconds} --NewAssumeRolePolicyDocument ${quoted(trust)}`;
  return [
    `In account ${account} an administrator runs this${creates ? '' : ', or adds the statement where the role trusts others, too'}:`,
    `  ${command}`,
    ...(creates
      ? [
          `  aliyun ram AttachPolicyToRole --RoleName ${name} --PolicyType System --PolicyName <what the role may do>`,
        ]
      : []),
    'The trust policy that the role needs:',
    `  ${trust}`,
  ];
}
