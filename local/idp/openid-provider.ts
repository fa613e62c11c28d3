// The OpenID Provider: two public clients, code flow with PKCE, consent always given. For one machine only.
import { randomBytes } from 'node:crypto';
import type { Account, ClientMetadata, Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { LOGIN_CLIENT, LOGIN_CONNECTION } from '../demo/demo-account.ts';
import { findPerson } from '../demo/people.ts';
import type { PrivateJwk } from './signing-key.ts';

const ID_TOKEN_SECONDS = 3600;
const SCOPE = 'openid profile email groups';
/** The one authentication context that it knows beside none: REFEDS MFA. */
export const SECOND_FACTOR = 'https://refeds.org/profile/mfa';
/** A native client's loopback redirect is good for every port (RFC 8252 §7.3). */
export const REDIRECT_URI = 'http://127.0.0.1/callback';

function accountOf(sub: string): Account | undefined {
  const person = findPerson(sub);
  if (person === undefined) return undefined;
  const { name, email, email_verified, groups } = person;
  return { accountId: sub, claims: () => ({ sub, name, email, email_verified, groups: [...groups] }) };
}

async function consented(context: KoaContextWithOIDC) {
  const { client, session, provider } = context.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(SCOPE);
  await grant.save();
  return grant;
}

interface Clients {
  readonly audience: string;
  readonly portal: string;
}

const PUBLIC_CLIENT = {
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  id_token_signed_response_alg: 'RS256',
} as const satisfies Partial<ClientMetadata>;

/** As an administrator would register Stint's own sign-on: one redirect URI, which names the connection. */
const portalClient = (portal: string): ClientMetadata => ({
  ...PUBLIC_CLIENT,
  client_id: LOGIN_CLIENT,
  redirect_uris: [`${portal}/login/callback/${LOGIN_CONNECTION}`],
  require_auth_time: true,
  backchannel_logout_uri: `${portal}/login/backchannel-logout/${LOGIN_CONNECTION}`,
  backchannel_logout_session_required: true,
  post_logout_redirect_uris: [`${portal}/portal`],
});

const configuration = ({ audience, portal }: Clients, key: PrivateJwk): Configuration => ({
  clients: [
    portalClient(portal),
    {
      client_id: audience,
      ...PUBLIC_CLIENT,
      application_type: 'native',
      redirect_uris: [REDIRECT_URI],
    },
  ],
  jwks: { keys: [key] },
  acrValues: [SECOND_FACTOR],
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  claims: {
    openid: ['sub'],
    profile: ['name'],
    email: ['email', 'email_verified'],
    groups: ['groups'],
  },
  // All claims in the ID token itself: it is what callers hand to Stint.
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
  // The library's own refuses addresses of this machine, and the portal is on it.
  fetch: (url, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown } = {}) =>
    fetch(url, options),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  ttl: {
    IdToken: ID_TOKEN_SECONDS,
    AccessToken: ID_TOKEN_SECONDS,
    Interaction: 600,
    Session: 3600,
    Grant: 3600,
  },
  findAccount: async (_, sub) => accountOf(sub),
  loadExistingGrant: consented,
  renderError: (context, { error, error_description }) => {
    context.type = 'text/plain';
    context.body = `${error}: ${error_description ?? ''}\n`;
  },
});

/** The library's notices are about running it in production, which this is not; they would bury our own lines. */
async function withoutNotices<T>(work: () => Promise<T>): Promise<T> {
  const { warn } = console;
  console.warn = (...words: unknown[]) => {
    if (!String(words[0]).includes('oidc-provider WARNING')) warn(...words);
  };
  try {
    return await work();
  } finally {
    console.warn = warn;
  }
}

/** Loads the library with the first call. */
export function createProvider(issuer: string, clients: Clients, key: PrivateJwk): Promise<Provider> {
  return withoutNotices(async () => {
    const oidc = await import('oidc-provider');
    return new oidc.Provider(issuer, configuration(clients, key));
  });
}
