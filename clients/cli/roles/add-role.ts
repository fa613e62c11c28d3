// `stint role add` and `stint role import`: make a RAM role one that Stint hands out. Each step may have been done already: by an
// earlier run that was stopped, or by hand.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AttachedPolicy, RoleInRam } from '../../../shared/adapters/alibaba-cloud/ram-administration.ts';
import { ROLE_ARN, RoleId } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { type Role, STS_DURATION_SECONDS } from '../../../shared/rules/values/role.ts';
import { type CommandFault, EXIT, wrongUsage } from '../base/command-fault.ts';
import { confirm } from '../base/confirm.ts';
import type { Terminal } from '../base/terminal.ts';
import { renderEntries } from '../documents/edit-list.ts';
import { VEND_ROLE_NAME } from '../setup/desired-deployment.ts';
import { sameTrust } from '../setup/resource.ts';
import { assumableRoles } from '../setup/vend-policy.ts';
import { applyRoles, changeAssumable, vendPolicyFor, writeDocument } from './apply-roles.ts';
import { checkEdit } from './check-edit.ts';
import { cloudFailed, openRoles, type RoleCommandOptions, type RolePlace } from './open-roles.ts';
import { linesForOtherAccount, policyElsewhere } from './other-account.ts';
import { type NewGrantEntry, type NewRoleEntry, putRole, readAccess } from './role-in-document.ts';
import { readVendTrust, trustOfVend, withVendTrust } from './vend-trust.ts';

