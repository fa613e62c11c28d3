// `stint role remove`: stops handing a role out, first by the rules and then by vend's own policy. The RAM role itself is deleted
// only where it is asked for and stint role made it.
import { ROLE_ARN } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { type CommandFault, EXIT, wrongUsage } from '../base/command-fault.ts';
import { confirm } from '../base/confirm.ts';
import type { Terminal } from '../base/terminal.ts';
import { deleteRamRole } from '../setup/delete-ram-role.ts';
import { VEND_ROLE_NAME } from '../setup/desired-deployment.ts';
import { linesForHubs } from '../setup/hub-accounts.ts';
import { MADE_BY_ROLE } from './add-role.ts';
import { applyRoles, changeAssumable, handedOut, writeDocument } from './apply-roles.ts';
import { checkEdit } from './check-edit.ts';
import { cloudFailed, openRoles, type RoleCommandOptions, type RolePlace } from './open-roles.ts';
import { readAccess, removeRole } from './role-in-document.ts';

export interface RemoveRoleOptions extends RoleCommandOptions {
  /** Deletes the RAM role, too. */
  readonly deleteRole?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** The name of a role of this account that stint role made; else says why it stays. */
async function deletable(arn: string, { cloud }: RolePlace): Promise<Result<string, CommandFault>> {
  const [, account, name = ''] = ROLE_ARN.exec(arn) ?? [];
  if (account !== cloud.account.accountId)
    return wrongUsage(
      `${arn} is another account's: it cannot be deleted from here. Leave out --delete-role.`,
    );
  const found = await cloud.ram.findRole(name);
  if (!found.ok) return cloudFailed(found.error);
  return found.value === undefined || found.value.madeBy === MADE_BY_ROLE
    ? ok(name)
    : wrongUsage(`stint role did not make ${arn}, and does not delete it. Leave out --delete-role.`);
}

const WITH_APPLY = 'give it to the run after stint apply: until then the rules in force hand the role out';

/** Vend's policy and the RAM role stay while rules in force may still name the role. */
const laterLine = (arn: string): string =>
  `The document is written and not applied. After stint apply run stint role remove ${arn}, which takes the role from ${VEND_ROLE_NAME}, too.`;

const STILL_WORK = 'Credentials that were handed out work until they expire, unless the RAM role is deleted.';

/** What is taken away. `id`: in the document; undefined: an earlier run was stopped after it had taken the role out of there. */
interface Removal {
  readonly id: string | undefined;
  readonly arn: string;
  readonly grants: number;
}

const ownArn = (name: string, { cloud }: RolePlace): string =>
  `acs:ram::${cloud.account.accountId}:role/${name}`;

/** `named`: the role's id in the document, or the name or ARN of one that vend may still assume. */
function findRemoval(named: string, place: RolePlace): Result<Removal, CommandFault> {
  const read = readAccess(place.files);
  if (!read.ok) return err({ message: read.error, exitCode: EXIT.document });
  const { roles, grants } = read.value.access;
  const role = roles.find(({ id }) => id === named);
  if (role !== undefined) {
    const { id, roleArn: arn } = role;
    return ok({
      id,
      arn,
      grants: grants.filter(({ grant }) => 'role' in grant && grant.role === id).length,
    });
  }
  const unnamed = handedOut(place).filter((arn) => !roles.some(({ roleArn }) => roleArn === arn));
  const arn = unnamed.find((one) => one === named || one === ownArn(named, place));
  return arn === undefined
    ? wrongUsage(`${place.document} has no role ${showable(named)}: stint role list shows them`)
    : ok({ id: undefined, arn, grants: 0 });
}

/** `applies`: the rules without the role are put in force. `name`: of the RAM role, where that is deleted. */
function showRemoval(
  { id, arn, grants }: Removal,
  applies: boolean,
  name: string | undefined,
  place: RolePlace,
): void {
  const { document, hubRoles, terminal } = place;
  const { out } = terminal;
  const left = handedOut(place).filter((one) => one !== arn);
  if (id !== undefined)
    out(`  - ${document}: role ${id} and its ${grants} grants, with the tests that ask for it`);
  if (applies) {
    out(`  - RAM policy ${VEND_ROLE_NAME}: may not assume ${arn} any more`);
    for (const line of linesForHubs(hubRoles, left)) out(line);
  }
  if (name !== undefined) out(`  - RAM role ${name}, whose credentials end at once`);
}

/** `named`: as a person names the role, mostly by its id in the document. */
export async function removeRoleOf(
  named: string,
  options: RemoveRoleOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const applies = options.apply !== false;
  if (!applies && options.deleteRole) return wrongUsage(`--delete-role: ${WITH_APPLY}`);
  const opened = await openRoles(options, terminal);
  if (!opened.ok) return opened;
  const place = opened.value;
  const found = findRemoval(named, place);
  if (!found.ok) return found;
  const { id, arn } = found.value;
  if (!applies && id === undefined)
    return wrongUsage(`${place.document} names ${arn} no more: leave out --no-apply`);
  const edit = (text: string) => (id === undefined ? ok(text) : removeRole(text, id));
  const edited = edit(place.documentText);
  if (!edited.ok) return wrongUsage(`${place.document}: ${edited.error}`);
  const checked = await checkEdit(place, edited.value, { applies, removes: true });
  if (!checked.ok) return checked;
  const name = options.deleteRole ? await deletable(arn, place) : ok(undefined);
  if (!name.ok) return name;
  showRemoval(found.value, applies, name.value, place);
  if (options.dryRun) {
    terminal.out('Nothing was changed: --dry-run.');
    return ok(undefined);
  }
  const may = await confirm('Type yes to remove this: ', options, terminal);
  if (!may.ok) return may;
  const written = await writeDocument(place, edit);
  if (!written.ok) return written;
  if (!applies) {
    terminal.note(laterLine(arn));
    return ok(undefined);
  }
  // The rules first: until they are in force, vend still tries to hand the role out.
  const applied = await applyRoles(place, checked.value);
  if (!applied.ok) return applied;
  const changed = await changeAssumable(place, (all) =>
    all.includes(arn) ? all.filter((one) => one !== arn) : all,
  );
  if (!changed.ok) return changed;
  terminal.note(STILL_WORK);
  if (name.value === undefined) return ok(undefined);
  const deleted = await deleteRamRole(name.value, place.cloud.ram);
  return deleted.ok ? deleted : cloudFailed(deleted.error);
}
