// `stint contain`: says what it breaks, asks, and attaches a Deny of everything to a role, or takes it away again. STS has no call
// that ends a session. A Deny prevails over every Allow and is judged with each call, so it counts for sessions that exist as well;
// that, and how long it takes, is read from how RAM judges a request, and was not confirmed on the live service.
import { isDeepStrictEqual } from 'node:util';
import {
  openRamAdministration,
  type RamAdministration,
} from '../../../shared/adapters/alibaba-cloud/ram-administration.ts';
import { openRows, type TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { CONTAIN_POLICY } from '../../../shared/checks/check-roles.ts';
import { accountOf, RoleArn } from '../../../shared/kernel/names.ts';
import { offerNames } from '../../../shared/kernel/nearest-name.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { readCloudSettings } from '../base/cloud-settings.ts';
import { type CommandFault, serviceFailed, wrongUsage } from '../base/command-fault.ts';
import { confirm } from '../base/confirm.ts';
import { storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { readRulesInForce } from '../keys/rules-in-force.ts';
import { explainCloudFault } from '../setup/explain-setup-fault.ts';

export interface ContainOptions {
  readonly env?: string;
  /** Takes the Deny away again. */
  readonly release?: boolean;
  readonly yes?: boolean;
}

/** Of the policy, which is made when it is needed first, and kept. */
const DENY_ALL = { Version: '1', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };
const ATTACHMENT = { type: 'Custom', name: CONTAIN_POLICY } as const;

const BREAKS = (arn: string): readonly string[] => [
  `This attaches the policy ${CONTAIN_POLICY}, a Deny of everything, to ${arn}.`,
  'Every session of the role then fails, whoever has it: those that Stint handed out, and those of functions, instances, clusters and people that assume the role without Stint.',
  'It should take effect within a minute; that is read from how RAM judges requests, and was not confirmed on the live service. Check with a call of your own.',
];

/** Contains a role, or releases it. Fails without a confirmation, or when RAM, Tablestore or the settings do. */
export async function runContain(
  text: string,
  { env, release = false, ...options }: ContainOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const settings = readCloudSettings(env, terminal);
  if (!settings.ok) return settings;
  const found = await findTarget(text, openRows(openTablestore(settings.value)));
  if (!found.ok) return found;
  const target = found.value;
  const ram = openRamAdministration(settings.value.ram, { accountId: accountOf(target.arn) });
  const isContained = await readContained(ram, target);
  if (!isContained.ok) return isContained;
  if (!release && !isContained.value) {
    for (const line of BREAKS(target.arn)) terminal.note(line);
    const confirmed = await confirm('Type yes to contain it: ', options, terminal);
    if (!confirmed.ok) return confirmed;
  }
  const done = release
    ? await releaseRole(ram, target, isContained.value)
    : await containRole(ram, target, isContained.value);
  if (!done.ok) return done;
  for (const line of done.value) terminal.out(line);
  return ok(undefined);
}

interface Target {
  /** In the access document. Undefined: the role is in no rules, or no longer. */
  readonly id: string | undefined;
  readonly arn: RoleArn;
  /** RAM's name, in the account of the ARN. */
  readonly name: string;
}

/**
 * The role by its id in the rules in force, or by its ARN. An ARN needs no rules: sessions outlive the entry of their role, and
 * a role that was contained must be released when its entry is gone, or when the rules cannot be read.
 */
async function findTarget(text: string, rows: TablestoreRows): Promise<Result<Target, CommandFault>> {
  const rules = await readRulesInForce(rows);
  const arn = RoleArn.safeParse(text);
  if (!rules.ok && !arn.success) return storeFailed(rules.error);
  const roles = rules.ok ? [...rules.value.rolesById.values()] : [];
  const role = roles.find(({ id, roleArn }) => id === text || roleArn === text);
  const found = role?.roleArn ?? arn.data;
  if (found !== undefined) return ok({ id: role?.id, arn: found, name: found.slice(found.indexOf('/') + 1) });
  const near = offerNames(
    text,
    roles.map(({ id }) => id),
  );
  return wrongUsage(
    `no role ${text} is in the rules in force: ${near}. Give a role that is in no rules by its RoleArn`,
  );
}

/** Whether the Deny is attached. A role of the same name in the account of the credentials is not the role that is meant. */
async function readContained(
  ram: RamAdministration,
  { arn, name }: Target,
): Promise<Result<boolean, CommandFault>> {
  const found = await ram.findRole(name);
  if (!found.ok) return serviceFailed(explainCloudFault(found.error));
  if (found.value?.arn.toLowerCase() !== arn.toLowerCase())
    return serviceFailed(
      `RAM: the account of these credentials has no role ${arn}: use credentials of the account that owns it`,
    );
  const attached = await ram.listAttached(name);
  if (!attached.ok) return serviceFailed(explainCloudFault(attached.error));
  return ok((attached.value ?? []).some((one) => isDeepStrictEqual(one, ATTACHMENT)));
}

/** Makes the policy if it is not there. One that says something else would deny less than the operator believes. */
async function requirePolicy(ram: RamAdministration): Promise<Result<void, CommandFault>> {
  const found = await ram.findPolicy(CONTAIN_POLICY);
  if (!found.ok) return serviceFailed(explainCloudFault(found.error));
  if (found.value)
    return isDeepStrictEqual(found.value.document, DENY_ALL)
      ? ok(undefined)
      : serviceFailed(
          `RAM: the policy ${CONTAIN_POLICY} of this account is not a Deny of everything: rename or delete it`,
        );
  const description = 'stint contain: denies everything to a role, until stint contain --release';
  const policy = { name: CONTAIN_POLICY, document: DENY_ALL, description, madeBy: 'contain' };
  const made = await ram.createPolicy(policy);
  return made.ok ? ok(undefined) : serviceFailed(explainCloudFault(made.error));
}

async function containRole(
  ram: RamAdministration,
  { id, arn, name }: Target,
  isContained: boolean,
): Promise<Result<readonly string[], CommandFault>> {
  // Also where it is attached already: an administrator may have changed what it says.
  const policy = await requirePolicy(ram);
  if (!policy.ok) return policy;
  const shown = id ?? arn;
  const back = `The way back: stint contain ${shown} --release`;
  if (isContained) return ok([`${shown} was contained already.`, back]);
  const attached = await ram.attach(name, ATTACHMENT);
  if (!attached.ok) return serviceFailed(explainCloudFault(attached.error));
  const block = `So that Stint hands out no more credentials that fail: stint block role:${id} --for 4h --reason …`;
  return ok([`${shown} is contained.`, ...(id === undefined ? [] : [block]), back]);
}

async function releaseRole(
  ram: RamAdministration,
  { id, arn, name }: Target,
  isContained: boolean,
): Promise<Result<readonly string[], CommandFault>> {
  const shown = id ?? arn;
  if (!isContained) return ok([`${shown} was not contained.`]);
  const detached = await ram.detach(name, ATTACHMENT);
  if (!detached.ok) return serviceFailed(explainCloudFault(detached.error));
  return ok([`${shown} is released. Its sessions that have not expired work again.`]);
}
