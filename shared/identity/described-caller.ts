// A caller as an administrator or a test describes it, in place of a proof.
import type { Claims } from './principal.ts';

export interface DescribedCaller {
  readonly subject: string;
  readonly claims: Claims;
  /** Absent: as the claims say. */
  readonly groups?: readonly string[] | undefined;
  /** A second factor was used. Absent: as the claims say. */
  readonly mfa?: boolean | undefined;
  /** The caller holds the key that the proof is bound to. */
  readonly dpop?: boolean | undefined;
}
