// Stint as an OAuth authorization server for its own command line: the routes, the discovery document and the public keys.
import { Hono } from 'hono';
import type { TokenIssuer } from '../keys/mint-token.ts';
import {
  DEVICE_ANSWER_PATH,
  DEVICE_PATH,
  DISCOVERY_PATH,
  ENDPOINTS,
  GRANT_TYPES,
  KEYS_PATH,
} from '../paths/oauth-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { guardForms } from '../request/guard-forms.ts';
import type { LoginEnv } from '../request/login-env.ts';
import { withSession } from '../sessions/resume-session.ts';
import { answerDevice, confirmDevice, showDeviceCode } from './approve-device.tsx';
import { answerAuthorization, showAuthorization } from './authorize.tsx';
import { authorizeDevice, createDeviceLimits } from './authorize-device.ts';
import { grantTokens } from './grant-tokens.ts';
import { revokeToken } from './refresh-token.ts';

/** Five minutes: a new key is published a day before it signs, or one rotation where the environment holds the keys. */
const CACHE = { 'cache-control': 'public, max-age=300' };

/**
 * RFC 8414 section 2, RFC 8628 section 4 and RFC 9207 section 3. `issuer` ends in /login, the prefix of every endpoint's path.
 */
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

/** What vend needs to verify session tokens, and the command line to sign in (OpenID Connect Discovery 1.0 section 4). */
function publishedRoutes(tokens: TokenIssuer): Hono<LoginEnv> {
  const { issuer } = tokens;
  const discovery = {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    subject_types_supported: ['public'],
    ...authorizationServerMetadata(issuer),
    id_token_signing_alg_values_supported: ['ES256'],
  };
  return new Hono<LoginEnv>()
    .get(DISCOVERY_PATH, (c) => c.json(discovery, 200, CACHE))
    .get(KEYS_PATH, (c) => c.json({ keys: tokens.keys.published }, 200, CACHE));
}

/** Pages go through `withSession`, and their forms through `guardForms`; the endpoints of the command line use no cookie. */
export function authorizationServerRoutes(deps: LoginDeps): Hono<LoginEnv> {
  const session = withSession(deps);
  const guard = guardForms(deps);
  const limits = createDeviceLimits();
  return publishedRoutes(deps.tokens)
    .get(ENDPOINTS.authorize, session, showAuthorization(deps))
    .post(ENDPOINTS.authorize, session, guard, answerAuthorization(deps))
    .get(DEVICE_PATH, session, showDeviceCode(deps))
    .post(DEVICE_PATH, session, guard, confirmDevice(limits, deps))
    .post(DEVICE_ANSWER_PATH, session, guard, answerDevice(deps))
    .post(ENDPOINTS.deviceAuthorization, authorizeDevice(deps))
    .post(ENDPOINTS.token, grantTokens(limits, deps))
    .post(ENDPOINTS.revoke, revokeToken(deps));
}
