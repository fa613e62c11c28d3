// `stint role add` and `stint role import`: make a RAM role one that Stint hands out. Each step may have been done already: by an
// earlier run that was stopped, or by hand.
import { ROLE_ARN, RoleId } from '../../../shared/kernel/names.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { confirm } from '../base/confirm.ts';
import type { Terminal } from '../base/terminal.ts';
import { renderEntries } from '../documents/edit-list.ts';
import { VEND_ROLE_NAME } from '../setup/desired-deployment.ts';
import { linesForHubs } from '../setup/hub-accounts.ts';
import { sameTrust } from '../setup/resource.ts';
import { applyRoles, changeAssumable, handedOut, writeDocument } from './apply-roles.ts';
import { checkEdit } from './check-edit.ts';
import { assumersOf, cloudFailed, openRoles, type RolePlace } from './open-roles.ts';
import { linesForOtherAccount } from './other-account.ts';
import {
  type AddRoleOptions,
  planRole,
  type RolePlan,
  type RoleTarget,
  sessionSeconds,
} from './plan-role.ts';
import { putRole } from './role-in-document.ts';

/** The value of the tag of what this command makes. */
export const MADE_BY_ROLE = 'role';
const DESCRIPTION = 'Made by stint role add';

function targetOf(name: string, place: RolePlace, { account }: AddRoleOptions): RoleTarget {
  const own = place.cloud.account.accountId;
  const owner = account ?? own;
  return { id: name, name, arn: `acs:ram::${owner}:role/${name}`, isOwn: owner === own, creates: true };
}

export async function addNewRole(
  name: string,
  options: AddRoleOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const id = RoleId.safeParse(name);
  if (!id.success) return wrongUsage(`${name}: ${id.error.issues.map(({ message }) => message).join()}`);
  const place = await openRoles(options, terminal);
  return place.ok ? handOut(targetOf(name, place.value, options), options, place.value) : place;
}

/** `id`: its name in the access document; undefined: the role's own, in lower case. */
export async function importRole(
  arn: string,
  options: AddRoleOptions & { readonly id?: string },
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const [, account, name] = ROLE_ARN.exec(arn) ?? [];
  if (account === undefined || name === undefined)
    return wrongUsage(`${arn}: write it as acs:ram::<account id>:role/<role name>`);
  const id = RoleId.safeParse(options.id ?? name.toLowerCase());
  if (!id.success) return wrongUsage(`give --id: ${id.error.issues.map(({ message }) => message).join()}`);
  const place = await openRoles(options, terminal);
  if (!place.ok) return place;
  const isOwn = account === place.value.cloud.account.accountId;
  return handOut({ id: id.data, arn, name, isOwn, creates: false }, options, place.value);
}

const needsTrust = ({ found, trust }: RolePlan): boolean =>
  found !== undefined && !sameTrust(found.trust, trust);
const needsLongerSessions = ({ found, role }: RolePlan): boolean =>
  found !== undefined && found.maxSessionSeconds < role.maxDurationSeconds;

function roleLines(plan: RolePlan, target: RoleTarget, place: RolePlace): readonly string[] {
  const { found, trust, role } = plan;
  if (!target.isOwn)
    return linesForOtherAccount(
      target,
      assumersOf(place),
      role.externalId,
      sessionSeconds(role),
      plan.attach,
    );
  if (found === undefined)
    return [`  + RAM role ${target.name}`, `      trust policy: ${JSON.stringify(trust)}`];
  return [
    ...(needsTrust(plan)
      ? [
          `  ~ RAM role ${target.name}: trusts ${VEND_ROLE_NAME}, too${found.madeBy === MADE_BY_ROLE ? '' : '; stint role did not make it'}`,
          `      now:  ${showable(JSON.stringify(found.trust))}`,
          `      then: ${showable(JSON.stringify(trust))}`,
        ]
      : [`    RAM role ${target.name}: there`]),
    ...(needsLongerSessions(plan)
      ? [
          `  ~ RAM role ${target.name}: sessions of ${role.maxDurationSeconds} seconds, in place of ${found.maxSessionSeconds}`,
        ]
      : []),
  ];
}

