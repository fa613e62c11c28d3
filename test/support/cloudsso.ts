// A client of the CloudSSO dialect in the hands of a test: sends what the aliyun command line 3.4.11 sends, header by header.
import { createHash, randomBytes } from 'node:crypto';
import type { Browser } from './browser.ts';
import { answerDevice, typeCode } from './command-line.ts';
import type { Login } from './login-app.ts';

export const CLOUDSSO = 'https://sso.example.com';
/** Built into the aliyun command line. */
export const ALIYUN_CLIENT = 'app-vaz16tltdxs96audqf35';
export const ACCOUNT = '1234567890123456';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

type App = Pick<Login, 'app'>;

export interface CloudSsoAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export async function send(
  { app }: App,
  path: string,
  init: RequestInit = {},
  origin = CLOUDSSO,
): Promise<CloudSsoAnswer> {
  const response = await app.request(`${origin}${path}`, init);
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

/** What went well, as one word: `ok` or the error. */
export const said = ({ status, body }: CloudSsoAnswer): unknown =>
  status === 200 ? 'ok' : body['ErrorCode'];

const JSON_HEADERS = { accept: 'application/json', 'content-type': 'application/json' };
const ofCli = (token: string) => ({
  ...JSON_HEADERS,
  authorization: `Bearer ${token}`,
  'user-agent': 'aliyun/CLI-3.4.11',
});

export const sendJson = (
  login: App,
  path: string,
  members: object,
  origin = CLOUDSSO,
): Promise<CloudSsoAnswer> => {
  const headers = { ...JSON_HEADERS, 'user-agent': 'Go-http-client/1.1' };
  return send(login, path, { method: 'POST', body: JSON.stringify(members), headers }, origin);
};

export interface AskedCodes {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verifier: string;
  readonly answer: CloudSsoAnswer;
}

/** `aliyun configure --mode CloudSSO`, up to the line that shows the code. */
export async function askAsAliyun(login: App, members: object = {}, origin = CLOUDSSO): Promise<AskedCodes> {
  const verifier = `${randomBytes(8).toString('hex')}${randomBytes(16).toString('hex')}`;
  const asked = {
    ClientId: ALIYUN_CLIENT,
    CodeChallenge: createHash('sha256').update(verifier).digest('base64url'),
    CodeChallengeMethod: 'S256',
    PortalUrl: `${origin}/start`,
    ...members,
  };
  const answer = await sendJson(login, '/device-authorization', asked, origin);
  const { DeviceCode, UserCode } = answer.body;
  return { deviceCode: String(DeviceCode), userCode: String(UserCode), verifier, answer };
}

export const pollAsAliyun = (
  login: App,
  { deviceCode, verifier }: Pick<AskedCodes, 'deviceCode' | 'verifier'>,
  members: object = {},
  origin = CLOUDSSO,
): Promise<CloudSsoAnswer> => {
  const asked = { ClientId: ALIYUN_CLIENT, CodeVerifier: verifier, DeviceCode: deviceCode };
  return sendJson(login, '/token', { ...asked, GrantType: DEVICE_GRANT, ...members }, origin);
};

/** Signed in: the access token. */
export async function signInWithAliyun(login: App, browser: Browser, origin = CLOUDSSO): Promise<string> {
  const asked = await askAsAliyun(login, {}, origin);
  await answerDevice(browser, await typeCode(browser, asked.userCode));
  const answer = await pollAsAliyun(login, asked, {}, origin);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return String(answer.body['AccessToken']);
}

export const accounts = (login: App, token: string) =>
  send(login, '/access-assignments/accounts?MaxResults=100', { headers: ofCli(token) });

export const configurations = (login: App, token: string, account = ACCOUNT) =>
  send(login, `/access-assignments/access-configurations?AccountId=${account}`, { headers: ofCli(token) });

/** `role` null: as the Node library asks, without a body. */
export const credentials = (
  login: App,
  token: string,
  role: string | null = 'media-uploader',
  account = ACCOUNT,
  origin = CLOUDSSO,
): Promise<CloudSsoAnswer> => {
  const body = JSON.stringify({ AccountId: account, AccessConfigurationId: role });
  const init = { method: 'POST', headers: ofCli(token), ...(role === null ? {} : { body }) };
  return send(login, '/cloud-credentials', init, origin);
};
