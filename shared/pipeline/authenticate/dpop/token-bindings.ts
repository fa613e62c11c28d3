// Binds a token to the first key that it is used with, for an issuer that binds none: who steals the token later cannot
// use it with a key of their own. What it cannot do is help a token that was stolen before its first use.

import { CLOCK_TOLERANCE_SECONDS } from '../../../identity/verify-jwt.ts';
import { boundedCache } from '../../../kernel/bounded-cache.ts';
import type { OnceStore } from '../../../kernel/consume-once.ts';
import { onceKey } from '../../../kernel/consume-once.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Secret } from '../../../kernel/secret.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import { storeUnavailable } from '../../../kernel/store-fault.ts';
import { TOKEN_AGE_SECONDS } from '../../../rules/providers/oidc.ts';
import { refuseProof } from './refuse-proof.ts';

/** A binding never changes, so an instance asks once for each token: 100 bytes each. */
const MAX_KNOWN = 10_000;

/** No token is taken that was issued longer ago than this, whatever its provider says. */
const BINDING_SECONDS = TOKEN_AGE_SECONDS.max + 2 * CLOCK_TOLERANCE_SECONDS;

interface TokenBindings {
  bind(token: Secret<string>, thumbprint: string, now: Date): Promise<Result<void, Failure>>;
}

/**
 * Of what the issuer signed, not of the whole token: a signature has several spellings (unused bits of base64url, the
 * other s of ECDSA), and each would be a token that nobody has bound yet.
 */
function signedPartHash(token: Secret<string>): string {
  const text = token.reveal();
  return sha256(text.slice(0, text.lastIndexOf('.')), 'base64url');
}

export function createTokenBindings(once: OnceStore): TokenBindings {
  const known = boundedCache<string>(MAX_KNOWN);

  const ownerOf = async (key: string, thumbprint: string, now: Date): Promise<Result<string, Failure>> => {
    const owned = known.get(key);
    if (owned !== undefined) return ok(owned);
    const end = new Date(now.getTime() + BINDING_SECONDS * 1000);
    const owner = await once.putIfAbsent(key, thumbprint, end);
    if (!owner.ok) return err(storeUnavailable(owner.error));
    known.set(key, owner.value);
    return owner;
  };

  return {
    async bind(token, thumbprint, now) {
      const owner = await ownerOf(onceKey('dpop-token', signedPartHash(token)), thumbprint, now);
      if (!owner.ok) return owner;
      return owner.value === thumbprint ? ok(undefined) : refuseProof('dpop-key-wrong');
    },
  };
}
