// Which role a command is about: the one that it names, or the one that a person at the terminal picks from a list.
import * as z from 'zod';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, refused, serviceFailed, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatTable } from '../base/terminal-text.ts';
import { PRINTABLE } from '../sessions/credential-cache.ts';
import { type ApiCaller, callApi } from './call-api.ts';

const Roles = z.object({
  roles: z.array(
    z.object({
      role: z.string(),
      roleArn: z.string(),
      account: z.string(),
      accountName: z.string().optional(),
      description: z.string(),
      project: z.string().optional(),
      maxDurationSeconds: z.number(),
      needs: z.array(z.string()),
    }),
  ),
});
export type TakeableRole = z.infer<typeof Roles>['roles'][number];

/** The roles that the caller may take, and those that it may take once it has what they need. */
export async function fetchTakeableRoles(
  caller: ApiCaller,
): Promise<Result<readonly TakeableRole[], CommandFault>> {
  const listed = await callApi(caller, { path: '/v1/roles' }, Roles);
  return listed.ok ? ok(listed.value.roles) : listed;
}

/** The id stays in sight: a name is the operator's, and consoles and tickets have the id. */
export const formatAccount = ({
  account,
  accountName,
}: Pick<TakeableRole, 'account' | 'accountName'>): string =>
  accountName === undefined ? account : `${accountName} (${account})`;

const HEADINGS = ['', 'ROLE', 'ACCOUNT', 'DESCRIPTION'];

const cellsOf = (one: TakeableRole, index: number): readonly string[] => [
  String(index + 1),
  one.role,
  formatAccount(one),
  one.description,
];

/** The list goes to standard error, since the output may be read by a shell. Fails where no person can answer. */
export async function pickRole(
  named: string | undefined,
  caller: ApiCaller,
  { ask, note }: Terminal,
): Promise<Result<string, CommandFault>> {
  if (named !== undefined) return ok(named);
  if (ask === undefined) return wrongUsage('which role? Name one that stint roles lists');
  const listed = await fetchTakeableRoles(caller);
  if (!listed.ok) return listed;
  const roles = listed.value;
  if (roles.length === 0)
    return refused('there is no role that you may take: ask the owner of one for a grant');
  for (const line of formatTable(HEADINGS, roles.map(cellsOf))) note(line);
  const answer = (await ask('Which role? Its number or name: ')).trim();
  const picked = /^\d{1,6}$/.test(answer)
    ? roles[Number(answer) - 1]
    : roles.find(({ role }) => role === answer);
  if (picked === undefined) return wrongUsage('that is no role of the list');
  return PRINTABLE.test(picked.role)
    ? ok(picked.role)
    : serviceFailed('the service gave a name that is no role’s');
}
