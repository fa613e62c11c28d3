// The parameters of AssumeRole, checked as the API documents them. Patterns and lengths: API metadata, AssumeRole.
import { ROLE_ARN } from '../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { MAX_SESSION_POLICY_BYTES, policyBytes } from '../../shared/ram/format-policy.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import type { StsError, StsErrorCode } from './sts-error.ts';

export interface AssumeRoleParameters {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly externalId?: string;
  readonly sourceIdentity?: string;
  readonly policy?: Policy;
}

const SESSION_NAME = /^[A-Za-z0-9.@_-]{2,64}$/;
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;
/** Without a colon, so the reserved beginnings `acs:`, `aliyun:` and `alibabacloud:` are out already. */
const SOURCE_IDENTITY = /^[\w+=,.@-]{2,64}$/;
const MIN_DURATION_SECONDS = 900;
const DEFAULT_DURATION_SECONDS = '3600';
const WHOLE_NUMBER = /^[1-9]\d{0,9}$/;

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readPolicy(text: string | undefined): Result<Policy | undefined, StsError> {
  if (text === undefined) return ok(undefined);
  if (policyBytes(text) > MAX_SESSION_POLICY_BYTES) return err({ code: 'InvalidParameter.PolicySize' });
  const parsed = parsePolicy(readJson(text));
  return parsed.ok ? parsed : err({ code: 'InvalidParameter.PolicyGrammar' });
}

/** The first parameter that is absent or has the wrong form. The role's own maximum is not known here. */
function firstFault(parameters: ReadonlyMap<string, string>): StsErrorCode | undefined {
  const text = (name: string): string => parameters.get(name) ?? '';
  const isWrong = (name: string, form: RegExp): boolean => parameters.has(name) && !form.test(text(name));
  if (text('RoleArn') === '') return 'MissingRoleArn';
  if (text('RoleSessionName') === '') return 'MissingRoleSessionName';
  if (isWrong('RoleArn', ROLE_ARN)) return 'InvalidParameter.RoleArn';
  if (isWrong('RoleSessionName', SESSION_NAME)) return 'InvalidParameter.RoleSessionName';
  if (isWrong('DurationSeconds', WHOLE_NUMBER)) return 'InvalidParameter.DurationSeconds';
  if (isWrong('ExternalId', EXTERNAL_ID)) return 'InvalidParameter.ExternalId';
  return isWrong('SourceIdentity', SOURCE_IDENTITY) ? 'InvalidParameter.SourceIdentity' : undefined;
}

export function parseAssumeRole(
  parameters: ReadonlyMap<string, string>,
): Result<AssumeRoleParameters, StsError> {
  const code = firstFault(parameters);
  if (code !== undefined) return err({ code });
  const durationSeconds = Number(parameters.get('DurationSeconds') ?? DEFAULT_DURATION_SECONDS);
  if (durationSeconds < MIN_DURATION_SECONDS) return err({ code: 'InvalidParameter.DurationSeconds' });
  const policy = readPolicy(parameters.get('Policy'));
  if (!policy.ok) return policy;
  const externalId = parameters.get('ExternalId');
  const sourceIdentity = parameters.get('SourceIdentity');
  return ok({
    roleArn: parameters.get('RoleArn') ?? '',
    sessionName: parameters.get('RoleSessionName') ?? '',
    durationSeconds,
    ...(externalId === undefined ? {} : { externalId }),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    ...(policy.value === undefined ? {} : { policy: policy.value }),
  });
}
