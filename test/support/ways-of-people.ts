// Every way by which a person gets something of vend with a proof, or of login with what they signed on.
import { Authenticator } from './authenticator.ts';
import type { Browser } from './browser.ts';
import {
  answerDevice,
  approve,
  ask,
  askAsDevice,
  poll,
  redeem,
  refresh,
  said,
  signInOnCommandLine,
  typeCode,
} from './command-line.ts';
import { type Login, PORTAL } from './login-app.ts';
import type { OpenIdProvider } from './openid-provider.ts';
import { perform } from './passkeys.ts';
import { isSignedOn, signOnAs } from './sign-on.ts';
import type { Vend } from './vend-app.ts';
import { EVERY_WAY, WAYS } from './wires.ts';

/** Each way to get something of vend: whether it gave something to the holder of the token. */
export const VEND_PATHS: Readonly<Record<string, (vend: Vend, proof: string) => Promise<boolean>>> = {
  'POST /v1/credentials': async (vend, proof) => (await vend.vend({}, { token: proof })).status === 200,
  ...Object.fromEntries(
    EVERY_WAY.map((way) => [
      way,
      async (vend: Vend, proof: string) => (await WAYS[way](vend, proof)) === 200,
    ]),
  ),
  'GET /v1/roles': async (vend, proof) =>
    (await vend.send('GET', '/v1/roles', { token: proof })).text.includes('media-uploader'),
  'POST /v1/explain': async (vend, proof) =>
    (await vend.explain({}, { token: proof })).body['decision'] === 'allow',
};

/** Of a person: what of login's must do nothing more. Gives whether it still did. */
export interface SignedOnWorld {
  readonly idp: OpenIdProvider;
  readonly login: Login;
  readonly alice: Browser;
  /** What the provider says of alice. */
  readonly claims?: object;
}
type Prepare = (world: SignedOnWorld) => Promise<() => Promise<boolean>>;

export const GROUPS = { groups: ['engineers'] };

export const LOGIN_PATHS: Readonly<Record<string, Prepare>> = {
  'signs in by OIDC':
    async ({ login, idp, claims = GROUPS }) =>
    async () =>
      isSignedOn((await signOnAs(login, idp, claims)).browser),
  'signs in with a passkey': async ({ login, alice }) => {
    const authenticator = new Authenticator(PORTAL);
    await perform(alice, 'add', authenticator);
    return async () => {
      const browser = login.browser();
      await perform(browser, 'sign-in', authenticator);
      return isSignedOn(browser);
    };
  },
  'uses a session':
    async ({ alice }) =>
    () =>
      isSignedOn(alice),
  'refreshes tokens': async ({ login, alice }) => {
    const refreshToken = await signInOnCommandLine(login, alice);
    return async () => said(await refresh(login, refreshToken)) === 'ok';
  },
  'redeems an authorization code': async ({ login, alice }) => {
    const asking = ask();
    const code = (await approve(alice, asking)).get('code');
    return async () => said(await redeem(login, code, asking)) === 'ok';
  },
  'redeems a device code': async ({ login, alice }) => {
    const { deviceCode, userCode } = await askAsDevice(login);
    await answerDevice(alice, await typeCode(alice, userCode));
    return async () => said(await poll(login, deviceCode)) === 'ok';
  },
};
