// Against people who prove nothing: however many requests they send, and from whichever addresses, the rows that Stint
// writes and the questions that it asks for them are bounded, and others can sign in.
import { beforeEach, describe, expect, it } from 'vitest';
import { spareProvider } from '../../functions/login/sign-on-oidc/fetch-from-idp.ts';
import { DEVICES } from '../../shared/adapters/tablestore/tables.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import type { IdpAnswer, IdpFault, SendToIdp } from '../../shared/people/idp-port.ts';
import { Browser } from '../support/browser.ts';
import { FakeOnceStore } from '../support/fakes.ts';
import { type Login, PORTAL, startLogin } from '../support/login-app.ts';
import { logoutToken, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { connection as samlConnection } from '../support/saml-idp.ts';
import { isSignedOn as isSignedOnBySaml, SamlLogin } from '../support/saml-login.ts';
import { callbackUrl, connectionTo, isSignedOn, signOnAs, startSignOn } from '../support/sign-on.ts';

const HEADER = 'x-address';
const MANY = 230;
/** Of one kind, of all addresses together; and so not read from the code. */
const AT_ONCE = 200;
const OF_ADDRESS = 100;

const { claims: _, ...SAML } = samlConnection({ sloUrl: 'https://idp.example.com/slo' });

let provider: OpenIdProvider;
let login: Login;

const start = (clientIpHeader: string | undefined) => {
  once.consumed.clear();
  login = startLogin({
    connections: [connectionTo(provider), SAML],
    parts: { clientIpHeader, once },
  });
  login.clock.freeze();
};

beforeEach(async () => {
  provider = await startOpenIdProvider();
  start(undefined);
});

type Ask = (n: number, headers: Readonly<Record<string, string>>) => Promise<Response>;

const form =
  (path: string, fields: Record<string, string>, more: Record<string, string> = {}): Ask =>
  async (_, headers) =>
    login.app.request(`${PORTAL}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { ...more, ...headers },
    });

const STRANGERS: readonly (readonly [string, Ask])[] = [
  [
    'callbacks',
    async (n, headers) =>
      login.app.request(`${PORTAL}/login/callback/corporate?code=${n}&state=x`, { headers }),
  ],
  ['SAML responses', form('/login/saml/corp/acs', { SAMLResponse: 'PHg+', RelayState: 'x' })],
  [
    'logout tokens',
    async (n, headers) => {
      const body = new URLSearchParams({
        logout_token: logoutToken(provider, { iss: 'https://evil.example', jti: `${n}` }),
      });
      return login.app.request(`${PORTAL}/login/backchannel-logout/corporate`, {
        method: 'POST',
        body,
        headers,
      });
    },
  ],
  ['SAML logouts', form('/login/saml/corp/slo', { SAMLRequest: 'PHg+' })],
  [
    'frames that log out',
    async (n, headers) =>
      login.app.request(
        `${PORTAL}/login/frontchannel-logout/corporate?iss=${encodeURIComponent(provider.issuer)}&sid=${n}`,
        { headers },
      ),
  ],
  ['passkeys', form('/login/passkeys/sign-in', { ceremony: 'x', answer: '{}' }, { origin: PORTAL })],
  ['questions of devices', form('/login/device_authorization', { client_id: 'stint-cli' })],
];

const once = new FakeOnceStore();
const written = (): number =>
  login.auditLog.events.length + login.rows.rows(DEVICES).length + once.consumed.size;

describe.each(STRANGERS)('a flood of %s', (kind, ask) => {
  /**
   * @attack Rows by people who prove nothing: callbacks, SAML responses, logout tokens, frames, passkeys,
   *   device requests
   * @removed the limit of each kind, by address and in total
   * @failed 24 of 33: ends where no header names the address: `expected [] to have a length of 30 but got +0`
   */
  it.each<[string, string | undefined, number]>([
    ['where no header names the address', undefined, AT_ONCE],
    ['from everywhere', HEADER, AT_ONCE],
  ])('ends %s', async (_where, header, most) => {
    start(header);
    const statuses: number[] = [];
    const before = written();
    for (let n = 0; n < MANY; n += 1)
      statuses.push((await ask(n, { [HEADER]: `203.${n % 7}.${n % 250}.9` })).status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(MANY - most);
    expect(written() - before).toBeLessThanOrEqual(most);
    login.clock.advance(10_000);
    expect((await ask(0, { [HEADER]: '198.51.100.9' })).status).not.toBe(429);
  });

  it('from one address ends sooner, and others may ask', async () => {
    start(HEADER);
    const answers = [];
    const most = kind === 'questions of devices' ? 20 : OF_ADDRESS;
    for (let n = 0; n <= most; n += 1) answers.push(await ask(n, { [HEADER]: '203.0.113.7' }));
    const refused = answers.at(-1);
    expect([refused?.status, Number(refused?.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect((await ask(0, { [HEADER]: '203.0.113.8' })).status).not.toBe(429);
  });
});

/** A browser behind the one address that a gateway sees of a company. */
const officeBrowser = ({ app }: Pick<Login, 'app'>): Browser =>
  new Browser((request) => {
    request.headers.set(HEADER, '203.0.113.7');
    return app.fetch(request);
  });

async function signOnFromOffice(): Promise<boolean> {
  const { page } = await signOnAs(login, provider, {}, officeBrowser(login));
  return page.status === 303;
}

const samlOffice = () => {
  const saml = new SamlLogin(undefined, { clientIpHeader: HEADER });
  return async (n: number): Promise<boolean> => {
    const browser = officeBrowser(saml);
    await saml.answer(browser, await saml.begin(browser), { contents: { assertionId: `_assertion${n}` } });
    return isSignedOnBySaml(browser);
  };
};

describe('who proves something', () => {
  /**
   * @attack A limit that honest sign-ins use up
   * @removed what a proof gives back: of its own request; of the start that led there
   * @failed 1 of 33; 2 of 39: counts for nothing: a whole company may sign in at nine: `expected 429 to be
   *   303`; and neither does the start that led there, by SAML: one address is as good as many: `expected [
   *   100, false ] to deeply equal [ 100, true ]`
   */
  it('counts for nothing: a whole company may sign in at nine', async () => {
    for (let n = 0; n < AT_ONCE + 10; n += 1)
      expect((await signOnAs(login, provider, { sub: `person-${n}` })).page.status).toBe(303);
  });

  it.each<[string, () => (n: number) => Promise<boolean>]>([
    ['by OpenID Connect', () => signOnFromOffice],
    ['by SAML', samlOffice],
  ])('and neither does the start that led there, %s: one address is as good as many', async (_, office) => {
    start(HEADER);
    const signOn = office();
    for (let n = 0; n < OF_ADDRESS + 10; n += 1) expect([n, await signOn(n)]).toEqual([n, true]);
  });

  it('and the starts of those who are refused do count', async () => {
    start(HEADER);
    provider.refusal = { status: 400, body: { error: 'invalid_grant' } };
    for (let n = 0; n < OF_ADDRESS; n += 1) expect(await signOnFromOffice()).toBe(false);
    provider.refusal = undefined;
    await expect(signOnFromOffice()).rejects.toThrow('no redirect but 429');
  });

  it('is not stopped by a flood of another kind', async () => {
    for (let n = 0; n < MANY; n += 1)
      await login.app.request(`${PORTAL}/login/backchannel-logout/corporate`, { method: 'POST' });
    const { browser } = await signOnAs(login, provider);
    expect(await isSignedOn(browser)).toBe(true);
  });

  it('may not use one logout token again and again', async () => {
    const body = () => new URLSearchParams({ logout_token: token });
    const token = logoutToken(provider, { sub: 'alice' });
    const statuses = new Set<number>();
    for (let n = 0; n < MANY; n += 1)
      statuses.add(
        (
          await login.app.request(`${PORTAL}/login/backchannel-logout/corporate`, {
            method: 'POST',
            body: body(),
          })
        ).status,
      );
    expect([...statuses]).toEqual([200, 400, 429]);
    expect(login.auditLog.events.length).toBeLessThanOrEqual(AT_ONCE + 1);
  });
});

describe('sign-ins that are started and never finished', () => {
  it('end, and ask the provider for its metadata once', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 1_001; n += 1)
      statuses.push((await login.app.request(`${PORTAL}/login/start/corporate`)).status);
    expect([statuses.filter((status) => status === 303).length, statuses.at(-1)]).toEqual([1_000, 429]);
    expect(provider.server.requests).toHaveLength(1);
    expect(written()).toBe(0);
  });

  it('each with a code that is made up, write and ask no more than the limit', async () => {
    provider.refusal = { status: 400, body: { error: 'invalid_grant' } };
    for (let n = 0; n < AT_ONCE + 20; n += 1) {
      const browser = login.browser();
      const asked = await startSignOn(browser);
      await browser.request(callbackUrl(provider, asked.get('state'), { code: `${n}` }));
    }
    expect(provider.tokenRequests).toHaveLength(AT_ONCE);
    expect(login.auditLog.events).toHaveLength(AT_ONCE);
  });
});

describe('a provider that is down', () => {
  const begin = async () => (await login.app.request(`${PORTAL}/login/start/corporate`)).status;

  /**
   * @attack A provider that is down, asked by every stranger
   * @removed the two seconds after a failure; the shared request
   * @failed 3; 1 of 33: is asked once by all who sign in meanwhile, and again a little later: `expected [
   *   …(20) ] to have a length of 1`
   */
  it('is asked once by all who sign in meanwhile, and again a little later', async () => {
    provider.isDown = true;
    const together = await Promise.all(Array.from({ length: 20 }, begin));
    for (let n = 0; n < 20; n += 1) together.push(await begin());
    expect(new Set(together)).toEqual(new Set([503]));
    expect(provider.server.requests).toHaveLength(1);
    provider.isDown = false;
    login.clock.advance(2_000);
    expect(await begin()).toBe(303);
    expect(provider.server.requests).toHaveLength(2);
  });

  it.each<[string, { answer: IdpAnswer; asked: number }]>([
    ['answers with an error', { answer: { status: 500, headers: {}, body: '' }, asked: 1 }],
    ['answers with a page', { answer: { status: 200, headers: {}, body: '<html>' }, asked: 1 }],
    ['answers well', { answer: { status: 200, headers: {}, body: '{"keys":[]}' }, asked: 3 }],
  ])('whose keys are asked for is asked no sooner again when it %s', async (_, { answer, asked }) => {
    let count = 0;
    const send: SendToIdp = async () => {
      count += 1;
      return ok(answer);
    };
    const spared = spareProvider(send, login.clock);
    const request = { method: 'GET', headers: {}, body: undefined, privateNetwork: false, deadlineMs: 5_000 };
    for (let n = 0; n < 3; n += 1)
      expect(await spared(new URL('https://idp.example/jwks'), request)).toEqual(ok(answer));
    expect(count).toBe(asked);
  });

  it.each<[string, { fault: IdpFault; asked: number }]>([
    ['cuts the connection for what was posted', { fault: 'no-answer', asked: 2 }],
    ['takes no connection', { fault: 'unreachable', asked: 1 }],
  ])('keeps the codes of others out only if it was not there at all: it %s', async (_, { fault, asked }) => {
    let count = 0;
    const spared = spareProvider(async () => {
      count += 1;
      return err(fault);
    }, login.clock);
    const post = (code: string) =>
      spared(new URL('https://idp.example/token'), {
        method: 'POST',
        headers: {},
        body: `code=${code}`,
        privateNetwork: false,
        deadlineMs: 5_000,
      });
    await post('made-up');
    await post('good');
    expect(count).toBe(asked);
  });

  /**
   * @attack Made-up code for which a provider’s firewall cuts the connection
   * @removed counting a POST’s failure only where no connection was made
   * @failed 2 of 41: that cuts the connection for a made-up code signs the next one in: `expected 503 to be
   *   303`
   * @note one such code every two seconds kept everybody out
   */
  it('that cuts the connection for a made-up code signs the next one in', async () => {
    const browser = login.browser();
    const asked = await startSignOn(browser);
    const { handler } = provider.server;
    provider.server.handler = (request) => request.socket.destroy();
    expect((await browser.request(callbackUrl(provider, asked.get('state')))).status).toBe(503);
    provider.server.handler = handler;
    expect((await signOnAs(login, provider)).page.status).toBe(303);
  });

  it('is not forgotten by a shared request that never ends', async () => {
    const never: SendToIdp = () => new Promise(() => {});
    let send = never;
    const spared = spareProvider((...asked) => send(...asked), login.clock);
    const request = { method: 'GET', headers: {}, body: undefined, privateNetwork: false, deadlineMs: 5_000 };
    void spared(new URL('https://idp.example/jwks'), request);
    const answer = ok({ status: 200, headers: {}, body: '{}' });
    send = async () => answer;
    login.clock.advance(10_000);
    expect(await spared(new URL('https://idp.example/jwks'), request)).toEqual(answer);
  });
});

describe('a body that ends before its end', () => {
  const broken = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('logout_token='));
        controller.error(new Error('aborted'));
      },
    });

  it.each<[string, Record<string, string>]>([
    ['of a declared length', { 'content-length': '100' }],
    ['of no declared length', { 'transfer-encoding': 'chunked' }],
  ])('%s is no bug, and counts', async (_, headers) => {
    const send = () =>
      login.app.request(
        new Request(`${PORTAL}/login/backchannel-logout/corporate`, {
          method: 'POST',
          body: broken(),
          duplex: 'half',
          headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        } as RequestInit),
      );
    const statuses: number[] = [];
    for (let n = 0; n <= AT_ONCE; n += 1) statuses.push((await send()).status);
    expect([statuses[0], statuses.at(-1)]).toEqual([403, 429]);
    expect(login.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
