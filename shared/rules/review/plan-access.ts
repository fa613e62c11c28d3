// What applying a document would mean for people: who gains or loses which role, with which permissions and under which
// limits. Pure. diff.ts tells the same by entries of the document.
import { isDeepStrictEqual } from 'node:util';
import { showable } from '../../kernel/showable.ts';
import type { CompiledAccess, CompiledGrant, Recipient } from '../document/compiled-access.ts';
import type { Role } from '../values/role.ts';
import { comparePolicies, type PermittedActions, type PolicyChange } from './compare-policies.ts';
import { formatRecipient } from './diff.ts';

export interface LimitChange {
  /** A constraint, `maxDurationSeconds`, `when`, or the `roleArn` that the role stands for. */
  readonly limit: string;
  /** Null: no such limit. */
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

/** Every change for people that turns `before` into `after`. */
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

/** Pairs by id; to its callers, a grant that only has another id now is the same grant. */
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

/** With more, each grant has a policy of its own, and to remember them would only take memory. */
const MAX_KNOWN = 1_000;

function remember<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  if (known.size < MAX_KNOWN) known.set(key, value);
  return value;
}

/** Thousands of grants have the same few policies and limits, which are compared and kept once. */
function createShared() {
  const changes = new Map<string, PolicyChange>();
  const lists = new Map<string, readonly LimitChange[]>();
  const compare: typeof comparePolicies = (before, after) =>
    remember(changes, JSON.stringify([before, after]), () => comparePolicies(before, after));
  const limits = (list: readonly LimitChange[]) => remember(lists, JSON.stringify(list), () => list);
  return { compare, limits };
}
type Shared = ReturnType<typeof createShared>;

/** The change in words: one line, and one below it for each permission and limit. No name can add a line of its own. */
export function formatAccessChange(change: AccessChange): string {
  const { permissions, limits } = change;
  return [
    formatHead(change),
    ...permissions.gains.map((permission) => `    + ${formatPermission(permission)}`),
    ...permissions.loses.map((permission) => `    - ${formatPermission(permission)}`),
    ...limits
      .filter(({ limit }) => limit !== 'roleArn' || change.change === 'changes')
      .map((limit) => `    ${formatLimit(limit, change.change)}`),
  ]
    .map(showable)
    .join('\n');
}

const SIGN = { gains: '+', loses: '-', changes: '~' } as const satisfies Record<
  AccessChange['change'],
  string
>;

const RELATION = {
  same: 'the same permissions',
  narrower: 'narrower',
  wider: 'WIDER',
  different: 'different permissions',
} as const satisfies Record<AccessChange['permissions']['relation'], string>;

function formatPermission({ actions, except, resources, conditional }: PermittedActions): string {
  const all = actions.length === 1 && actions[0] === '*' && resources.length === 1 && resources[0] === '*';
  if (all && !except && !conditional) return 'all that the RAM role may do';
  const what = `${except ? 'all actions but ' : ''}${actions.join(', ')}`;
  return `${what} on ${resources.join(', ')}${conditional ? ', under conditions' : ''}`;
}

const formatValue = (value: unknown): string => {
  if (value === null) return 'none';
  return typeof value === 'string' && !/\p{C}/u.test(value) ? value : JSON.stringify(value);
};

const formatLimit = ({ limit, before, after }: LimitChange, change: AccessChange['change']): string =>
  change === 'changes'
    ? `${limit} ${formatValue(before)} → ${formatValue(after)}`
    : `${limit} ${formatValue(change === 'gains' ? after : before)}`;

function formatHead({ change, who, role, grant, alsoBy, permissions }: AccessChange): string {
  const by = `(grant ${grant}${alsoBy.length === 0 ? '' : `, beside ${alsoBy.join(', ')}`})`;
  const given = role.includes(' ') ? `the ${role}` : `role ${role}`;
  const happens =
    change === 'changes' ? `keeps ${given}, ${RELATION[permissions.relation]}` : `${change} ${given}`;
  return `${SIGN[change]} ${formatRecipient(who)} ${happens} ${by}`;
}
