// The calls that change custom policies: CreatePolicy, DeletePolicy, and their versions.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import type { CustomPolicyAddress, StoredPolicy } from '../iam/policy-store.ts';
import { authorizeAction } from '../rpc/authorize-action.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import {
  findPermittedPolicy,
  policyArn,
  policySummary,
  readPolicyAddress,
  readVersionId,
  versionAnswer,
} from './answer-policy-call.ts';
import { type Parameters, type RamCall, readDescription } from './ram-call.ts';
import type { RamError } from './ram-error.ts';
import { readTags } from './tags.ts';

/** RAM CreatePolicy, PolicyDocument. */
const MAX_DOCUMENT_CHARACTERS = 6144;
/** RAM "Error messages": five versions a policy. The numbers of policies and roles are R21's of "Limits". */
const MAX_VERSIONS = 5;
const MAX_POLICIES = 1500;
/** RAM CreatePolicyVersion, RotateStrategy. */
const ROTATE = 'DeleteOldestNonDefaultVersionWhenLimitExceeded';

/** These calls know custom policies alone and take no PolicyType. */
const customOf = (call: RamCall): RamCall => ({
  ...call,
  parameters: new Map([...call.parameters, ['PolicyType', 'Custom']]),
});

const addressOf = ({ name }: StoredPolicy, { caller }: RamCall): CustomPolicyAddress => ({
  type: 'Custom',
  name,
  accountId: caller.accountId,
});

function readDocument(parameters: Parameters): Result<string, RamError> {
  const text = parameters.get('PolicyDocument') ?? '';
  if (text === '' || text.length > MAX_DOCUMENT_CHARACTERS) {
    return err({ code: 'InvalidParameter.PolicyDocument.Length' });
  }
  try {
    return parsePolicy(JSON.parse(text)).ok ? ok(text) : err({ code: 'MalformedPolicyDocument' });
  } catch {
    return err({ code: 'MalformedPolicyDocument' });
  }
}

export function createPolicy(call: RamCall): Result<AnswerBody, RamError> {
  const { caller, parameters, context, iam } = customOf(call);
  const address = readPolicyAddress(parameters, caller.accountId);
  if (!address.ok) return address;
  if (address.value.type === 'System') return err({ code: 'InvalidParameter.PolicyType' });
  const [text, description, tags] = [
    readDocument(parameters),
    readDescription(parameters),
    readTags(parameters),
  ];
  for (const read of [text, description, tags]) if (!read.ok) return read;
  const permitted = authorizeAction(caller, 'ram:CreatePolicy', policyArn(address.value), context);
  if (!permitted.ok) return permitted;
  if (iam.policies.find(address.value) !== undefined) return err({ code: 'EntityAlreadyExists.Policy' });
  const own = iam.policies.list(caller.accountId).filter(({ type }) => type === 'Custom');
  if (own.length >= MAX_POLICIES) return err({ code: 'LimitExceeded.Policy' });
  iam.policies.create(address.value, {
    text: text.ok ? text.value : '',
    description: (description.ok && description.value) || '',
    tags: tags.ok ? tags.value : {},
  });
  const made = iam.policies.find(address.value);
  return made ? ok({ Policy: policySummary(made) }) : err({ code: 'InternalError' });
}

function findCustom(action: string, call: RamCall): Result<StoredPolicy, RamError> {
  return findPermittedPolicy(action, customOf(call));
}

export function createPolicyVersion(call: RamCall): Result<AnswerBody, RamError> {
  const text = readDocument(call.parameters);
  if (!text.ok) return text;
  const policy = findCustom('ram:CreatePolicyVersion', call);
  if (!policy.ok) return policy;
  const { policies } = call.iam;
  const address = addressOf(policy.value, call);
  if (policy.value.versions.length >= MAX_VERSIONS) {
    const oldest = policy.value.versions.find((version) => version !== policy.value.current);
    if (oldest === undefined || call.parameters.get('RotateStrategy') !== ROTATE) {
      return err({ code: 'LimitExceeded.Policy.Version' });
    }
    policies.deleteVersion(address, oldest.versionId);
  }
  const isDefault = call.parameters.get('SetAsDefault') === 'true';
  const version = policies.addVersion(address, { text: text.value, isDefault });
  return ok({ PolicyVersion: versionAnswer(version, isDefault) });
}

export function deletePolicyVersion(call: RamCall): Result<AnswerBody, RamError> {
  const versionId = readVersionId(call.parameters);
  if (!versionId.ok) return versionId;
  const policy = findCustom('ram:DeletePolicyVersion', call);
  if (!policy.ok) return policy;
  const version = policy.value.versions.find((one) => one.versionId === versionId.value);
  if (version === undefined) return err({ code: 'EntityNotExist.Policy.Version' });
  if (version === policy.value.current) return err({ code: 'DeleteConflict.Policy.Version.Default' });
  call.iam.policies.deleteVersion(addressOf(policy.value, call), version.versionId);
  return ok({});
}

export function listPolicyVersions(call: RamCall): Result<AnswerBody, RamError> {
  const policy = findPermittedPolicy('ram:ListPolicyVersions', call);
  if (!policy.ok) return policy;
  const { versions, current } = policy.value;
  return ok({
    PolicyVersions: { PolicyVersion: versions.map((version) => versionAnswer(version, version === current)) },
  });
}

export function deletePolicy(call: RamCall): Result<AnswerBody, RamError> {
  const policy = findCustom('ram:DeletePolicy', call);
  if (!policy.ok) return policy;
  const { name, versions } = policy.value;
  const attached = call.iam
    .listRoles(call.caller.accountId)
    .some(({ record }) => record.attached?.some((one) => one.type === 'Custom' && one.name === name));
  if (attached) return err({ code: 'DeleteConflict.Policy.Role' });
  if (versions.length > 1 && call.parameters.get('CascadingDelete') !== 'true') {
    return err({ code: 'DeleteConflict.Policy.Version' });
  }
  call.iam.policies.delete(addressOf(policy.value, call));
  return ok({});
}
