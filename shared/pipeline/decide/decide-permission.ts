// May this caller do what only a grant of a permission allows? Pure; by the same tests as a grant of a role.

import type { Failure } from '../../kernel/failure.ts';
import { err, type Result } from '../../kernel/result.ts';
import type { Permission } from '../../rules/document/stored-grant.ts';
import type { AnyGrant, PermissionGrant } from '../grants/grant.ts';
import { considerPermission } from './consider-grant.ts';
import { chooseGrant } from './decide-vend.ts';
import type { CallerFacts } from './grant-tests.ts';

export function decidePermission(
  permission: Permission,
  grants: readonly AnyGrant[],
  facts: CallerFacts,
): Result<PermissionGrant, Failure> {
  const considered = grants.flatMap((grant) =>
    'permission' in grant && grant.permission === permission ? [considerPermission(grant, facts)] : [],
  );
  return chooseGrant(considered)?.decision ?? err({ code: 'access_denied', reason: 'no-permission' });
}
