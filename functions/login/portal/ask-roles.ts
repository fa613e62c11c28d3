// The roles that vend names to whoever is signed on, as the portal shows them.
import * as z from 'zod';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { askVend } from '../request/ask-vend.ts';
import { browserAddress } from '../request/browser-address.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext, SignedIn } from '../request/login-env.ts';
import { type PortalRole, toPortalRole, VendRole } from '../ui/model/portal-role.ts';

const Roles = z.object({ roles: z.array(VendRole) });
const ROLES_CALL = { path: '/v1/roles', shape: Roles } as const;

export async function askRoles(
  c: LoginContext,
  signedIn: SignedIn,
  deps: LoginDeps,
): Promise<Result<readonly PortalRole[], SignOnFailure>> {
  const answer = await askVend(c, signedIn, ROLES_CALL, deps);
  if (!answer.ok) return answer;
  const isAddressKnown = browserAddress(c, deps) !== undefined;
  return ok(answer.value.said.roles.map((role) => toPortalRole(role, isAddressKnown)));
}
