// Session policies carry no action of the services that hand out or change access (sts, ram), unless the grant says so.
// Tells whether a policy could allow such an action, and gives the Deny that rules it out; compose and apply choose.
import { findGap, findOverlap, scopeOf } from './compare-statements.ts';
import type { Effect, Policy, Statement } from './policy.ts';

/** Services that hand out access or change who has it. */
export const IDENTITY_SERVICES: readonly string[] = ['sts', 'ram'];

const everythingOf = (service: string): string => `${service}:*`;

/**
 * The Deny for policies with a broad Allow (`*`, `inherit`, NotAction). A Deny wins over every Allow, so it also covers
 * what the role is given later. A session that may call sts:AssumeRole or write RAM policies could leave its session
 * policy behind, and with it the end of its life.
 */
export function denyActionsOf(services: readonly string[]): Statement {
  const actions = { kind: 'only', patterns: services.map(everythingOf) } as const;
  return { effect: 'Deny', actions, resources: ['*'], conditions: [] };
}

/**
 * Could an Allow of the policy match an action of one of the services? `*`, `s*:Get*` and a NotAction that does not
 * spare the whole service could, whatever the resource or the condition, because neither makes the action harmless. A
 * Deny counts only where it certainly takes away all that the Allow could give.
 */
export function mayAllowActionsOf({ statements }: Policy, services: readonly string[]): boolean {
  const scopesOf = (wanted: Effect) => statements.filter(({ effect }) => effect === wanted).map(scopeOf);
  const denied = scopesOf('Deny');
  const allowed = scopesOf('Allow').filter((scope) => findGap(scope, denied) !== undefined);
  return services.some((service) => {
    const forbidden = scopeOf(denyActionsOf([service]));
    const isDenied = findGap(forbidden, denied) === undefined;
    return !isDenied && allowed.some((scope) => findOverlap(scope, forbidden) !== undefined);
  });
}
