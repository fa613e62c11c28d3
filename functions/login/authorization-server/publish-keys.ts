// What vend needs to verify session tokens, and a command line to sign in, published as any OpenID Provider does (OpenID
// Connect Discovery section 4).
import { Hono } from 'hono';
import type { TokenIssuer } from '../keys/mint-token.ts';
import { authorizationServerMetadata } from '../paths/client.ts';

/** A key stands here one rotation before it signs, so nobody needs a fresher copy than this. */
const CACHE = { 'cache-control': 'public, max-age=300' };

export function publishKeys({ issuer, keys }: TokenIssuer): Hono {
  const discovery = {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    subject_types_supported: ['public'],
    ...authorizationServerMetadata(issuer),
    id_token_signing_alg_values_supported: ['ES256'],
  };
  return new Hono()
    .get('/login/.well-known/openid-configuration', (c) => c.json(discovery, 200, CACHE))
    .get('/login/jwks', (c) => c.json({ keys: keys.published }, 200, CACHE));
}
