// The callers whose proofs this instance has verified in the last minutes, so that it need not verify each proof again. Only
// the hash of a proof is kept.

import { boundedCache } from '../kernel/bounded-cache.ts';
import type { Provider } from '../rules/document/provider.ts';
import type { Principal } from './principal.ts';

/** About 2 KB each with their claims, so 20 MB. */
const MAX_KNOWN = 10_000;

/** A token that was verified counts for this long, even if its issuer withdraws the key meanwhile. */
const KNOWN_MS = 300_000;

/** The kinds whose proofs may be sent more than once. A proof of another kind is taken once. */
type Reusable = Extract<Provider, { readonly kind: 'oidc' | 'certificate' }>;

interface Known {
  readonly principal: Principal;
  readonly provider: Reusable;
  readonly until: number;
}

type Providers = ReadonlyMap<string, Provider>;

export interface KnownPrincipals {
  /** The caller that the proof of this hash (see Principal) proved. Undefined: the proof must be verified. */
  find(proofHash: string, providersById: Providers, now: Date): Principal | undefined;
  /** Keeps the caller until the proof ends, is too old, or KNOWN_MS are over, whichever comes first. */
  remember(principal: Principal, provider: Reusable, now: Date): void;
}

/** Milliseconds since 1970. Only a token can be too old: the age of a certificate is up to its CA. */
function tooOldAt({ claims }: Principal, provider: Reusable): number {
  if (provider.kind === 'certificate') return Number.POSITIVE_INFINITY;
  const issuedAt = claims['iat'];
  // Only of a provider whose tokens may lack it; their end is near, see judgeRegisteredClaims.
  if (issuedAt === undefined) return Number.POSITIVE_INFINITY;
  return typeof issuedAt === 'number' ? (issuedAt + provider.maxTokenAgeSeconds) * 1000 : 0;
}

/** Leaves out the tolerance for clocks, so that a proof near its end is verified again. */
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
      // Only while the rules hold the same definition object that verified it: a changed provider must verify it again.
      return providersById.get(entry.provider.id) === entry.provider ? entry.principal : undefined;
    },
    remember(principal, provider, now) {
      known.set(principal.proofHash, { principal, provider, until: endOf(principal, provider, now) });
    },
  };
}
