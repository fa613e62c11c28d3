// The checks for drift, one after the other: each is on its own, so that one that cannot be made keeps no other from being
// made. RAM is asked in sequence: it limits the rate of calls, and vend's own calls count as well.

import { ROLE_ARN } from '../kernel/names.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';
import { fillPlaceholders, type PlaceholderValues } from '../ram/fill-placeholders.ts';
import { parsePolicy } from '../ram/parse-policy.ts';
import type { Policy } from '../ram/policy.ts';
import type { PinnedPolicy } from '../rules/document/pinned-policy.ts';
import type { Role } from '../rules/values/role.ts';
import { type AttachedDocument, checkFunctionRole } from './check-function-role.ts';
import { checkPin } from './check-pins.ts';
import { checkContained, checkRole } from './check-roles.ts';
import { explainUnseen, NO_TABLE_PERMISSION, type RamReader, type Unseen } from './cloud-reader.ts';
import { type CheckFinding, notChecked } from './finding.ts';

/** Of the revision in force. */
export interface CheckedRules {
  readonly roles: readonly Role[];
  /** Undefined: what the documents say beside the rules cannot be read. */
  readonly pins: readonly PinnedPolicy[] | undefined;
}

/** Policies of one function as the repository has them, with placeholders. */
export interface ShippedPolicy {
  /** What the function needs. */
  readonly policy: unknown;
  /** What it needs in some deployments: `login` with a key of KMS. */
  readonly optional: readonly unknown[];
}

/** By the name of the function. */
export type ShippedPolicies = Readonly<Record<string, ShippedPolicy>>;

export interface DriftWorld {
  readonly accountId: string;
  readonly region: string;
  readonly instance: string;
  readonly shipped: ShippedPolicies;
  /** The id of the key of KMS that login is deployed with. Undefined: it has none, or which one is not known here. */
  readonly kmsKey?: string | undefined;
  /** Hub roles that vend is deployed with, by their ARNs. */
  readonly hubRoles: readonly string[];
  readonly ram: RamReader;
  /** Undefined: none are in force. */
  readonly rules: () => Promise<Result<CheckedRules | undefined, StoreFault>>;
  /** The checks end early, and say so. */
  readonly isOver: () => boolean;
}

/** In s.yaml: the role of each function. Its own policy has the same name. */
export const functionRoleName = (functionName: string): string => `stint-${functionName}`;

/** Looks at each of `things`. A refusal of one lets the next be tried; without an answer of the service the rest waits. */
async function checkEach<T>(
  check: string,
  things: readonly T[],
  isOver: () => boolean,
  look: (thing: T) => Promise<Result<readonly CheckFinding[], Unseen>>,
): Promise<readonly CheckFinding[]> {
  const findings: CheckFinding[] = [];
  const unseen = new Map<string, CheckFinding>();
  for (const thing of things) {
    if (isOver()) return [...findings, ...unseen.values(), notChecked(check, 'the time was over')];
    const found = await look(thing);
    if (found.ok) {
      findings.push(...found.value);
      continue;
    }
    // One line for each missing permission: a thousand roles lack the same one.
    const { action, isDenied } = found.error;
    if (!unseen.has(action)) unseen.set(action, notChecked(check, explainUnseen(found.error)));
    if (!isDenied) break;
  }
  return [...findings, ...unseen.values()];
}

interface OwnRole {
  readonly role: Role;
  readonly name: string;
}

/** RAM shows the roles of one account. Those of other accounts show themselves by `role_misconfigured`. */
const rolesOfAccount = (roles: readonly Role[], accountId: string): readonly OwnRole[] =>
  roles.flatMap((role) => {
    const [, account, name = ''] = ROLE_ARN.exec(role.roleArn) ?? [];
    return account === accountId ? [{ role, name }] : [];
  });

async function readAttached(
  ram: RamReader,
  roleName: string,
): Promise<Result<readonly AttachedDocument[], Unseen>> {
  const names = await ram.attached(roleName);
  if (!names.ok) return names;
  const documents: AttachedDocument[] = [];
  for (const { name, type } of names.value ?? []) {
    const policy = await ram.policy(name, type);
    if (!policy.ok) return policy;
    // Gone since it was listed.
    if (policy.value) documents.push({ name, document: policy.value.document });
  }
  return ok(documents);
}

