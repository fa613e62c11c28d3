// The realm of the interop tests, as Keycloak's admin API takes it.

export const PASSWORD = 'interop';
/** As many as people of a large company are in. */
const MANY_GROUPS = 250;

const person = (username: string, groups: readonly string[], realmRoles: readonly string[] = []) => ({
  username,
  enabled: true,
  email: `${username}@example.com`,
  emailVerified: true,
  firstName: username,
  lastName: 'Example',
  credentials: [{ type: 'password', value: PASSWORD }],
  groups,
  realmRoles,
});

const GROUPS_MAPPER = {
  name: 'groups',
  protocol: 'openid-connect',
  protocolMapper: 'oidc-group-membership-mapper',
  config: { 'claim.name': 'groups', 'full.path': 'false', 'id.token.claim': 'true' },
};

const portalClient = (stint: string) => ({
  clientId: 'stint',
  publicClient: true,
  redirectUris: [`${stint}/login/callback/keycloak`],
  attributes: {
    'pkce.code.challenge.method': 'S256',
    'post.logout.redirect.uris': `${stint}/portal`,
    'backchannel.logout.url': `${stint}/login/backchannel-logout/keycloak`,
    'backchannel.logout.session.required': 'true',
  },
  protocolMappers: [GROUPS_MAPPER],
});

/** Keycloak demands of this client alone that it pushes its requests (RFC 9126). */
const pushingClient = (stint: string) => ({
  ...portalClient(stint),
  clientId: 'stint-pushing',
  redirectUris: [`${stint}/login/callback/pushed`],
  attributes: { 'pkce.code.challenge.method': 'S256', 'require.pushed.authorization.requests': 'true' },
});

/** A program's, whose access tokens are bound to its key and meant for vend. */
const programClient = (audience: string) => ({
  clientId: 'program',
  publicClient: true,
  standardFlowEnabled: false,
  directAccessGrantsEnabled: true,
  attributes: { 'dpop.bound.access.tokens': 'true' },
  protocolMappers: [
    {
      name: 'audience',
      protocol: 'openid-connect',
      protocolMapper: 'oidc-audience-mapper',
      config: { 'included.custom.audience': audience, 'access.token.claim': 'true' },
    },
  ],
});

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `team-${index}`);

/** `stint` is the address of the login function, and `audience` what vend wants to see in tokens. */
export const staffRealm = (stint: string, audience: string) => ({
  realm: 'staff',
  enabled: true,
  groups: [...names(MANY_GROUPS), 'engineers'].map((name) => ({ name })),
  roles: { realm: [{ name: 'monitoring' }] },
  users: [
    person('alice', ['/engineers'], ['monitoring']),
    person('bob', []),
    person('carol', [...names(MANY_GROUPS - 1).map((name) => `/${name}`), '/engineers']),
  ],
  clients: [portalClient(stint), pushingClient(stint), programClient(audience)],
});
