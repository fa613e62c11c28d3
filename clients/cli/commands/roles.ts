// `stint roles`: lists the roles that the person may take, and what each needs first.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { Need } from '../../../shared/pipeline/decide/needs.ts';
import type { CommandFault } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson, formatTable } from '../base/terminal-text.ts';
import { fetchTakeableRoles, formatAccount, type TakeableRole } from '../credentials/pick-role.ts';
import { chooseProof, type ProofOptions } from '../proof/find-proof.ts';
import { keepRoleNames } from '../sessions/role-names.ts';
import {
  type Cli,
  finishWith,
  formatExamples,
  JSON_OPTION,
  TOKEN_FILE_OPTION,
  URL_OPTION,
} from './command.ts';

interface RolesOptions extends ProofOptions {
  readonly json?: boolean;
}

const WORDS_OF_NEEDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    mfa: 'a second factor',
    fresh_sign_in: 'a fresh sign-in',
    fresh_token: 'a fresh token',
    dpop: 'a bound token',
    network: 'another network',
    time_window: 'another time',
  } satisfies Record<Need, string>),
);

/** A newer deployment may name needs that this version does not know; these are printed as they are. */
const formatNeed = (need: string): string => WORDS_OF_NEEDS.get(need) ?? need;

const HEADINGS = ['ROLE', 'ACCOUNT', 'PROJECT', 'SECONDS', 'NEEDS', 'DESCRIPTION'];

const cellsOf = ({ role, project, maxDurationSeconds, needs, description, ...own }: TakeableRole) => [
  role,
  formatAccount(own),
  project ?? '-',
  String(maxDurationSeconds),
  needs.map(formatNeed).join(', ') || '-',
  description,
];

const HELP = `
SECONDS is the longest duration. A role that NEEDS something is refused until you have it.
${formatExamples('stint roles', 'stint roles --json')}`;

async function printRoles(options: RolesOptions, terminal: Terminal): Promise<Result<void, CommandFault>> {
  const caller = await chooseProof(options, terminal)();
  if (!caller.ok) return caller;
  const listed = await fetchTakeableRoles(caller.value);
  if (!listed.ok) return listed;
  const roles = listed.value;
  // A job's roles are not the person's.
  if (caller.value.proof === undefined)
    keepRoleNames(
      roles.map(({ role }) => role),
      terminal.env,
    );
  if (options.json) terminal.out(formatJson({ format: 1, roles }, 2));
  else if (roles.length === 0)
    terminal.out('There is no role that you may take: ask the owner of one for a grant.');
  else for (const line of formatTable(HEADINGS, roles.map(cellsOf))) terminal.out(line);
  return ok(undefined);
}

export function addRoles(cli: Cli): void {
  cli.program
    .command('roles')
    .description('list the roles that you may take')
    .option(...URL_OPTION)
    .option(...TOKEN_FILE_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', HELP)
    .action((options: RolesOptions) => finishWith(cli, printRoles(options, cli.terminal)));
}
