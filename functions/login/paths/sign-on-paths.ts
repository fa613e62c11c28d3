// The routes of a connection to an identity provider. Administrators register the URLs of these routes at the provider, so a
// change here breaks every sign-on until they change it there too.

export const CONNECTION_ROUTES = {
  /** Starts a sign-on, of every kind. */
  start: '/login/start/:connection',
  /** The redirect URI (OpenID Connect Core 1.0 section 3.1.2.1). */
  callback: '/login/callback/:connection',
  /** OpenID Connect Back-Channel Logout 1.0 section 2.5. */
  backChannelLogout: '/login/backchannel-logout/:connection',
  /** OpenID Connect Front-Channel Logout 1.0 section 2. */
  frontChannelLogout: '/login/frontchannel-logout/:connection',
  /** The SAML entity ID, and the metadata document. */
  samlMetadata: '/login/saml/:connection/metadata',
  /** The SAML assertion consumer service. */
  samlAcs: '/login/saml/:connection/acs',
  /** Ends a SAML sign-on in a request with the browser's cookies, which the POST to the ACS does not have. */
  samlFinish: '/login/saml/:connection/finish',
  /** The SAML single logout service. */
  samlLogout: '/login/saml/:connection/slo',
} as const;

/** The path of a route at one connection. */
export const connectionPath = (route: keyof typeof CONNECTION_ROUTES, connection: string): string =>
  CONNECTION_ROUTES[route].replace(':connection', connection);

/** The prefix of every SAML route, whose messages may be longer than other bodies. */
export const SAML_PREFIX = '/login/saml/';
