// GetPolicy, GetPolicyVersion and ListPolicies. The caller's permission is checked before a policy is looked up, so that a
// refusal does not tell which policies exist.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { PolicyVersion } from '../iam/iam-store.ts';
import type { PolicyAddress, StoredPolicy } from '../iam/policy-store.ts';
import { authorizeAction } from '../rpc/authorize-action.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import { type Parameters, type RamCall, readPage, takePage } from './ram-call.ts';
import type { RamError } from './ram-error.ts';
import { tagsBody } from './tags.ts';

const MAX_NAME_CHARACTERS = 128;
const NAME = /^[A-Za-z0-9-]*$/;
const VERSION_ID = /^v[1-9]\d{0,8}$/;

/** The policy that the parameters name. */
export function readPolicyAddress(
  parameters: Parameters,
  accountId: string,
): Result<PolicyAddress, RamError> {
  const name = parameters.get('PolicyName') ?? '';
  const type = parameters.get('PolicyType');
  if (type !== 'System' && type !== 'Custom') return err({ code: 'InvalidParameter.PolicyType' });
  if (!NAME.test(name)) return err({ code: 'InvalidParameter.PolicyName.InvalidChars' });
  if (name === '' || name.length > MAX_NAME_CHARACTERS) {
    return err({ code: 'InvalidParameter.PolicyName.Length' });
  }
  return ok(type === 'System' ? { type, name } : { type, name, accountId });
}

export function readVersionId(parameters: Parameters): Result<string, RamError> {
  const versionId = parameters.get('VersionId') ?? '';
  return VERSION_ID.test(versionId) ? ok(versionId) : err({ code: 'InvalidParameter.VersionId.Format' });
}

/** `acs:ram:*:<account>:policy/<name>`, or with `system` for the account (RAM, GetPolicy, authorization). */
export function policyArn(address: PolicyAddress): string {
  return `acs:ram:*:${address.type === 'System' ? 'system' : address.accountId}:policy/${address.name}`;
}

/** The local RAM does not count to how many identities a policy is attached. */
const ATTACHMENT_COUNT = 0;

export const policySummary = ({
  type,
  name,
  description,
  createDate,
  current,
}: StoredPolicy): AnswerBody => ({
  PolicyName: name,
  PolicyType: type,
  Description: description,
  DefaultVersion: current.versionId,
  CreateDate: createDate,
  UpdateDate: current.createDate,
  AttachmentCount: ATTACHMENT_COUNT,
});

export const versionAnswer = (
  { versionId, text, createDate }: PolicyVersion,
  isDefault: boolean,
): AnswerBody => ({
  VersionId: versionId,
  IsDefaultVersion: isDefault,
  PolicyDocument: text,
  CreateDate: createDate,
});

/** The policy that the parameters name, if the caller may do this with it and it exists. */
export function findPermittedPolicy(action: string, call: RamCall): Result<StoredPolicy, RamError> {
  const address = readPolicyAddress(call.parameters, call.caller.accountId);
  if (!address.ok) return address;
  const permitted = authorizeAction(call.caller, action, policyArn(address.value), call.context);
  if (!permitted.ok) return permitted;
  const policy = call.iam.policies.find(address.value);
  return policy === undefined ? err({ code: 'EntityNotExist.Policy' }) : ok(policy);
}

/** RAM GetPolicy: a policy with its default version. */
export function getPolicy(call: RamCall): Result<AnswerBody, RamError> {
  const policy = findPermittedPolicy('ram:GetPolicy', call);
  if (!policy.ok) return policy;
  return ok({
    Policy: policySummary(policy.value),
    DefaultPolicyVersion: versionAnswer(policy.value.current, true),
  });
}

/** RAM GetPolicyVersion: one version of a policy. */
export function getPolicyVersion(call: RamCall): Result<AnswerBody, RamError> {
  const versionId = readVersionId(call.parameters);
  if (!versionId.ok) return versionId;
  const policy = findPermittedPolicy('ram:GetPolicyVersion', call);
  if (!policy.ok) return policy;
  const { versions, current } = policy.value;
  const version = versions.find((one) => one.versionId === versionId.value);
  return version === undefined
    ? err({ code: 'EntityNotExist.Policy.Version' })
    : ok({ PolicyVersion: versionAnswer(version, version === current) });
}

/** RAM ListPolicies: the system policies and the caller's account's own, a page at a time. */
export function listPolicies(call: RamCall): Result<AnswerBody, RamError> {
  const { caller, parameters, context, iam } = call;
  const type = parameters.get('PolicyType');
  if (type !== undefined && type !== 'System' && type !== 'Custom') {
    return err({ code: 'InvalidParameter.PolicyType' });
  }
  const page = readPage(parameters);
  if (!page.ok) return page;
  const permitted = authorizeAction(
    caller,
    'ram:ListPolicies',
    `acs:ram:*:${caller.accountId}:policy/*`,
    context,
  );
  if (!permitted.ok) return permitted;
  const all = iam.policies
    .list(caller.accountId)
    .filter((policy) => type === undefined || policy.type === type);
  const { items, rest } = takePage(all, page.value);
  const Policy = items.map((policy) => ({ ...policySummary(policy), Tags: tagsBody(policy.tags) }));
  return ok({ Policies: { Policy }, ...rest });
}