/** Undefined: one of them is no policy. */
function joinPolicies(documents: readonly unknown[]): Policy | undefined {
  const read = documents.map(parsePolicy);
  const policies = read.flatMap((policy) => (policy.ok ? [policy.value] : []));
  const statements = policies.flatMap((policy) => policy.statements);
  return policies.length === documents.length ? { version: '1', statements } : undefined;
}

/** Policies of one function, with the values of the deployment. */
interface FilledPolicies {
  readonly needed: readonly unknown[];
  readonly optional: readonly unknown[];
}

async function checkFunction(
  name: string,
  shipped: FilledPolicies,
  ram: RamReader,
): Promise<Result<readonly CheckFinding[], Unseen>> {
  const roleName = functionRoleName(name);
  const role = await ram.role(roleName);
  if (!role.ok) return role;
  const attached = role.value ? await readAttached(ram, roleName) : ok([]);
  if (!attached.ok) return attached;
  const [needed, optional] = [joinPolicies(shipped.needed), joinPolicies(shipped.optional)];
  if (!needed || !optional)
    return err({ action: 'shipped policy', resource: name, isDenied: false, code: 'unreadable' });
  const found = { role: role.value, attached: attached.value };
  return ok(checkFunctionRole(roleName, { needed, optional }, found));
}

async function checkFunctions(world: DriftWorld, roles: readonly Role[]): Promise<readonly CheckFinding[]> {
  const { accountId: account, region, instance, ram, shipped, kmsKey, hubRoles, isOver } = world;
  const arns = [...roles.map(({ roleArn }) => roleArn), ...hubRoles];
  const values: PlaceholderValues = { account, region, instance, roles: arns };
  return checkEach('functions', Object.entries(shipped), isOver, ([name, { policy, optional }]) => {
    const fillAll = (documents: readonly unknown[], key: string): readonly unknown[] =>
      documents.map((document) => fillPlaceholders(document, { ...values, kmsKey: key }));
    const ofKey = kmsKey === undefined ? [] : fillAll(optional, kmsKey);
    // A key that was named before may stay allowed.
    const filled = { needed: [...fillAll([policy], ''), ...ofKey], optional: fillAll(optional, '*') };
    return checkFunction(name, filled, ram);
  });
}

function explainUnread({ reason, cause }: StoreFault): CheckFinding {
  if (reason === 'rules-unreadable') return { name: 'rules-unreadable', subject: 'rules', detail: cause };
  return notChecked(
    'rules',
    cause === NO_TABLE_PERMISSION
      ? 'no permission for ots:BatchGetRow and ots:GetRange on the table catalog'
      : `Tablestore: ${cause}`,
  );
}

const NO_RULES: CheckFinding = { name: 'rules-missing', subject: 'rules', detail: 'no revision is in force' };

/** Without rules it is not known what vend may assume. */
const withoutVend = ({ vend: _, ...others }: ShippedPolicies): ShippedPolicies => others;

/** The rules, the roles that they give, the pinned policies, and the functions' own roles. */
export async function findDrift(world: DriftWorld): Promise<readonly CheckFinding[]> {
  const { accountId, ram, isOver, shipped, hubRoles } = world;
  const read = await world.rules();
  if (!read.ok || !read.value) {
    const functions = await checkFunctions({ ...world, shipped: withoutVend(shipped) }, []);
    return [read.ok ? NO_RULES : explainUnread(read.error), ...functions];
  }
  const { roles, pins } = read.value;
  const vendRole = `acs:ram::${accountId}:role/${functionRoleName('vend')}`;
  return [
    ...(pins ? [] : [{ name: 'rules-unreadable', subject: 'rules', detail: 'supplement' } as const]),
    ...(await checkFunctions(world, roles)),
    ...(await checkEach('roles', rolesOfAccount(roles, accountId), isOver, async ({ role, name }) => {
      const found = await ram.role(name);
      return found.ok ? ok(checkRole(role, found.value, vendRole, hubRoles)) : found;
    })),
    ...(await checkEach('containment', rolesOfAccount(roles, accountId), isOver, async ({ role, name }) => {
      const attached = await ram.attached(name);
      return attached.ok ? ok(checkContained(role, attached.value ?? [])) : attached;
    })),
    ...(await checkEach('pins', pins ?? [], isOver, async (pin) => {
      const found = await ram.policy(pin.name, pin.type);
      return found.ok ? ok(checkPin(pin, found.value)) : found;
    })),
  ];
}
