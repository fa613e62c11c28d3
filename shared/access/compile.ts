// The access document → what is stored: every default filled in, every reference and template checked. Pure.
import { err, ok, type Result } from '../kernel/result.ts';
import { checkDuplicates } from './check-duplicates.ts';
import { checkRowSizes } from './check-row-sizes.ts';
import { compileCondition } from './compile-condition.ts';
import type { CompiledDocument, CompiledGrant } from './compiled-access.ts';
import type { AccessDocument, Grant } from './document.ts';
import type { PathFault } from './document-fault.ts';
import type { PrincipalSelector } from './principal-key.ts';
import { readPinnedPolicies } from './read-pinned-policies.ts';
import { createResolver, type ResolveSessionPolicy } from './resolve-session-policy.ts';
import type { Role } from './role.ts';

interface Names {
  readonly providers: ReadonlySet<string>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly resolveSessionPolicy: ResolveSessionPolicy;
}

function principalOf(to: Grant['to']): PrincipalSelector {
  if ('subject' in to) return { kind: 'sub', name: to.subject };
  if ('group' in to) return { kind: 'group', name: to.group };
  return { kind: 'any' };
}

const known = (names: Iterable<string>): string => [...names].slice(0, 5).join(', ') || 'none is defined';

function checkReferences(grant: Grant, names: Names): readonly PathFault[] {
  const faults: PathFault[] = [];
  const role = names.roles.get(grant.role);
  if (!names.providers.has(grant.to.provider))
    faults.push({
      path: ['to', 'provider'],
      message: `name an entry of providers (${known(names.providers)})`,
    });
  if (!role)
    faults.push({ path: ['role'], message: `name an entry of roles (${known(names.roles.keys())})` });
  else if ((grant.maxDurationSeconds ?? 0) > role.maxDurationSeconds)
    faults.push({
      path: ['maxDurationSeconds'],
      message: `use at most ${role.maxDurationSeconds}, the maxDurationSeconds of role ${role.id}`,
    });
  return faults;
}

function checkCondition(when: Grant['when']): readonly PathFault[] {
  const condition = when === undefined ? undefined : compileCondition(when);
  return condition && !condition.ok ? [{ path: ['when'], message: condition.error }] : [];
}

function compileGrant(
  grant: Grant,
  order: number,
  names: Names,
): Result<CompiledGrant, readonly PathFault[]> {
  const sessionPolicy = names.resolveSessionPolicy(grant.sessionPolicy);
  const policyFaults = sessionPolicy.ok ? [] : sessionPolicy.error;
  const faults = [
    ...checkReferences(grant, names),
    ...checkCondition(grant.when),
    ...policyFaults.map(({ path, message }) => ({ path: ['sessionPolicy', ...path], message })),
  ];
  const role = names.roles.get(grant.role);
  if (!role || !sessionPolicy.ok || faults.length > 0)
    return err(faults.map(({ path, message }) => ({ path: ['grants', order, ...path], message })));
  return ok({
    selector: { provider: grant.to.provider, principal: principalOf(grant.to) },
    grant: {
      id: grant.id,
      order,
      role: grant.role,
      maxDurationSeconds: grant.maxDurationSeconds ?? role.maxDurationSeconds,
      ...(grant.when === undefined ? {} : { when: grant.when }),
      sessionPolicy: sessionPolicy.value,
      constraints: grant.constraints,
    },
  });
}

export function compile(document: AccessDocument): Result<CompiledDocument, readonly PathFault[]> {
  const { providers, roles, policies } = document;
  const pinned = readPinnedPolicies(policies);
  const names: Names = {
    providers: new Set(providers.map(({ id }) => id)),
    roles: new Map(roles.map((role) => [role.id, role])),
    resolveSessionPolicy: createResolver(pinned.byName),
  };
  const faults: PathFault[] = [...checkDuplicates(document), ...pinned.faults];
  const grants: CompiledGrant[] = [];
  for (const [order, grant] of document.grants.entries()) {
    const compiled = compileGrant(grant, order, names);
    if (compiled.ok) grants.push(compiled.value);
    else faults.push(...compiled.error);
  }
  faults.push(...checkRowSizes(grants));
  return faults.length > 0 ? err(faults) : ok({ providers, roles, policies, grants });
}
