// GetPolicy and GetPolicyVersion. Permission is asked before the policy is looked up.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { ConditionContext } from '../iam/caller.ts';
import type { Identity } from '../iam/identity.ts';
import { authorizeAction } from '../rpc/authorize-action.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import { policySummary, versionAnswer } from './policy-answers.ts';
import { policyArn, readPolicyAddress, readVersionId } from './policy-parameters.ts';
import type { PolicyStore, StoredPolicy } from './policy-store.ts';
import type { RamError } from './ram-error.ts';

export interface PolicyCall {
  readonly caller: Identity;
  readonly parameters: ReadonlyMap<string, string>;
  readonly context: ConditionContext;
  readonly policies: PolicyStore;
}

function findPermitted(action: string, call: PolicyCall): Result<StoredPolicy, RamError> {
  const address = readPolicyAddress(call.parameters, call.caller.accountId);
  if (!address.ok) return address;
  const permitted = authorizeAction(call.caller, action, policyArn(address.value), call.context);
  if (!permitted.ok) return permitted;
  const policy = call.policies.find(address.value);
  return policy === undefined ? err({ code: 'EntityNotExist.Policy' }) : ok(policy);
}

export function getPolicy(call: PolicyCall): Result<AnswerBody, RamError> {
  const policy = findPermitted('ram:GetPolicy', call);
  if (!policy.ok) return policy;
  return ok({
    Policy: policySummary(policy.value),
    DefaultPolicyVersion: versionAnswer(policy.value.current, true),
  });
}

export function getPolicyVersion(call: PolicyCall): Result<AnswerBody, RamError> {
  const versionId = readVersionId(call.parameters);
  if (!versionId.ok) return versionId;
  const policy = findPermitted('ram:GetPolicyVersion', call);
  if (!policy.ok) return policy;
  const { versions, current } = policy.value;
  const version = versions.find((one) => one.versionId === versionId.value);
  return version === undefined
    ? err({ code: 'EntityNotExist.Policy.Version' })
    : ok({ PolicyVersion: versionAnswer(version, version === current) });
}
