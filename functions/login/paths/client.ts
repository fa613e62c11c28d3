// The one client of Stint's own authorization server: the `stint` command, which can keep no secret (RFC 8252 section 8.5).
// Its endpoints, and what the discovery document says of them (RFC 8414 section 2, RFC 8628 section 4, RFC 9207
// section 3).

export const CLIENT_ID = 'stint-cli';

export const ENDPOINTS = {
  authorize: '/login/authorize',
  deviceAuthorization: '/login/device_authorization',
  token: '/login/token',
  revoke: '/login/revoke',
} as const;

/** Where a person goes who has a code from a machine without a browser. */
export const DEVICE_PATH = '/login/device';
export const DEVICE_ANSWER_PATH = '/login/device/answer';

export const GRANT_TYPES = {
  code: 'authorization_code',
  device: 'urn:ietf:params:oauth:grant-type:device_code',
  refresh: 'refresh_token',
} as const;

/** `issuer` ends in /login, as every endpoint begins. */
export function authorizationServerMetadata(issuer: string) {
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
