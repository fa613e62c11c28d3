// Session policies carry no action of services that hand out or change access (sts, ram), unless the grant says so.
// Tells whether a policy could, and gives the Deny that rules it out; whoever composes decides which is wanted.
import { findGap } from './find-gap.ts';
import { findOverlap } from './find-overlap.ts';
import type { Effect, Policy, Statement } from './policy.ts';
import { scopeOf } from './reach.ts';

/** Services that hand out access or change who has it. */
export const IDENTITY_SERVICES: readonly string[] = ['sts', 'ram'];

const everythingOf = (service: string): string => `${service}:*`;

/**
 * Add this where an Allow is broad (`*`, `inherit`, NotAction). A Deny wins over every Allow, so what the role is
 * given later stays out as well. A session that may call sts:AssumeRole or write RAM policies could leave its session
 * policy behind, and with it the end of its life.
 */
export function denyActionsOf(services: readonly string[]): Statement {
  const actions = { kind: 'only', patterns: services.map(everythingOf) } as const;
  return { effect: 'Deny', actions, resources: ['*'], conditions: [] };
}

/**
 * Could an Allow of the policy match an action of one of the services? `*`, `s*:Get*` and a NotAction that does not
 * spare the whole service could, whatever the resource or condition: those are no reason to trust the action. A Deny
 * counts only where it certainly takes away all that the Allow could give.
 */
export function mayAllowActionsOf({ statements }: Policy, services: readonly string[]): boolean {
  const reachesOf = (wanted: Effect) => statements.filter(({ effect }) => effect === wanted).map(scopeOf);
  const denied = reachesOf('Deny');
  const allowed = reachesOf('Allow').filter((reach) => findGap(reach, denied) !== undefined);
  return services.some((service) => {
    const forbidden = scopeOf(denyActionsOf([service]));
    const isDenied = findGap(forbidden, denied) === undefined;
    return !isDenied && allowed.some((reach) => findOverlap(reach, forbidden) !== undefined);
  });
}
