// The identity provider's refresh token for one sign-on, and what the provider last said of the person. By it Stint asks again,
// while the person works, whether the person still belongs to the company and to which groups. The session of the browser, the
// command lines that were approved in it, and sessions by a passkey that stands for the sign-on share one: a provider that
// rotates its refresh tokens takes a token that comes twice for a stolen one.
import * as z from 'zod';
import type { Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';
import type { PersonKey } from './person.ts';
import { RecheckId, SignedOn, When } from './session.ts';

/** The claims of the first ID token that later ones must repeat (OpenID Connect Core section 12.2). */
const FirstIdToken = z.object({
  iss: z.string(),
  sub: z.string(),
  nonce: z.string().optional(),
  azp: z.string().optional(),
});
export type FirstIdToken = z.infer<typeof FirstIdToken>;

export const Recheck = z.object({
  id: RecheckId,
  /** What the provider last said, at `confirmedAt`. */
  signedOn: SignedOn,
  confirmedAt: When,
  first: FirstIdToken,
  /** When the person signed on. */
  startedAt: When,
  /** Sealed. Absent: a request has taken it out to use it, and until that puts the next one in, no other may. */
  token: z.string().optional(),
  /** When the token was taken out. */
  takenAt: When.optional(),
  /** When the provider was last asked and did not answer. */
  triedAt: When.optional(),
  /** When it was first asked without an answer, since its last one. */
  failingSince: When.optional(),
  /** Why it could not be asked, or did not answer: a reason of a sign-on. For the audit row. */
  fault: z.string().optional(),
  /** The number of writes, for optimistic locking. */
  version: z.int(),
});
export type Recheck = z.infer<typeof Recheck>;

export interface RecheckStore {
  create(recheck: Recheck): Promise<Result<void, StoreFault>>;
  find(person: PersonKey, id: RecheckId): Promise<Result<Recheck | undefined, StoreFault>>;
  /** As in SessionStore. */
  replace(before: Recheck, after: Recheck): Promise<Result<'replaced' | 'changed', StoreFault>>;
  remove(recheck: Recheck): Promise<Result<void, StoreFault>>;
}
