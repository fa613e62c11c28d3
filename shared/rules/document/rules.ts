// The access rules of one revision, as the pipeline uses them.

import type { Role } from '../values/role.ts';
import type { InForce } from './in-force.ts';
import type { Providers } from './provider.ts';

/** One applied version of the access rules, and what was flushed since. Nothing under it ever changes. */
export interface Rules extends Providers, InForce {
  readonly rolesById: ReadonlyMap<string, Role>;
}
