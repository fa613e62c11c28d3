// Who a token proved to be when it was last verified: one instance does not verify a token twice within its life. The
// token itself is not kept, only its hash.

import { boundedCache } from '../kernel/bounded-cache.ts';
import type { Provider } from '../rules/document/provider.ts';
import type { Principal } from './principal.ts';

/** About 2 KB each with their claims, so 20 MB. */
const MAX_KNOWN = 10_000;

/** A key that its issuer withdraws serves on for this long after it was last looked up. */
const KNOWN_MS = 300_000;

/** Kinds whose proofs may be shown again; of others each is taken once. */
type Reusable = Extract<Provider, { readonly kind: 'oidc' | 'certificate' }>;

interface Known {
  readonly principal: Principal;
  readonly provider: Reusable;
  readonly until: number;
}

type Providers = ReadonlyMap<string, Provider>;

export interface KnownPrincipals {
  /** Undefined: verify the token. */
  find(proofHash: string, providersById: Providers, now: Date): Principal | undefined;
  remember(principal: Principal, provider: Reusable, now: Date): void;
}

/** A token ends by its age, too; a certificate may be as old as its CA lets it. */
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
      // The very definition that it was verified with: a provider that was changed or removed vouches for nobody.
      return providersById.get(entry.provider.id) === entry.provider ? entry.principal : undefined;
    },
    remember(principal, provider, now) {
      known.set(principal.proofHash, { principal, provider, until: endOf(principal, provider, now) });
    },
  };
}
