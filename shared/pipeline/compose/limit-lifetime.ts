// A time condition in every Allow. STS's shortest life is 900 s; with this the cloud itself ends a shorter one.
import type { Policy } from '../../ram/policy.ts';
import { ramDate } from '../../ram/ram-date.ts';
import { restrictPolicy } from '../../ram/restrict-policy.ts';

/** A template may have a limit of its own; the earlier of the two stays, as one operator and key have one place. */
export function limitLifetime(policy: Policy, end: Date): Policy | undefined {
  return restrictPolicy(policy, [
    { operator: 'DateLessThan', key: 'acs:CurrentTime', values: [ramDate(end)] },
  ]);
}
