// The session policy that goes to STS. Only check-session-policy.ts makes one, so an unchecked one cannot be sent, and
// none cannot be left out (without a policy STS hands over everything that the role may do).
import type { PolicyDocument } from '../../ram/policy.ts';

declare const checked: unique symbol;

export interface SessionPolicy {
  readonly json: string;
  readonly document: PolicyDocument;
  readonly [checked]: true;
}
