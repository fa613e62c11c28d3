// What applying a document would mean for people: who gains or loses which role, with which permissions and under which
// limits. Pure. diff.ts says the same by entries of the document.
import { isDeepStrictEqual } from 'node:util';
import type { CompiledAccess, CompiledGrant, Recipient } from '../document/compiled-access.ts';
import type { Role } from '../values/role.ts';
import { comparePolicies, type PolicyChange } from './compare-policies.ts';

export interface LimitChange {
  /** A constraint, `maxDurationSeconds`, `when`, or the `roleArn` that the role stands for. */
  readonly limit: string;
  /** Null: there is none. */
  readonly before: unknown;
  readonly after: unknown;
}
export interface AccessChange {
  readonly change: 'gains' | 'loses' | 'changes';
  readonly who: Recipient;
  readonly role: string;
  readonly grant: string;
  /** Other grants that give the same callers the same role afterwards. */
  readonly alsoBy: readonly string[];
  readonly permissions: PolicyChange;
  readonly limits: readonly LimitChange[];
}

type Side = CompiledGrant | undefined;
type Roles = ReadonlyMap<string, Role>;

/** What a grant gives: a role, or a permission of Stint's own. No role id has a space. */
const givenBy = ({ grant }: CompiledGrant): string =>
  'permission' in grant ? `permission ${grant.permission}` : grant.role;

const policyOf = (side: Side) =>
  side && !('permission' in side.grant) ? side.grant.sessionPolicy : undefined;

function limitsOf(side: Side, roles: Roles): Readonly<Record<string, unknown>> {
  if (!side) return {};
  if ('permission' in side.grant) return { when: side.grant.when, ...side.grant.constraints };
  const { maxDurationSeconds, when, constraints, role } = side.grant;
  return { roleArn: roles.get(role)?.roleArn, maxDurationSeconds, when, ...constraints };
}

function changedLimits(before: Side, after: Side, roles: readonly [Roles, Roles]): readonly LimitChange[] {
  const [had, has] = [limitsOf(before, roles[0]), limitsOf(after, roles[1])];
  const names = new Set([...Object.keys(had), ...Object.keys(has)]);
  return [...names]
    .filter((name) => !isDeepStrictEqual(had[name], has[name]))
    .map((limit) => ({ limit, before: had[limit] ?? null, after: has[limit] ?? null }));
}

const keyOf = (given: CompiledGrant): string =>
  JSON.stringify([given.selector.provider, given.selector.principal, givenBy(given)]);

function byCallersAndRole(grants: readonly CompiledGrant[]): ReadonlyMap<string, readonly CompiledGrant[]> {
  const groups = new Map<string, CompiledGrant[]>();
  for (const grant of grants) {
    const key = keyOf(grant);
    const group = groups.get(key);
    if (group) group.push(grant);
    else groups.set(key, [grant]);
  }
  return groups;
}

/** By id; a grant that only has another id now is the same one to its callers. */
function toPairs(before: readonly CompiledGrant[], after: readonly CompiledGrant[]) {
  const idOf = ({ grant }: CompiledGrant) => grant.id;
  const earlier = new Map(before.map((grant) => [idOf(grant), grant]));
  const later = new Set(after.map(idOf));
  const gone = before.filter((grant) => !later.has(idOf(grant)));
  const pairs = after.map((grant): readonly [Side, Side] => [
    earlier.get(idOf(grant)) ?? gone.shift(),
    grant,
  ]);
  return [...gone.map((grant): readonly [Side, Side] => [grant, undefined]), ...pairs];
}

function isSame(before: Side, after: Side, [had, has]: readonly [Roles, Roles]): boolean {
  if (!before || !after) return false;
  const bare = ({ grant: { id: _id, order: _order, ...rest } }: CompiledGrant) => rest;
  const role = givenBy(after);
  return isDeepStrictEqual(bare(before), bare(after)) && had.get(role)?.roleArn === has.get(role)?.roleArn;
}

function toChange(
  before: Side,
  after: Side,
  later: readonly CompiledGrant[],
  roles: readonly [Roles, Roles],
  { compare, limits }: Shared,
): readonly AccessChange[] {
  const subject = after ?? before;
  if (!subject || isSame(before, after, roles)) return [];
  const { selector, grant } = subject;
  return [
    {
      change: before ? (after ? 'changes' : 'loses') : 'gains',
      who: selector,
      role: givenBy(subject),
      grant: grant.id,
      alsoBy: later.map((other) => other.grant.id).filter((id) => id !== grant.id),
      permissions: compare(policyOf(before), policyOf(after)),
      limits: limits(changedLimits(before, after, roles)),
    },
  ];
}

/** Where there are more, each grant has one of its own, and remembering them would only take memory. */
const MAX_KNOWN = 1_000;

function remember<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  if (known.size < MAX_KNOWN) known.set(key, value);
  return value;
}

/** Grants by the thousand have the same few policies and limits: compared and kept once. */
function createShared() {
  const changes = new Map<string, PolicyChange>();
  const lists = new Map<string, readonly LimitChange[]>();
  const compare: typeof comparePolicies = (before, after) =>
    remember(changes, JSON.stringify([before, after]), () => comparePolicies(before, after));
  const limits = (list: readonly LimitChange[]) => remember(lists, JSON.stringify(list), () => list);
  return { compare, limits };
}
type Shared = ReturnType<typeof createShared>;

export function planAccess(before: CompiledAccess, after: CompiledAccess): readonly AccessChange[] {
  const rolesOf = (access: CompiledAccess): Roles => new Map(access.roles.map((role) => [role.id, role]));
  const roles = [rolesOf(before), rolesOf(after)] as const;
  const shared = createShared();
  const [had, has] = [byCallersAndRole(before.grants), byCallersAndRole(after.grants)];
  return [...new Set([...had.keys(), ...has.keys()])].flatMap((key) => {
    const [earlier, later] = [had.get(key) ?? [], has.get(key) ?? []];
    return toPairs(earlier, later).flatMap(([one, other]) => toChange(one, other, later, roles, shared));
  });
}
