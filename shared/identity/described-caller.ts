// Somebody as an administrator or a test describes them.
import type { Claims } from './principal.ts';

export interface DescribedCaller {
  readonly subject: string;
  readonly claims: Claims;
  /** Absent: as the claims say. */
  readonly groups?: readonly string[] | undefined;
  /** Absent: as the claims say. */
  readonly mfa?: boolean | undefined;
  /** They hold the key that their proof is bound to. */
  readonly dpop?: boolean | undefined;
}
