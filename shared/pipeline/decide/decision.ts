// What the rules say of one request. A refusal carries one of a closed set of reasons.

import type { Failure } from '../../kernel/failure.ts';
import type { Result } from '../../kernel/result.ts';
import type { Role } from '../../rules/values/role.ts';
import type { Grant } from '../grants/grant.ts';

export interface Allowed {
  readonly grant: Grant;
  readonly role: Role;
  /** How long the credentials may work, in seconds; under 900 only the session policy can enforce it. */
  readonly lifetimeSeconds: number;
  /** The same before `notAfter` cut it short: equal for equal requests at different times. */
  readonly askedSeconds: number;
  /** The end of the caller's token or of the hours of the grant: no credentials outlive it, however they came to be. */
  readonly notAfter?: Date;
}

export type Decision = Result<Allowed, Failure>;

/** What a caller asks for, already parsed. `role` is a role id or a RoleArn. */
export interface RoleRequest {
  readonly role: string;
  readonly durationSeconds: number | undefined;
}

/** Of the request, what is not the caller's to say. */
export interface RequestContext {
  readonly now: Date;
  /** Undefined when unknown: whatever depends on it is then refused. */
  readonly clientAddress: string | undefined;
}
