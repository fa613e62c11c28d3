// AssumeRole: parameters, rights, limits, then a session. Each step's refusal is the documented one.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { ConditionContext } from '../iam/caller.ts';
import type { Identity } from '../iam/identity.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import { parseAssumeRole } from './assume-role-parameters.ts';
import { authorizeByIdentity, authorizeByTrust, inheritSourceIdentity } from './authorize-assume-role.ts';
import type { StsError } from './sts-error.ts';

/** `2026-01-31T12:00:00Z`: clients tell the format by its length of 20. */
const wholeSeconds = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;

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
      Expiration: wholeSeconds(issued.expiresAt),
    },
    ...(sourceIdentity.value === undefined ? {} : { SourceIdentity: sourceIdentity.value }),
  });
}
