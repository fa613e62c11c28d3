// Signs a demo person in as a browser would: authorization code flow with PKCE, through the provider's HTTP interface alone.
import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { REDIRECT_URI } from './openid-provider.ts';

/** Authorization, login page, resumption, callback: more means a loop. */
const MAX_STEPS = 8;
const DEADLINE_MS = 10_000;

const Discovery = z.object({ authorization_endpoint: z.url(), token_endpoint: z.url() });
const TokenAnswer = z.object({ id_token: z.string() });

type CookieJar = Map<string, string>;

async function step(url: URL, jar: CookieJar, form?: Record<string, string>): Promise<Response> {
  const response = await fetch(url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(DEADLINE_MS),
    headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });
  for (const cookie of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    jar.set(name, value);
  }
  return response;
}

/** Follows redirects to the client's callback; a page on the way is the login form, answered with the person. */
async function followToCallback(start: URL, person: string): Promise<URL> {
  const jar: CookieJar = new Map();
  let url = start;
  let response = await step(url, jar);
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const location = response.headers.get('location');
    if (location === null && response.status !== 200) break;
    if (location !== null) url = new URL(location, url);
    if (url.href.startsWith(REDIRECT_URI)) return url;
    response = location === null ? await step(url, jar, { person }) : await step(url, jar);
  }
  throw new Error(`the identity provider answered ${response.status} at ${url.pathname}`);
}

/** Gives the person's ID token for the client; throws when the provider refuses. */
export async function signInPerson(issuer: string, clientId: string, person: string): Promise<string> {
  const discovery = await step(new URL(`${issuer}/.well-known/openid-configuration`), new Map());
  const endpoints = Discovery.parse(await discovery.json());
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const authorize = new URL(endpoints.authorization_endpoint);
  authorize.search = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid profile email groups',
    redirect_uri: REDIRECT_URI,
    state,
    nonce: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const callback = (await followToCallback(authorize, person)).searchParams;
  const code = callback.get('code');
  if (code === null || callback.get('state') !== state) {
    throw new Error(`the identity provider refused: ${callback.get('error') ?? 'no code'}`);
  }
  const answer = await step(new URL(endpoints.token_endpoint), new Map(), {
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    code,
    code_verifier: verifier,
  });
  if (!answer.ok) throw new Error(`the token endpoint answered ${answer.status}`);
  return TokenAnswer.parse(await answer.json()).id_token;
}
