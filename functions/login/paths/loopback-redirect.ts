// Where an answer may go: to this very computer, by its address and at a port that the command line chose (RFC 8252
// section 7.3). Never by name: `localhost` may lead elsewhere (section 8.3).

const MAX_PORT = 65_535;

/** The whole text, and not what a parser makes of it: no user, no other spelling of the address, no query, no fragment. */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]):([1-9][0-9]{0,4})\/callback$/;

export function isLoopbackRedirect(uri: string): boolean {
  const [, , port] = LOOPBACK.exec(uri) ?? [];
  return port !== undefined && Number(port) <= MAX_PORT;
}

/**
 * What `form-action` must allow, since browsers hold a form's redirect to it. A policy cannot name an IPv6 address (CSP
 * Level 3 section 2.3.1), so there it is the scheme.
 */
export function formTarget(uri: string | undefined): string | undefined {
  if (uri === undefined || !isLoopbackRedirect(uri)) return undefined;
  const { protocol, hostname, origin } = new URL(uri);
  return hostname.startsWith('[') ? protocol : origin;
}
