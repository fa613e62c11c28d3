// A time condition in every Allow. STS's shortest life is 900 s; with this the cloud itself ends a shorter one.
import type { Policy } from '../ram/policy.ts';
import { restrictPolicy } from './restrict-policy.ts';

/** RAM's date format: ISO 8601 in UTC, whole seconds. */
export const ramDate = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z');

/** A template may have a limit of its own; the earlier of the two stays, as one operator and key have one place. */
export function limitLifetime(policy: Policy, end: Date): Policy | undefined {
  return restrictPolicy(policy, [
    { operator: 'DateLessThan', key: 'acs:CurrentTime', values: [ramDate(end)] },
  ]);
}
