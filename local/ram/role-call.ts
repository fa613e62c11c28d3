// CreateRole, GetRole, UpdateRole, DeleteRole and ListRoles. The caller's permission is checked before a role is looked up.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { formatWholeSeconds } from '../../shared/kernel/whole-seconds.ts';
import { parseTrustPolicy } from '../../shared/ram/parse-trust-policy.ts';
import type { CloudRole } from '../iam/iam-store.ts';
import { authorizeAction } from '../rpc/authorize-action.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import {
  findPermittedRole,
  type Parameters,
  permittedRole,
  type RamCall,
  readDescription,
  readPage,
  roleResource,
  takePage,
} from './ram-call.ts';
import type { RamError } from './ram-error.ts';
import { readTags, tagsBody } from './tags.ts';

/** RAM "Limits" (R21). */
const MAX_ROLES = 1000;
/** RAM CreateRole, MaxSessionDuration, in seconds. */
const MIN_SESSION = 3600;
const MAX_SESSION = 43_200;
const WHOLE_NUMBER = /^\d{1,9}$/;
/** Of roles that were put here as they are. */
const NO_DATE = '2015-01-23T12:33:18Z';

function roleBody({ record, arn }: CloudRole): AnswerBody {
  const { name, roleId, description = '', createDate = NO_DATE, maxSessionSeconds } = record;
  return {
    RoleId: roleId,
    RoleName: name,
    Arn: arn,
    Description: description,
    AssumeRolePolicyDocument: JSON.stringify(record.trustPolicy),
    MaxSessionDuration: maxSessionSeconds,
    CreateDate: createDate,
    UpdateDate: record.updateDate ?? createDate,
  };
}

/** Only ListRoles gives tags and leaves out the trust policy. */
function listedRole(role: CloudRole): AnswerBody {
  const { AssumeRolePolicyDocument: _, ...listed } = roleBody(role);
  return { ...listed, Tags: tagsBody(role.record.tags ?? {}) };
}

function readTrust(parameters: Parameters, member: string): Result<unknown, RamError> {
  const text = parameters.get(member);
  if (text === undefined) return ok(undefined);
  try {
    const document: unknown = JSON.parse(text);
    if (parseTrustPolicy(document).ok) return ok(document);
  } catch {
    // Not JSON.
  }
  return err({ code: 'InvalidParameter.AssumeRolePolicyDocument' });
}

function readMaxSession(parameters: Parameters, member: string): Result<number | undefined, RamError> {
  const text = parameters.get(member);
  if (text === undefined) return ok(undefined);
  const seconds = WHOLE_NUMBER.test(text) ? Number(text) : 0;
  return seconds >= MIN_SESSION && seconds <= MAX_SESSION
    ? ok(seconds)
    : err({ code: 'InvalidParameter.MaxSessionDuration' });
}

interface RoleMembers {
  readonly trustPolicy: unknown;
  readonly description: string | undefined;
  readonly maxSessionSeconds: number | undefined;
}

/** `prefix` is `New` where they are changed. */
function readMembers(parameters: Parameters, prefix: '' | 'New'): Result<RoleMembers, RamError> {
  const trust = readTrust(parameters, `${prefix}AssumeRolePolicyDocument`);
  if (!trust.ok) return trust;
  const description = readDescription(parameters, `${prefix}Description`);
  if (!description.ok) return description;
  const seconds = readMaxSession(parameters, `${prefix}MaxSessionDuration`);
  if (!seconds.ok) return seconds;
  return ok({ trustPolicy: trust.value, description: description.value, maxSessionSeconds: seconds.value });
}

export function createRole(call: RamCall): Result<AnswerBody, RamError> {
  const { parameters, iam, caller, now } = call;
  const members = readMembers(parameters, '');
  if (!members.ok) return members;
  const tags = readTags(parameters);
  if (!tags.ok) return tags;
  const named = permittedRole('ram:CreateRole', call);
  if (!named.ok) return named;
  const { arn } = named.value;
  const { trustPolicy, description, maxSessionSeconds = MIN_SESSION } = members.value;
  if (trustPolicy === undefined) return err({ code: 'InvalidParameter.AssumeRolePolicyDocument' });
  if (iam.findRole(arn) !== undefined) return err({ code: 'EntityAlreadyExists.Role' });
  if (iam.listRoles(caller.accountId).length >= MAX_ROLES) return err({ code: 'LimitExceeded.Role' });
  const made = iam.putRole({ arn, trustPolicy, policies: [], maxSessionSeconds });
  if (!made.ok) return err({ code: 'InternalError' });
  const createDate = formatWholeSeconds(now);
  const described = description === undefined ? {} : { description };
  const role = iam.changeRole(arn, { createDate, updateDate: createDate, tags: tags.value, ...described });
  return ok({ Role: roleBody(role) });
}

export function getRole(call: RamCall): Result<AnswerBody, RamError> {
  const role = findPermittedRole('ram:GetRole', call);
  return role.ok ? ok({ Role: roleBody(role.value) }) : role;
}

export function updateRole(call: RamCall): Result<AnswerBody, RamError> {
  const members = readMembers(call.parameters, 'New');
  if (!members.ok) return members;
  const role = findPermittedRole('ram:UpdateRole', call);
  if (!role.ok) return role;
  const { trustPolicy, description, maxSessionSeconds } = members.value;
  const changed = call.iam.changeRole(role.value.arn, {
    updateDate: formatWholeSeconds(call.now),
    ...(trustPolicy === undefined ? {} : { trustPolicy }),
    ...(description === undefined ? {} : { description }),
    ...(maxSessionSeconds === undefined ? {} : { maxSessionSeconds }),
  });
  return ok({ Role: roleBody(changed) });
}

export function deleteRole(call: RamCall): Result<AnswerBody, RamError> {
  const role = findPermittedRole('ram:DeleteRole', call);
  if (!role.ok) return role;
  const { attached = [] } = role.value.record;
  if (attached.length > 0) return err({ code: 'DeleteConflict.Role.Policy' });
  call.iam.deleteRole(role.value.arn);
  return ok({});
}

/** The roles of the caller's account, a page at a time. */
export function listRoles({ caller, parameters, context, iam }: RamCall): Result<AnswerBody, RamError> {
  const page = readPage(parameters);
  if (!page.ok) return page;
  const permitted = authorizeAction(caller, 'ram:ListRoles', roleResource(caller.accountId, '*'), context);
  if (!permitted.ok) return permitted;
  const { items, rest } = takePage(iam.listRoles(caller.accountId), page.value);
  return ok({ Roles: { Role: items.map(listedRole) }, ...rest });
}
