// What vend needs to verify session tokens, and a command line to sign in, published as any OpenID Provider does (OpenID
// Connect Discovery section 4).
import { Hono } from 'hono';
import type { TokenIssuer } from '../keys/mint-token.ts';
import { ENDPOINTS, GRANT_TYPES } from '../paths/oauth-paths.ts';

/** A key stands here one rotation before it signs, so nobody needs a fresher copy than this. */
const CACHE = { 'cache-control': 'public, max-age=300' };

/** `issuer` ends in /login, with which the path of every endpoint begins. */
function authorizationServerMetadata(issuer: string) {
  const at = (path: string) => `${issuer.replace(/\/login$/, '')}${path}`;
  return {
    authorization_endpoint: at(ENDPOINTS.authorize),
    device_authorization_endpoint: at(ENDPOINTS.deviceAuthorization),
    token_endpoint: at(ENDPOINTS.token),
    revocation_endpoint: at(ENDPOINTS.revoke),
    response_types_supported: ['code'],
    grant_types_supported: Object.values(GRANT_TYPES),
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    authorization_response_iss_parameter_supported: true,
  };
}

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
