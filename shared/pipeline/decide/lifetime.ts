// How long credentials may work: what the grant gives, and what is left until an end.
import type { Role } from '../../rules/values/role.ts';
import type { Grant } from '../grants/grant.ts';

const SECOND_MS = 1000;

/** The longest life that this grant gives: its own cap, its effectiveSeconds, and the role's cap. */
export function longestLifetime(grant: Grant, role: Role): number {
  const { effectiveSeconds = Number.POSITIVE_INFINITY } = grant.constraints;
  return Math.min(grant.maxDurationSeconds, effectiveSeconds, role.maxDurationSeconds);
}

/** In the whole seconds that STS and RAM count: the one that has begun counts. */
export const secondsUntil = (end: Date, now: Date): number =>
  Math.floor(end.getTime() / SECOND_MS) - Math.floor(now.getTime() / SECOND_MS);
