// AttachPolicyToRole, DetachPolicyFromRole, ListPoliciesForRole and ListEntitiesForPolicy. What is attached counts with the
// next request that a session of the role sends.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { formatWholeSeconds } from '../../shared/kernel/whole-seconds.ts';
import type { AttachedPolicy, CloudRole } from '../iam/iam-store.ts';
import type { PolicyAddress } from '../iam/policy-store.ts';
import { authorizeAction } from '../rpc/authorize-action.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import { findPermittedPolicy, policyArn, policySummary, readPolicyAddress } from './answer-policy-call.ts';
import { findPermittedRole, type RamCall } from './ram-call.ts';
import type { RamError } from './ram-error.ts';

/** RAM "Limits" (R21): attached to one role. */
const MAX_ATTACHED = { System: 20, Custom: 5 } as const;

interface Attachment {
  readonly role: CloudRole;
  readonly policy: PolicyAddress;
  readonly attached: readonly AttachedPolicy[];
  readonly isAttached: boolean;
}

const same = (a: Pick<AttachedPolicy, 'type' | 'name'>, b: Pick<AttachedPolicy, 'type' | 'name'>): boolean =>
  a.type === b.type && a.name === b.name;

/** The caller needs the permission on the role and on the policy. */
function readAttachment(action: string, call: RamCall): Result<Attachment, RamError> {
  const { parameters, caller, context } = call;
  const policy = readPolicyAddress(parameters, caller.accountId);
  if (!policy.ok) return policy;
  const permitted = authorizeAction(caller, action, policyArn(policy.value), context);
  if (!permitted.ok) return permitted;
  const role = findPermittedRole(action, call);
  if (!role.ok) return role;
  const { attached = [] } = role.value.record;
  const isAttached = attached.some((one) => same(one, policy.value));
  return ok({ role: role.value, policy: policy.value, attached, isAttached });
}

export function attachPolicyToRole(call: RamCall): Result<AnswerBody, RamError> {
  const read = readAttachment('ram:AttachPolicyToRole', call);
  if (!read.ok) return read;
  const { role, policy, attached, isAttached } = read.value;
  const { type, name } = policy;
  if (call.iam.policies.find(policy) === undefined) return err({ code: 'EntityNotExist.Policy' });
  if (isAttached) return err({ code: 'EntityAlreadyExists.Role.Policy' });
  if (attached.filter((one) => one.type === type).length >= MAX_ATTACHED[type]) {
    return err({ code: 'LimitExceeded.Role.Policy' });
  }
  const added = { type, name, attachDate: formatWholeSeconds(call.now) };
  call.iam.changeRole(role.arn, { attached: [...attached, added] });
  return ok({});
}

export function detachPolicyFromRole(call: RamCall): Result<AnswerBody, RamError> {
  const read = readAttachment('ram:DetachPolicyFromRole', call);
  if (!read.ok) return read;
  const { role, policy, attached, isAttached } = read.value;
  if (!isAttached) return err({ code: 'EntityNotExist.Role.Policy' });
  call.iam.changeRole(role.arn, { attached: attached.filter((one) => !same(one, policy)) });
  return ok({});
}

export function listPoliciesForRole(call: RamCall): Result<AnswerBody, RamError> {
  const role = findPermittedRole('ram:ListPoliciesForRole', call);
  if (!role.ok) return role;
  const { attached = [], accountId } = role.value.record;
  const Policy = attached.flatMap(({ type, name, attachDate }) => {
    const policy = call.iam.policies.find(type === 'System' ? { type, name } : { type, name, accountId });
    if (policy === undefined) return [];
    const { PolicyName = '', PolicyType = '', Description = '', DefaultVersion = '' } = policySummary(policy);
    return [{ PolicyName, PolicyType, Description, DefaultVersion, AttachDate: attachDate }];
  });
  return ok({ Policies: { Policy } });
}

/** Users and groups are not attached to here. */
export function listEntitiesForPolicy(call: RamCall): Result<AnswerBody, RamError> {
  const policy = findPermittedPolicy('ram:ListEntitiesForPolicy', call);
  if (!policy.ok) return policy;
  const Role = call.iam.listRoles(call.caller.accountId).flatMap(({ record, arn }) => {
    const attachment = record.attached?.find((one) => same(one, policy.value));
    if (attachment === undefined) return [];
    const { name, roleId, description = '' } = record;
    return [
      {
        RoleName: name,
        RoleId: roleId,
        Arn: arn,
        Description: description,
        AttachDate: attachment.attachDate,
      },
    ];
  });
  return ok({ Roles: { Role }, Users: { User: [] }, Groups: { Group: [] } });
}
