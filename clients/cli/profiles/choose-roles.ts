// For which roles a profile is made: one that the person names or picks, or all that they may take. The list comes from the
// deployment, and its names end up in files and commands: one that is no role's name stops everything.
import { RoleId } from '../../../shared/kernel/names.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { type CommandFault, refused, serviceFailed, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { fetchTakeableRoles, pickRole, type TakeableRole } from '../credentials/pick-role.ts';
import { chooseProof, type ProofOptions } from '../proof/find-proof.ts';

export interface RoleOptions extends ProofOptions {
  readonly allRoles?: boolean;
}

export interface ChosenRoles {
  /** Of the deployment. */
  readonly url: string;
  /** At least one; ids of the access document. */
  readonly roles: readonly string[];
}

/** More profiles than this, no person can tell apart. */
const MAX_ROLES = 500;

function parseRoles(listed: readonly TakeableRole[]): Result<readonly string[], CommandFault> {
  const roles = listed.map(({ role }) => RoleId.safeParse(role));
  if (listed.length > MAX_ROLES) return serviceFailed(`the service lists more than ${MAX_ROLES} roles`);
  return roles.every(({ success }) => success)
    ? ok([...new Set(roles.flatMap(({ data }) => (data === undefined ? [] : [data])))])
    : serviceFailed('the service gave a name that is no role’s');
}

export async function chooseRoles(
  named: string | undefined,
  options: RoleOptions,
  terminal: Terminal,
): Promise<Result<ChosenRoles, CommandFault>> {
  if (options.allRoles && named !== undefined) return wrongUsage('give either a role or --all-roles');
  const caller = await chooseProof(options, terminal)();
  if (!caller.ok) return caller;
  const { url, proof } = caller.value;
  if (proof !== undefined && options.tokenFile === undefined)
    terminal.note(`Your identity is from ${showable(proof)}: it must be there, too, when the program runs.`);
  const picked = options.allRoles ? ok(undefined) : await pickRole(named, caller.value, terminal);
  if (!picked.ok) return picked;
  const listed = await fetchTakeableRoles(caller.value);
  if (!listed.ok) return listed;
  const wanted = listed.value.filter(
    ({ role, roleArn }) => options.allRoles || role === picked.value || roleArn === picked.value,
  );
  if (wanted.length === 0)
    return refused(
      options.allRoles
        ? 'there is no role that you may take: ask the owner of one for a grant'
        : 'that is no role that you may take: stint roles lists them',
    );
  const roles = parseRoles(wanted);
  return roles.ok ? ok({ url, roles: roles.value }) : roles;
}
