// A command line in the hands of a test: it asks in a person's browser, listens nowhere, and calls login itself.
import { createHash, randomBytes } from 'node:crypto';
import type { Browser, Page } from './browser.ts';
import { type Login, PORTAL } from './login-app.ts';

type LoginApp = Pick<Login, 'app'>;

export const REDIRECT_URI = 'http://127.0.0.1:49152/callback';
export const CLIENT = 'stint-cli';

/** Undefined leaves one out. */
export type Parts = Readonly<Record<string, string | undefined>>;

const form = (parts: Parts): URLSearchParams => {
  const given = Object.entries(parts).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return new URLSearchParams(given);
};

export interface Asking {
  readonly verifier: string;
  readonly state: string;
  readonly url: URL;
}

export function ask(parts: Parts = {}): Asking {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const url = new URL(`${PORTAL}/login/authorize`);
  url.search = form({
    response_type: 'code',
    client_id: CLIENT,
    redirect_uri: REDIRECT_URI,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...parts,
  }).toString();
  return { verifier, state, url };
}

const FROM_HERE = { origin: PORTAL, 'sec-fetch-site': 'same-origin' };

export const hiddenIn = ({ text }: Page, name: string): string =>
  new RegExp(`name="${name}" value="([^"]+)"`).exec(text)?.[1] ?? '';

/** A form of the page, as the page's own button sends it unless it is changed. */
export const press = (
  browser: Browser,
  page: Page,
  path: string,
  fields: Parts,
  headers: Readonly<Record<string, string>> = FROM_HERE,
): Promise<Page> => {
  const hidden = { form_token: hiddenIn(page, 'form_token'), request: hiddenIn(page, 'request') };
  const body = form({ ...hidden, ...fields });
  return browser.request(new URL(path, PORTAL), { method: 'POST', body, headers });
};

/** Where the browser is sent. */
export function sentTo({ headers, status, text }: Page): URL {
  const location = headers.get('location');
  if (location === null) throw new Error(`no redirect but ${status}: ${text}`);
  return new URL(location, PORTAL);
}

/** The person says yes: the answer that the command line gets. */
export async function approve(browser: Browser, asking: Asking): Promise<URLSearchParams> {
  const page = await browser.request(asking.url);
  return sentTo(await press(browser, page, '/login/authorize', { answer: 'yes' })).searchParams;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export async function call(login: LoginApp, path: string, parts: Parts): Promise<Answer> {
  const body = form({ client_id: CLIENT, ...parts });
  const response = await login.app.request(`${PORTAL}${path}`, { method: 'POST', body });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

export const redeem = (login: LoginApp, code: string | null, { verifier }: Asking, parts: Parts = {}) =>
  call(login, '/login/token', {
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: REDIRECT_URI,
    code_verifier: verifier,
    ...parts,
  });

export const refresh = (login: LoginApp, token: unknown, parts: Parts = {}) =>
  call(login, '/login/token', { grant_type: 'refresh_token', refresh_token: String(token), ...parts });

/** What went well, as one word: `ok` or the error. */
export const said = ({ status, body }: Answer): unknown => (status === 200 ? 'ok' : body['error']);

/** Signed in: the refresh token. */
export async function signInOnCommandLine(
  login: LoginApp,
  browser: Browser,
  parts: Parts = {},
): Promise<string> {
  const asking = ask(parts);
  const answer = await redeem(login, (await approve(browser, asking)).get('code'), asking);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return String(answer.body['refresh_token']);
}

export interface DeviceAsking {
  readonly deviceCode: string;
  readonly userCode: string;
}

export async function askAsDevice(login: LoginApp, parts: Parts = {}): Promise<DeviceAsking> {
  const { status, body } = await call(login, '/login/device_authorization', parts);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return { deviceCode: String(body['device_code']), userCode: String(body['user_code']) };
}

/** In the person's browser, up to the question. */
export async function typeCode(browser: Browser, userCode: string): Promise<Page> {
  const page = await browser.request(new URL('/login/device', PORTAL));
  return press(browser, page, '/login/device', { user_code: userCode });
}

export const answerDevice = (browser: Browser, page: Page, parts: Parts = {}): Promise<Page> =>
  press(browser, page, '/login/device/answer', { answer: 'yes', sure: 'yes', ...parts });

export const poll = (login: LoginApp, deviceCode: string, parts: Parts = {}): Promise<Answer> =>
  call(login, '/login/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: deviceCode,
    ...parts,
  });

/** Signed in: the refresh token. */
export async function signInOnDevice(login: LoginApp, browser: Browser, parts: Parts = {}): Promise<string> {
  const { deviceCode, userCode } = await askAsDevice(login, parts);
  await answerDevice(browser, await typeCode(browser, userCode));
  const answer = await poll(login, deviceCode);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return String(answer.body['refresh_token']);
}
