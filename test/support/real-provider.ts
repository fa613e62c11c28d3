// An OpenID Provider that this project did not write (oidc-provider), with what the local one has not: people who come, change
// and go, refresh tokens that rotate and whose reuse ends the whole family, and pushed requests.
import { createServer } from 'node:http';
import type { ClientMetadata, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { generateKeys } from './issuer.ts';
import { listenHere } from './loopback.ts';
import { CLIENT_ID } from './openid-provider.ts';

export interface RealProvider {
  readonly issuer: string;
  /** The claims of each person, by subject. One who is not there any more gets nothing. */
  readonly people: Map<string, Readonly<Record<string, unknown>>>;
  /** Who is at the keyboard when somebody is asked to sign in. */
  person: string;
  /** The grant type, or `push`, of each request that Stint itself sent, in order. */
  readonly asked: string[];
  /** Awaited before the answer to a refresh leaves. `lost`: it was made, and does not arrive. */
  answering: () => Promise<'sent' | 'lost'>;
  /** In place of an answer to the next refreshes. */
  refusal: { readonly status: number; readonly body: string } | undefined;
}

const configuration = (
  people: RealProvider['people'],
  redirectUri: string,
  features: Configuration['features'],
): Configuration => ({
  clients: [
    {
      client_id: CLIENT_ID,
      redirect_uris: [redirectUri],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'RS256',
    } satisfies ClientMetadata,
  ],
  jwks: {
    keys: [{ ...generateKeys().RS256.privateKey.export({ format: 'jwk' }), kid: 'first', use: 'sig' }],
  },
  cookies: { keys: ['a test'] },
  claims: { openid: ['sub', 'groups', 'email_verified', 'employee'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, ...features },
  findAccount: async (_, sub) => {
    const claims = people.get(sub);
    return claims && { accountId: sub, claims: async () => ({ sub, ...claims }) };
  },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  ttl: {
    AccessToken: 300,
    Grant: 86_400,
    IdToken: 86_400,
    Interaction: 600,
    RefreshToken: 86_400,
    Session: 86_400,
  },
  async loadExistingGrant({ oidc: { client, session, provider } }) {
    if (client === undefined || session?.accountId === undefined) return undefined;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid profile email offline_access');
    await grant.save();
    return grant;
  },
});

/** The library's notices are about running it in production. */
function withoutNotices<T>(make: () => T): T {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return make();
  } finally {
    console.warn = warn;
  }
}

/** `redirectUri` is the only one of its one client, which has no secret. */
export async function startRealProvider(
  redirectUri: string,
  features: Configuration['features'] = {},
): Promise<RealProvider> {
  const oidc = await import('oidc-provider');
  const server = createServer();
  const { url: issuer } = await listenHere(server);
  const real: RealProvider = {
    issuer,
    people: new Map([['alice', { groups: ['media'] }]]),
    person: 'alice',
    asked: [],
    answering: async () => 'sent',
    refusal: undefined,
  };
  const provider = withoutNotices(
    () => new oidc.Provider(issuer, configuration(real.people, redirectUri, features)),
  );
  provider.use(async (context, next) => {
    const { req, res, path } = context;
    if (path.startsWith('/interaction/')) {
      context.respond = false;
      return provider.interactionFinished(req, res, { login: { accountId: real.person }, consent: {} });
    }
    if (path === '/token' && real.refusal) {
      real.asked.push('refused');
      context.status = real.refusal.status;
      context.body = real.refusal.body;
      return undefined;
    }
    await next();
    return noteAnswer(context, real);
  });
  server.on('request', provider.callback());
  return real;
}

type Answered = Pick<KoaContextWithOIDC, 'req' | 'respond'> & Partial<Pick<KoaContextWithOIDC, 'oidc'>>;

async function noteAnswer(context: Answered, real: RealProvider): Promise<void> {
  const { route, params } = context.oidc ?? {};
  if (route === 'pushed_authorization_request') real.asked.push('push');
  if (route !== 'token') return;
  const grantType = String(params?.['grant_type']);
  real.asked.push(grantType);
  if (grantType !== 'refresh_token' || (await real.answering()) === 'sent') return;
  context.respond = false;
  context.req.socket.destroy();
}
