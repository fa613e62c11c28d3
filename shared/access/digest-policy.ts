// The fingerprint of a policy: equal for policies that differ only in how their JSON is written.
import { createHash } from 'node:crypto';
import { formatPolicy } from '../ram/format-policy.ts';
import type { Policy } from '../ram/policy.ts';

/** Lower-case hex. */
export const digestPolicy = (policy: Policy): string =>
  createHash('sha256')
    .update(JSON.stringify(formatPolicy(policy)))
    .digest('hex');
