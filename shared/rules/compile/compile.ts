// The access document → what is stored: every default filled in, every reference and template checked. Pure.
import { err, ok, type Result } from '../../kernel/result.ts';
import { compileCondition } from '../conditions/compile-condition.ts';
import type { CompiledDocument, CompiledGrant } from '../document/compiled-access.ts';
import type { AccessDocument, GrantEntry, PermissionGrantEntry } from '../document/document.ts';
import type { Provider } from '../document/provider.ts';
import { toRole } from '../document/role-entry.ts';
import type { PathFault } from '../values/document-fault.ts';
import type { PrincipalSelector } from '../values/principal-key.ts';
import type { Role } from '../values/role.ts';
import { checkProvider, checkSignOn } from './check-provider.ts';
import { checkRecipient } from './check-recipient.ts';
import { checkRowSizes } from './check-row-sizes.ts';
import { checkTrust, checkUniqueness } from './check-uniqueness.ts';
import { readPinnedPolicies } from './pinned-policies.ts';
import { createResolver, type ResolveSessionPolicy } from './resolve-session-policy.ts';

/** Gives the rules as they are stored and compared, or every fault with its path in the document. */
export function compile(document: AccessDocument): Result<CompiledDocument, readonly PathFault[]> {
  const { providers, accounts, policies, tests, signOn } = document;
  const written = readRoles(document);
  const roles = written.flatMap((role) => role ?? []);
  const pinned = readPinnedPolicies(policies);
  const names: Names = {
    providers: new Map(providers.map((provider) => [provider.id, provider])),
    roles: new Map(roles.map((role) => [role.id, role])),
    resolveSessionPolicy: createResolver(pinned.byName),
  };
  const faults: PathFault[] = [
    ...checkUniqueness(document, written),
    ...checkAccounts(document, written),
    ...checkProviders(providers),
    ...checkTrust(providers),
    ...(signOn ? checkSignOn(signOn) : []),
    ...pinned.faults,
  ];
  const grants: CompiledGrant[] = [];
  for (const [order, grant] of document.grants.entries()) {
    const compiled =
      grant.permission === undefined
        ? compileRoleGrant(grant, order, names)
        : compilePermissionGrant(grant, order, names);
    if (compiled.ok) grants.push(compiled.value);
    else faults.push(...compiled.error);
  }
  faults.push(...checkRowSizes(grants));
  return faults.length > 0
    ? err(faults)
    : ok({
        providers,
        ...(accounts.length === 0 ? {} : { accounts }),
        roles,
        grants,
        ...(signOn === undefined ? {} : { signOn }),
        policies,
        tests,
        references: referencesOf(document),
      });
}

const referencesOf = ({ grants }: AccessDocument): CompiledDocument['references'] =>
  new Map(
    grants.flatMap(({ id, ...grant }) => {
      const policy = 'sessionPolicy' in grant ? grant.sessionPolicy : undefined;
      return typeof policy === 'object' && 'policyFrom' in policy ? [[id, policy] as const] : [];
    }),
  );

/** One for each entry; undefined for a role of an account that is not named. */
const readRoles = ({ accounts, roles }: AccessDocument): readonly (Role | undefined)[] => {
  const ids = new Map<string, string>(accounts.map(({ alias, id }) => [alias, id]));
  return roles.map((role) => toRole(role, ids));
};

function checkAccounts(
  { accounts }: AccessDocument,
  roles: readonly (Role | undefined)[],
): readonly PathFault[] {
  const message = `name the alias of an entry of accounts (${known(accounts.map(({ alias }) => alias))})`;
  return roles.flatMap((role, i) => (role ? [] : [{ path: ['roles', i, 'account'], message }]));
}

/** What grants refer to. */
interface Names {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly resolveSessionPolicy: ResolveSessionPolicy;
}

function principalOf(to: GrantEntry['to']): PrincipalSelector {
  if ('subject' in to) return { kind: 'sub', name: to.subject };
  if ('group' in to) return { kind: 'group', name: to.group };
  return { kind: 'any' };
}

const known = (names: Iterable<string>): string => [...names].slice(0, 5).join(', ') || 'none is defined';

function checkTo(grant: Pick<GrantEntry, 'to' | 'when'>, { providers }: Names): readonly PathFault[] {
  const provider = providers.get(grant.to.provider);
  if (provider) return checkRecipient(grant, provider);
  return [{ path: ['to', 'provider'], message: `name an entry of providers (${known(providers.keys())})` }];
}

function checkRole({ role: id, maxDurationSeconds = 0 }: GrantEntry, names: Names): readonly PathFault[] {
  const role = names.roles.get(id);
  if (!role) return [{ path: ['role'], message: `name an entry of roles (${known(names.roles.keys())})` }];
  if (maxDurationSeconds <= role.maxDurationSeconds) return [];
  const message = `use at most ${role.maxDurationSeconds}, the maxDurationSeconds of role ${role.id}`;
  return [{ path: ['maxDurationSeconds'], message }];
}

function checkCondition(when: GrantEntry['when']): readonly PathFault[] {
  const condition = when === undefined ? undefined : compileCondition(when);
  return condition && !condition.ok ? [{ path: ['when'], message: condition.error }] : [];
}

type Compiled = Result<CompiledGrant, readonly PathFault[]>;

const refuse = (order: number, faults: readonly PathFault[]): Compiled =>
  err(faults.map((fault) => ({ ...fault, path: ['grants', order, ...fault.path] })));

function compilePermissionGrant(grant: PermissionGrantEntry, order: number, names: Names): Compiled {
  const { to, ...given } = grant;
  const faults = [...checkTo(grant, names), ...checkCondition(grant.when)];
  if (faults.length > 0) return refuse(order, faults);
  return ok({
    selector: { provider: to.provider, principal: principalOf(to) },
    grant: { ...given, order },
  });
}

function compileRoleGrant(grant: GrantEntry, order: number, names: Names): Compiled {
  const sessionPolicy = names.resolveSessionPolicy(grant);
  const policyFaults = sessionPolicy.ok ? [] : sessionPolicy.error;
  const faults = [
    ...checkTo(grant, names),
    ...checkRole(grant, names),
    ...checkCondition(grant.when),
    ...policyFaults.map((fault) => ({ ...fault, path: ['sessionPolicy', ...fault.path] })),
  ];
  const role = names.roles.get(grant.role);
  if (!role || !sessionPolicy.ok || faults.length > 0) return refuse(order, faults);
  return ok({
    selector: { provider: grant.to.provider, principal: principalOf(grant.to) },
    grant: {
      id: grant.id,
      order,
      role: grant.role,
      maxDurationSeconds: grant.maxDurationSeconds ?? role.maxDurationSeconds,
      ...(grant.when === undefined ? {} : { when: grant.when }),
      sessionPolicy: sessionPolicy.value,
      ...(grant.allowIdentityActions ? { allowIdentityActions: true } : {}),
      constraints: grant.constraints,
    },
  });
}

const checkProviders = (providers: readonly Provider[]): readonly PathFault[] =>
  providers.flatMap((provider, i) =>
    checkProvider(provider).map(({ path, message }) => ({ path: ['providers', i, ...path], message })),
  );
