// The endpoints of Stint's own authorization server, its one client, and the redirect URIs that this client may use. The
// client is the `stint` command, a native app: it is public, because it cannot keep a secret (RFC 8252 section 8.5).

export const CLIENT_ID = 'stint-cli';

export const ENDPOINTS = {
  authorize: '/login/authorize',
  deviceAuthorization: '/login/device_authorization',
  token: '/login/token',
  revoke: '/login/revoke',
} as const;

/** OpenID Connect Discovery 1.0 section 4, and the public keys of session tokens. */
export const DISCOVERY_PATH = '/login/.well-known/openid-configuration';
export const KEYS_PATH = '/login/jwks';

/** RFC 8628's verification URI: a person enters the user code of a machine without a browser here. */
export const DEVICE_PATH = '/login/device';
/** POST: the person approves or denies that machine. */
export const DEVICE_ANSWER_PATH = '/login/device/answer';

/** Values of `grant_type` (RFC 6749 sections 4.1.3 and 6, RFC 8628 section 3.4). */
export const GRANT_TYPES = {
  code: 'authorization_code',
  device: 'urn:ietf:params:oauth:grant-type:device_code',
  refresh: 'refresh_token',
} as const;

const MAX_PORT = 65_535;

/** The whole text is matched, not the result of a URL parser: no user, no other spelling of the address, no query. */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]):([1-9][0-9]{0,4})\/callback$/;

/**
 * Whether a redirect URI leads to this computer: the literal loopback address, at a port that the command line chose (RFC
 * 8252 section 7.3). `localhost` is refused, because a resolver may map it to another address (section 8.3).
 */
export function isLoopbackRedirect(uri: string): boolean {
  const [, , port] = LOOPBACK.exec(uri) ?? [];
  return port !== undefined && Number(port) <= MAX_PORT;
}

/**
 * The source that `form-action` must allow for a redirect URI, because browsers apply that directive to redirects after a
 * form. A source expression cannot contain an IPv6 address (CSP Level 3 section 2.3.1), so for `[::1]` it is the scheme.
 * Undefined for a URI that is not a loopback redirect.
 */
export function formTarget(uri: string | undefined): string | undefined {
  if (uri === undefined || !isLoopbackRedirect(uri)) return undefined;
  const { protocol, hostname, origin } = new URL(uri);
  return hostname.startsWith('[') ? protocol : origin;
}
