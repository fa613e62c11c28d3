// What the rules say of one request. A refusal carries one of a closed set of reasons.
import type { Role } from '../access/role.ts';
import type { Failure } from '../errors.ts';
import type { Grant } from '../grants/grant.ts';
import type { Result } from '../kernel/result.ts';

export interface Allowed {
  readonly grant: Grant;
  readonly role: Role;
  /** How long the credentials may work, in seconds; under 900 only the session policy can enforce it. */
  readonly lifetimeSeconds: number;
}

export type Decision = Result<Allowed, Failure>;

/** The caller's wish, already parsed. `role` is a role id or a RoleArn. */
export interface Wish {
  readonly role: string;
  readonly durationSeconds: number | undefined;
}
