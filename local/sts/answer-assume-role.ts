// AssumeRole: checks the parameters, the caller's rights and the limits, then issues a session. Each refusal is the one that
// the API documents.
import { ROLE_ARN } from '../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { formatWholeSeconds } from '../../shared/kernel/whole-seconds.ts';
import { type ConditionContext, evaluateTrust } from '../../shared/ram/evaluate.ts';
import { MAX_SESSION_POLICY_BYTES, policyBytes } from '../../shared/ram/format-policy.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import type { CloudRole } from '../iam/iam-store.ts';
import { type Identity, trustedNamesOf } from '../iam/identity.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import { accessDenied, authorizeAction, type Denial } from '../rpc/authorize-action.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import type { StsError, StsErrorCode } from './sts-error.ts';

interface AssumeRoleParameters {
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

function parseAssumeRole(parameters: ReadonlyMap<string, string>): Result<AssumeRoleParameters, StsError> {
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

const ACTION = 'sts:AssumeRole';

/** The documentation has ExternalId in trust policies, but no source at hand shows the key's name: to be confirmed live. */
const EXTERNAL_ID_KEY = 'sts:ExternalId';

const refuse = (caller: Identity, denial: Omit<Denial, 'AuthAction'>): Result<void, StsError> =>
  err({ code: 'NoPermission', accessDenied: accessDenied(caller, { AuthAction: ACTION, ...denial }) });

/**
 * Asked before the role is looked up, so that who may assume nothing learns nothing about which roles exist.
 * Policies write the resource with `*` or with nothing for the region; a `*` matches nothing too.
 */
function authorizeByIdentity(
  caller: Identity,
  roleArn: string,
  context: ConditionContext,
): Result<void, StsError> {
  return caller.principal.kind === 'root'
    ? refuse(caller, { NoPermissionType: 'ImplicitDeny', PolicyType: 'AccountLevelIdentityBasedPolicy' })
    : authorizeAction(caller, ACTION, roleArn, context);
}

function authorizeByTrust(
  caller: Identity,
  role: CloudRole,
  context: ConditionContext,
  externalId: string | undefined,
): Result<void, StsError> {
  const answer = evaluateTrust(role.trust, {
    kind: 'RAM',
    names: trustedNamesOf(caller.principal),
    context: externalId === undefined ? context : { ...context, [EXTERNAL_ID_KEY]: externalId },
  });
  if (answer === 'allow') return ok(undefined);
  const NoPermissionType = answer === 'deny' ? 'ExplicitDeny' : 'ImplicitDeny';
  return refuse(caller, { NoPermissionType, PolicyType: 'AssumeRolePolicy' });
}

/** "Immutable along a role chain" (SourceIdentity page). How a change is refused is not documented. */
function inheritSourceIdentity(
  caller: Identity,
  requested: string | undefined,
): Result<string | undefined, StsError> {
  const inherited = caller.principal.kind === 'role' ? caller.principal.sourceIdentity : undefined;
  if (inherited === undefined) return ok(requested);
  return requested === undefined || requested === inherited ? ok(inherited) : err({ code: 'NoPermission' });
}

/** Order of the checks: parameters, the caller's policies, the role, its trust policy, its longest session. */
export function assumeRole(
  iam: LocalIam,
  caller: Identity,
  parameters: ReadonlyMap<string, string>,
  context: ConditionContext,
): Result<AnswerBody, StsError> {
  const parsed = parseAssumeRole(parameters);
  if (!parsed.ok) return parsed;
  const { roleArn, sessionName, durationSeconds, externalId, policy } = parsed.value;

  const permitted = authorizeByIdentity(caller, roleArn, context);
  if (!permitted.ok) return permitted;
  const role = iam.findRole(roleArn);
  if (role === undefined) return err({ code: 'EntityNotExist.Role' });
  const trusted = authorizeByTrust(caller, role, context, externalId);
  if (!trusted.ok) return trusted;
  const sourceIdentity = inheritSourceIdentity(caller, parsed.value.sourceIdentity);
  if (!sourceIdentity.ok) return sourceIdentity;
  if (durationSeconds > role.record.maxSessionSeconds)
    return err({ code: 'InvalidParameter.DurationSeconds' });

  const pinned = sourceIdentity.value === undefined ? {} : { sourceIdentity: sourceIdentity.value };
  const narrowed = policy === undefined ? {} : { policy };
  const issued = iam.issueSession({ role, sessionName, durationSeconds, ...narrowed, ...pinned });
  return ok({
    AssumedRoleUser: {
      Arn: `${roleArn}/${sessionName}`,
      AssumedRoleId: `${role.record.roleId}:${sessionName}`,
    },
    Credentials: {
      AccessKeyId: issued.accessKeyId,
      AccessKeySecret: issued.accessKeySecret,
      SecurityToken: issued.securityToken,
      Expiration: formatWholeSeconds(issued.expiresAt),
    },
    ...(sourceIdentity.value === undefined ? {} : { SourceIdentity: sourceIdentity.value }),
  });
}
