// What `stint role add` and `stint role import` will do, before anything is done: the role as RAM has it and as it has to be, its
// entry and first grant in the access document, and whether vend's policy has room.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AttachedPolicy, RoleInRam } from '../../../shared/adapters/alibaba-cloud/ram-administration.ts';
import { functionRoleName } from '../../../shared/checks/run-checks.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { type Role, STS_DURATION_SECONDS } from '../../../shared/rules/values/role.ts';
import { type CommandFault, EXIT, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { VEND_ROLE_NAME } from '../setup/desired-deployment.ts';
import { ADOPTED_BY_SETUP, MADE_BY_SETUP } from '../setup/find-resource.ts';
import { assumableRoles } from '../setup/vend-policy.ts';
import { vendPolicyFor } from './apply-roles.ts';
import { assumersOf, cloudFailed, type RoleCommandOptions, type RolePlace } from './open-roles.ts';
import { policyElsewhere } from './other-account.ts';
import { type NewGrantEntry, type NewRoleEntry, readAccess } from './role-in-document.ts';
import { readVendTrust, trustOfStint, withStintTrust } from './vend-trust.ts';

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
export interface RoleTarget {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly isOwn: boolean;
  readonly creates: boolean;
}

/** RAM CreateRole, MaxSessionDuration: at least an hour, whatever Stint's own limit is. */
const MIN_RAM_SESSION = 3600;
/** 256 bits, which no one guesses: enough of them for a value that only has to be this deployment's own. */
const EXTERNAL_ID_BYTES = 32;

const newExternalId = (): string => randomBytes(EXTERNAL_ID_BYTES).toString('base64url');

/** What the command will do, and what it shows before. */
export interface RolePlan {
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

async function findRoleOf({ isOwn, creates, name }: RoleTarget, { cloud }: RolePlace) {
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
  { name, isOwn }: RoleTarget,
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
  { id, arn: roleArn }: RoleTarget,
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

interface PlannedEntries {
  /** The role's entry in the document; undefined: it has none yet. */
  readonly known: Role | undefined;
  /** Undefined: a grant of the document gives the role already, and the options name no other. */
  readonly grant: NewGrantEntry | undefined;
}

/** What the document has of the role, and whom the options give it to. */
function planEntries(
  { id, arn }: RoleTarget,
  options: AddRoleOptions,
  place: RolePlace,
): Result<PlannedEntries, CommandFault> {
  const read = readAccess(place.files);
  if (!read.ok) return err({ message: `${read.error}\n${DIVIDED}`, exitCode: EXIT.document });
  const { roles, grants } = read.value.access;
  const known = roles.find((role) => role.id === id);
  if (known !== undefined && known.roleArn !== arn)
    return wrongUsage(`${place.document} has a role ${id} already: ${known.roleArn}`);
  const to = principalOf(options);
  if (!to.ok) return to;
  const hasGrant = grants.some(({ grant }) => 'role' in grant && grant.role === id);
  if (to.value === undefined && !hasGrant) return wrongUsage(NEEDS_GRANT);
  const sessionPolicy = readSessionPolicy(options, place.terminal);
  if (!sessionPolicy.ok) return sessionPolicy;
  const grant = to.value && {
    id: `${id}-first`,
    to: to.value,
    role: id,
    sessionPolicy: sessionPolicy.value,
  };
  return ok({ known, grant });
}

/** That of the document, else one that the role asks for, else a new one. */
function chooseExternalId(
  { name }: RoleTarget,
  known: Role | undefined,
  found: RoleInRam | undefined,
  { vendRole }: RolePlace,
): Result<string, CommandFault> {
  const trust = readVendTrust(found?.trust, vendRole);
  if (trust.kind === 'denied')
    return wrongUsage(
      `the trust policy of ${name} has a Deny that names ${VEND_ROLE_NAME}: remove it in RAM first, if Stint may hand the role out`,
    );
  const asked = trust.kind === 'trusted' ? trust.externalIds[0] : undefined;
  return ok(known?.externalId ?? asked ?? newExternalId());
}

const FUNCTION_ROLES: ReadonlySet<string> = new Set(['vend', 'login', 'sweep'].map(functionRoleName));

/** A caller with the role of login signs in as anyone, and one with that of vend takes every role: no grant limits them. */
function refuseStintRole(
  { name, arn }: RoleTarget,
  found: RoleInRam | undefined,
  { hubRoles }: RolePlace,
): Result<void, CommandFault> {
  if (hubRoles.some((hubRole) => hubRole.toLowerCase() === arn.toLowerCase()))
    return wrongUsage(`${arn} is a hub role of Stint: who has it can take every role. Give another role`);
  const isOfSetup = found?.madeBy === MADE_BY_SETUP || found?.madeBy === ADOPTED_BY_SETUP;
  // RAM writes the names of roles in lower case in their ARNs.
  return isOfSetup || FUNCTION_ROLES.has(name.toLowerCase())
    ? wrongUsage(
        `${name} is the role of a function of Stint: who has it can be anyone. Give another role, with the policies that are needed`,
      )
    : ok(undefined);
}

/** Reads the document and RAM, and changes nothing. Fails where the role cannot be handed out as the options say. */
export async function planRole(
  target: RoleTarget,
  options: AddRoleOptions,
  place: RolePlace,
): Promise<Result<RolePlan, CommandFault>> {
  const entries = planEntries(target, options, place);
  if (!entries.ok) return entries;
  const { known, grant } = entries.value;
  const found = await findRoleOf(target, place);
  if (!found.ok) return found;
  const allowed = refuseStintRole(target, found.value, place);
  if (!allowed.ok) return allowed;
  const attach = await policiesToAttach(options.attach ?? [], target, found.value, place);
  if (!attach.ok) return attach;
  const { vendPolicy } = place;
  const externalId = chooseExternalId(target, known, found.value, place);
  if (!externalId.ok) return externalId;
  const mayAssume = assumableRoles(vendPolicy.document);
  const room = vendPolicyFor(vendPolicy.document, [...new Set([...mayAssume, target.arn])]);
  if (!room.ok) return room;
  return ok({
    ...entriesOf(target, options, known, externalId.value),
    grant,
    found: found.value,
    trust: found.value
      ? withStintTrust(found.value.trust, assumersOf(place), externalId.value)
      : trustOfStint(assumersOf(place), externalId.value),
    attach: attach.value,
    mayAssume: mayAssume.includes(target.arn),
  });
}

/** The longest session that the role in RAM must allow. */
export const sessionSeconds = ({ maxDurationSeconds }: NewRoleEntry): number =>
  Math.max(MIN_RAM_SESSION, maxDurationSeconds);
