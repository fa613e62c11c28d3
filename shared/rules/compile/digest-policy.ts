// The fingerprint of a policy: equal for policies that differ only in how their JSON is written.
import { sha256 } from '../../kernel/sha256.ts';
import { formatPolicy } from '../../ram/format-policy.ts';
import type { Policy } from '../../ram/policy.ts';

/** Lower-case hex. */
export const digestPolicy = (policy: Policy): string => sha256(JSON.stringify(formatPolicy(policy)), 'hex');
