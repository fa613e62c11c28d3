// May this caller assume this role? The caller's own policies and the role's trust policy must both allow it, in the
// same account too (RAM, "policy evaluation process of assuming a RAM role").
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { evaluateTrust } from '../../shared/ram/evaluate.ts';
import type { ConditionContext } from '../iam/caller.ts';
import type { Role } from '../iam/entities.ts';
import type { Identity } from '../iam/identity.ts';
import { trustedNamesOf } from '../iam/principal.ts';
import { accessDenied, type Denial } from '../rpc/access-denied.ts';
import { authorizeAction } from '../rpc/authorize-action.ts';
import type { StsError } from './sts-error.ts';

const ACTION = 'sts:AssumeRole';

/** The documentation has ExternalId in trust policies, but no source at hand shows the key's name: to be confirmed live. */
const EXTERNAL_ID_KEY = 'sts:ExternalId';

const refuse = (caller: Identity, denial: Omit<Denial, 'AuthAction'>): Result<void, StsError> =>
  err({ code: 'NoPermission', accessDenied: accessDenied(caller, { AuthAction: ACTION, ...denial }) });

/**
 * Asked before the role is looked up, so that who may assume nothing learns nothing about which roles exist.
 * Policies write the resource with `*` or with nothing for the region; a `*` matches nothing too.
 */
export function authorizeByIdentity(
  caller: Identity,
  roleArn: string,
  context: ConditionContext,
): Result<void, StsError> {
  return caller.principal.kind === 'root'
    ? refuse(caller, { NoPermissionType: 'ImplicitDeny', PolicyType: 'AccountLevelIdentityBasedPolicy' })
    : authorizeAction(caller, ACTION, roleArn, context);
}

export function authorizeByTrust(
  caller: Identity,
  role: Role,
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
export function inheritSourceIdentity(
  caller: Identity,
  requested: string | undefined,
): Result<string | undefined, StsError> {
  const inherited = caller.principal.kind === 'role' ? caller.principal.sourceIdentity : undefined;
  if (inherited === undefined) return ok(requested);
  return requested === undefined || requested === inherited ? ok(inherited) : err({ code: 'NoPermission' });
}
