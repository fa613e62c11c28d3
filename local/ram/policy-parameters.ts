// The parameters that name a policy, checked as the API documents them.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { PolicyAddress } from './policy-store.ts';
import type { RamError } from './ram-error.ts';

const MAX_NAME_CHARACTERS = 128;
const NAME = /^[A-Za-z0-9-]*$/;
const VERSION_ID = /^v[1-9]\d{0,8}$/;

type Parameters = ReadonlyMap<string, string>;

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