export interface AddRoleOptions extends RoleCommandOptions {
  readonly account?: string;
  readonly attach?: readonly string[];
  readonly provider?: string;
  readonly subject?: string;
  readonly group?: string;
  readonly anyone?: boolean;
  readonly sessionPolicy?: string;
  readonly maxDuration?: number;
  readonly description?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** The role that is to be handed out. `creates`: it need not be there yet. */
interface Target {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly isOwn: boolean;
  readonly creates: boolean;
}

/** The value of the tag of what this command makes. */
export const MADE_BY_ROLE = 'role';
const DESCRIPTION = 'Made by stint role add';
/** RAM CreateRole, MaxSessionDuration: at least an hour, whatever Stint's own limit is. */
const MIN_RAM_SESSION = 3600;
/** 256 bits, which no one guesses: enough of them for a value that only has to be this deployment's own. */
const EXTERNAL_ID_BYTES = 32;

const newExternalId = (): string => randomBytes(EXTERNAL_ID_BYTES).toString('base64url');

function targetOf(name: string, place: RolePlace, { account }: AddRoleOptions): Target {
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

/** What the command will do, and what it shows before. */
interface RolePlan {
  readonly role: NewRoleEntry;
  readonly grant: NewGrantEntry | undefined;
  /** The role in RAM; undefined: it is not there, or it is another account's. */
  readonly found: RoleInRam | undefined;
  readonly trust: unknown;
  readonly attach: readonly AttachedPolicy[];
  /** What of the role's entry is written: all of a new one, of an old one what is given or missing. */
  readonly entry: { readonly id: string };
  readonly mayAssume: boolean;
}

function principalOf({
  provider,
  subject,
  group,
  anyone,
}: AddRoleOptions): Result<object | undefined, CommandFault> {
  const chosen = [subject !== undefined, group !== undefined, anyone === true].filter(Boolean).length;
  if (provider === undefined && chosen === 0) return ok(undefined);
  if (provider === undefined || chosen !== 1)
    return wrongUsage('for the first grant give --provider and one of --subject, --group and --anyone');
  return ok({
    provider,
    ...(subject === undefined ? {} : { subject }),
    ...(group === undefined ? {} : { group }),
    ...(anyone ? { anyone: true } : {}),
  });
}

function readSessionPolicy(
  { sessionPolicy }: AddRoleOptions,
  { folder }: Terminal,
): Result<unknown, CommandFault> {
  if (sessionPolicy === undefined) return ok('inherit');
  try {
    return ok({ document: JSON.parse(readFileSync(resolve(folder, sessionPolicy), 'utf8')) });
  } catch {
    return wrongUsage(`${sessionPolicy}: cannot be read as JSON: give a file with a RAM policy`);
  }
}

const DIVIDED =
  'If the rules are divided into several documents, name them all, or their folder, with --apply.';
const NEEDS_GRANT =
  'No grant gives this role yet: give --provider and one of --subject, --group and --anyone, for the first one.';

async function findRoleOf({ isOwn, creates, name }: Target, { cloud }: RolePlace) {
  if (!isOwn) return ok(undefined);
  const found = await cloud.ram.findRole(name);
  if (!found.ok) return cloudFailed(found.error);
  return found.value === undefined && !creates
    ? wrongUsage(`RAM has no role ${name}: stint role add creates one`)
    : found;
}

/** RAM CreatePolicy, PolicyName. */
const POLICY_NAME = /^[A-Za-z0-9-]{1,128}$/;

/** A custom policy of that name, else one of Alibaba Cloud's. */
async function policiesToAttach(
  names: readonly string[],
  { name, isOwn }: Target,
  found: RoleInRam | undefined,
  { cloud }: RolePlace,
): Promise<Result<readonly AttachedPolicy[], CommandFault>> {
  const odd = names.find((policy) => !POLICY_NAME.test(policy));
  if (odd !== undefined)
    return wrongUsage(
      `--attach ${showable(odd)}: a policy's name has letters, digits and hyphens, 128 at most`,
    );
  if (!isOwn) return ok(names.map(policyElsewhere));
  const attached = found === undefined ? ok(undefined) : await cloud.ram.listAttached(name);
  if (!attached.ok) return cloudFailed(attached.error);
  const wanted: AttachedPolicy[] = [];
  for (const policy of names) {
    const custom = await cloud.ram.findPolicy(policy);
    if (!custom.ok) return cloudFailed(custom.error);
    wanted.push({ type: custom.value === undefined ? 'System' : 'Custom', name: policy });
  }
  const isNew = (policy: AttachedPolicy): boolean =>
    !attached.value?.some((one) => one.type === policy.type && one.name === policy.name);
  return ok(wanted.filter(isNew));
}

/** `known`: the role's entry in the document, which keeps what the command line does not say. */
function entriesOf(
  { id, arn: roleArn }: Target,
  { description, maxDuration }: AddRoleOptions,
  known: Role | undefined,
  externalId: string,
): Pick<RolePlan, 'role' | 'entry'> {
  const named = description ? { description } : {};
  const maxDurationSeconds = maxDuration ?? known?.maxDurationSeconds ?? STS_DURATION_SECONDS.default;
  const role = { id, roleArn, externalId, maxDurationSeconds, ...named };
  const given = { id, externalId, ...(maxDuration === undefined ? {} : { maxDurationSeconds }), ...named };
  return { role, entry: known === undefined ? role : given };
}

async function planRole(
  target: Target,
  options: AddRoleOptions,
  place: RolePlace,
): Promise<Result<RolePlan, CommandFault>> {
  const read = readAccess(place.files);
  if (!read.ok) return err({ message: `${read.error}\n${DIVIDED}`, exitCode: EXIT.document });
  const { roles, grants } = read.value.access;
  const entry = roles.find(({ id }) => id === target.id);
  if (entry !== undefined && entry.roleArn !== target.arn)
    return wrongUsage(`${place.document} has a role ${target.id} already: ${entry.roleArn}`);
  const to = principalOf(options);
  if (!to.ok) return to;
  const hasGrant = grants.some(({ grant }) => 'role' in grant && grant.role === target.id);
  if (to.value === undefined && !hasGrant) return wrongUsage(NEEDS_GRANT);
  const sessionPolicy = readSessionPolicy(options, place.terminal);
  if (!sessionPolicy.ok) return sessionPolicy;
  const found = await findRoleOf(target, place);
  if (!found.ok) return found;
  const attach = await policiesToAttach(options.attach ?? [], target, found.value, place);
  if (!attach.ok) return attach;
  const trusted = readVendTrust(found.value?.trust, place.vendRole);
  if (trusted.kind === 'denied')
    return wrongUsage(
      `the trust policy of ${target.name} has a Deny that names ${VEND_ROLE_NAME}: remove it in RAM first, if Stint may hand the role out`,
    );
  const known = entry?.externalId ?? (trusted.kind === 'trusted' ? trusted.externalIds[0] : undefined);
  const externalId = known ?? newExternalId();
  const mayAssume = assumableRoles(place.vendPolicy.document);
  const room = vendPolicyFor(place.vendPolicy.document, [...new Set([...mayAssume, target.arn])]);
  if (!room.ok) return room;
  return ok({
    ...entriesOf(target, options, entry, externalId),
    grant: to.value && {
      id: `${target.id}-first`,
      to: to.value,
      role: target.id,
      sessionPolicy: sessionPolicy.value,
    },
    found: found.value,
    trust: found.value
      ? withVendTrust(found.value.trust, place.vendRole, externalId)
      : trustOfVend(place.vendRole, externalId),
    attach: attach.value,
    mayAssume: mayAssume.includes(target.arn),
  });
}

const sessionSeconds = ({ maxDurationSeconds }: NewRoleEntry): number =>
  Math.max(MIN_RAM_SESSION, maxDurationSeconds);

const needsTrust = ({ found, trust }: RolePlan): boolean =>
  found !== undefined && !sameTrust(found.trust, trust);
const needsLongerSessions = ({ found, role }: RolePlan): boolean =>
  found !== undefined && found.maxSessionSeconds < role.maxDurationSeconds;

function roleLines(plan: RolePlan, target: Target, { vendRole }: RolePlace): readonly string[] {
  const { found, trust, role } = plan;
  if (!target.isOwn)
    return linesForOtherAccount(target, vendRole, role.externalId, sessionSeconds(role), plan.attach);
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

function showRolePlan(plan: RolePlan, target: Target, place: RolePlace): void {
  const { out } = place.terminal;
  for (const line of roleLines(plan, target, place)) out(line);
  for (const { type, name } of target.isOwn ? plan.attach : [])
    out(`  + ${type} policy ${name}, attached to ${target.name}`);
  if (plan.mayAssume) out(`    ${VEND_ROLE_NAME} may assume it already`);
  else out(`  ~ RAM policy ${VEND_ROLE_NAME}: may assume ${target.arn}, too`);
  out(`  ~ ${place.document}:`);
  const entries = [plan.entry, ...(plan.grant ? [plan.grant] : [])];
  for (const line of renderEntries(entries).trimEnd().split('\n')) out(`      ${line}`);
  if (plan.grant?.sessionPolicy === 'inherit')
    place.terminal.note('The grant gives all that the role may do: --session-policy limits it.');
}

async function changeRam(
  plan: RolePlan,
  target: Target,
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
  target: Target,
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