function showRolePlan(plan: RolePlan, target: RoleTarget, place: RolePlace): void {
  const { out } = place.terminal;
  for (const line of roleLines(plan, target, place)) out(line);
  for (const { type, name } of target.isOwn ? plan.attach : [])
    out(`  + ${type} policy ${name}, attached to ${target.name}`);
  if (plan.mayAssume) out(`    ${VEND_ROLE_NAME} may assume it already`);
  else out(`  ~ RAM policy ${VEND_ROLE_NAME}: may assume ${target.arn}, too`);
  const others = handedOut(place).filter((arn) => arn !== target.arn);
  for (const line of plan.mayAssume ? [] : linesForHubs(place.hubRoles, [...others, target.arn])) out(line);
  out(`  ~ ${place.document}:`);
  const entries = [plan.entry, ...(plan.grant ? [plan.grant] : [])];
  for (const line of renderEntries(entries).trimEnd().split('\n')) out(`      ${line}`);
  if (plan.grant?.sessionPolicy === 'inherit')
    place.terminal.note('The grant gives all that the role may do: --session-policy limits it.');
}

async function changeRam(
  plan: RolePlan,
  target: RoleTarget,
  { cloud: { ram } }: RolePlace,
): Promise<Result<void, CommandFault>> {
  // A role of the same name may be in this account: it is another one.
  if (!target.isOwn) return ok(undefined);
  const { name } = target;
  const { found, trust, role } = plan;
  const seconds = sessionSeconds(role);
  const made =
    found === undefined
      ? await ram.createRole({
          name,
          trust,
          description: DESCRIPTION,
          maxSessionSeconds: seconds,
          madeBy: MADE_BY_ROLE,
        })
      : needsTrust(plan) || needsLongerSessions(plan)
        ? await ram.changeRole(name, {
            ...(needsTrust(plan) ? { trust } : {}),
            ...(needsLongerSessions(plan) ? { maxSessionSeconds: seconds } : {}),
          })
        : ok(undefined);
  if (!made.ok) return cloudFailed(made.error);
  for (const policy of plan.attach) {
    const attached = await ram.attach(name, policy);
    if (!attached.ok) return cloudFailed(attached.error);
  }
  return ok(undefined);
}

const NOT_APPLIED = 'The document is written and not applied: stint apply puts it in force.';

/** Looks, shows, asks, does. The checks of the document come before anything is changed. */
async function handOut(
  target: RoleTarget,
  options: AddRoleOptions,
  place: RolePlace,
): Promise<Result<void, CommandFault>> {
  const { terminal } = place;
  const planned = await planRole(target, options, place);
  if (!planned.ok) return planned;
  const plan = planned.value;
  const edit = (text: string) => putRole(text, plan.entry, plan.grant);
  const edited = edit(place.documentText);
  if (!edited.ok) return wrongUsage(`${place.document}: ${edited.error}`);
  const checked = await checkEdit(place, edited.value, { applies: options.apply !== false, removes: false });
  if (!checked.ok) return checked;
  showRolePlan(plan, target, place);
  if (options.dryRun) {
    terminal.out('Nothing was changed: --dry-run.');
    return ok(undefined);
  }
  const may = await confirm('Type yes to do this: ', options, terminal);
  if (!may.ok) return may;
  const inRam = await changeRam(plan, target, place);
  if (!inRam.ok) return inRam;
  const inPolicy = await changeAssumable(place, (roles) =>
    roles.includes(target.arn) ? roles : [...roles, target.arn],
  );
  if (!inPolicy.ok) return inPolicy;
  const written = await writeDocument(place, edit);
  if (!written.ok) return written;
  if (options.apply === false) {
    terminal.note(NOT_APPLIED);
    return ok(undefined);
  }
  return applyRoles(place, checked.value);
}
