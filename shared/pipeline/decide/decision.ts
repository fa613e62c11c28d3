// The decision of the rules about one request. A refusal carries one of a closed set of reasons.

import type { Failure } from '../../kernel/failure.ts';
import type { Result } from '../../kernel/result.ts';
import type { Role } from '../../rules/values/role.ts';
import type { Grant } from '../grants/grant.ts';

/** The grant that gives the role, and for how long. */
export interface Allowed {
  readonly grant: Grant;
  readonly role: Role;
  /** How long the credentials may work, in seconds. Under 900, STS's minimum, only the session policy can enforce it. */
  readonly lifetimeSeconds: number;
  /** The lifetime before `notAfter` shortens it. Equal requests at different times have the same, and can share credentials. */
  readonly askedSeconds: number;
  /** The end of the caller's token or of the grant's time window. No credentials outlive it, reused ones included. */
  readonly notAfter?: Date;
}

export type Decision = Result<Allowed, Failure>;

/** What the caller asks for, already parsed. */
export interface RoleRequest {
  /** A role id or a RoleArn. */
  readonly role: string;
  /** Undefined: as long as the grant gives. */
  readonly durationSeconds: number | undefined;
  /** What becomes of a duration over the grant's longest: true shortens it to that, false or absent refuses the request. */
  readonly shorten?: boolean;
}

/** The facts about a request that the caller does not choose. */
export interface RequestContext {
  readonly now: Date;
  /** The caller's IPv4 or IPv6 address. Undefined when unknown: every grant that depends on it is then refused. */
  readonly clientAddress: string | undefined;
}
