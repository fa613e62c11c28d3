// A sign-on at a provider that only answers: the redirect is caught, and the browser sent back with an answer.
import type { Browser, Page } from './browser.ts';
import { type Login, PORTAL } from './login-app.ts';
import { CLIENT_ID, type OpenIdProvider } from './openid-provider.ts';

export const connectionTo = (provider: OpenIdProvider, parts: object = {}) => ({
  id: 'corporate',
  kind: 'oidc' as const,
  name: 'Example Corp',
  issuer: provider.issuer,
  clientId: CLIENT_ID,
  groups: 'groups',
  ...parts,
});

/** What the provider is asked. */
export async function startSignOn(
  browser: Browser,
  query = '',
  connection = 'corporate',
): Promise<URLSearchParams> {
  const page = await browser.request(new URL(`${PORTAL}/login/start/${connection}${query}`));
  const location = page.headers.get('location');
  if (location === null) throw new Error(`no redirect but ${page.status}: ${page.text}`);
  return new URL(location).searchParams;
}

export function callbackUrl(
  provider: OpenIdProvider,
  state: string | null,
  parts: Readonly<Record<string, string | undefined>> = {},
  connection = 'corporate',
): URL {
  const url = new URL(`${PORTAL}/login/callback/${connection}`);
  const answer = { code: 'the-code', state: state ?? '', iss: provider.issuer, ...parts };
  for (const [name, value] of Object.entries(answer))
    if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

/** Of a token that is made by the login app's clock. */
export function timesOf({ clock }: Login) {
  const now = Math.floor(clock.now().getTime() / 1000);
  return { iat: now, exp: now + 300, auth_time: now - 5 };
}

export interface SignedOnBrowser {
  readonly browser: Browser;
  /** The answer to the callback. */
  readonly page: Page;
}

export async function signOnAs(
  login: Login,
  provider: OpenIdProvider,
  claims: object = {},
  browser: Browser = login.browser(),
  connection = 'corporate',
): Promise<SignedOnBrowser> {
  const asked = await startSignOn(browser, '', connection);
  provider.claims = { sub: 'alice', nonce: asked.get('nonce') ?? '', ...timesOf(login), ...claims };
  const page = await browser.request(callbackUrl(provider, asked.get('state'), {}, connection));
  return { browser, page };
}

export const isSignedOn = async (browser: Browser): Promise<boolean> =>
  (await browser.request(new URL(`${PORTAL}/portal`))).text.includes('form_token');
