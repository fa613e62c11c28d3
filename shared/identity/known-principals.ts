// The callers whose proofs this instance has verified lately, so that it verifies a token once in minutes. The proof itself is
// not kept, only its hash.

import { boundedCache } from '../kernel/bounded-cache.ts';
import type { Provider } from '../rules/document/provider.ts';
import type { Principal } from './principal.ts';

/** About 2 KB each with their claims, so 20 MB. */
const MAX_KNOWN = 10_000;

/** For this long after it was verified, a token counts here although its issuer has withdrawn the key. */
const KNOWN_MS = 300_000;

/** The kinds whose proofs may be shown again; a proof of another kind is taken once. */
type Reusable = Extract<Provider, { readonly kind: 'oidc' | 'certificate' }>;

interface Known {
  readonly principal: Principal;
  readonly provider: Reusable;
  readonly until: number;
}

type Providers = ReadonlyMap<string, Provider>;

export interface KnownPrincipals {
  /** Undefined: the proof must be verified. `proofHash` as in Principal. */
  find(proofHash: string, providersById: Providers, now: Date): Principal | undefined;
  /** Until the proof ends, its age is too high, or KNOWN_MS are over, whichever comes first. */
  remember(principal: Principal, provider: Reusable, now: Date): void;
}

/** Milliseconds since 1970. A token ends by its age, too; a certificate may be as old as its CA lets it. */
function tooOldAt({ claims }: Principal, provider: Reusable): number {
  if (provider.kind === 'certificate') return Number.POSITIVE_INFINITY;
  const issuedAt = claims['iat'];
  return typeof issuedAt === 'number' ? (issuedAt + provider.maxTokenAgeSeconds) * 1000 : 0;
}

/** Without the tolerance for clocks: near its end a proof is verified again. */
function endOf(principal: Principal, provider: Reusable, now: Date): number {
  const expiresAt = principal.expiresAt?.getTime() ?? 0;
  return Math.min(expiresAt, tooOldAt(principal, provider), now.getTime() + KNOWN_MS);
}

export function createKnownPrincipals(): KnownPrincipals {
  const known = boundedCache<Known>(MAX_KNOWN);
  return {
    find(proofHash, providersById, now) {
      const entry = known.get(proofHash);
      if (!entry || now.getTime() >= entry.until) return undefined;
      // By the same definition object that it was verified with: a changed or removed provider no longer vouches for it.
      return providersById.get(entry.provider.id) === entry.provider ? entry.principal : undefined;
    },
    remember(principal, provider, now) {
      known.set(principal.proofHash, { principal, provider, until: endOf(principal, provider, now) });
    },
  };
}
