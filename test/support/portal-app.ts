// The whole login app with ports in memory, and one person who is signed on.
import { generateKeyPairSync } from 'node:crypto';
import { createLoginApp } from '../../functions/login/app.ts';
import type { LoginDeps } from '../../functions/login/deps.ts';
import { readSamlKeys } from '../../functions/login/saml/saml-keys.ts';
import { beginSession } from '../../functions/login/sessions/begin-session.ts';
import { readSessionKeys, SessionJwks } from '../../functions/login/tokens/session-keys.ts';
import { SignOn } from '../../shared/access/sign-on/sign-on.ts';
import { createActivityStore } from '../../shared/adapters/tablestore-activity-store.ts';
import { createPasskeyStore } from '../../shared/adapters/tablestore-passkey-store.ts';
import { createSessionStore } from '../../shared/adapters/tablestore-session-store.ts';
import { ConnectionId } from '../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { personKey } from '../../shared/people/person.ts';
import type * as ports from '../../shared/ports.ts';
import { CANARY } from './canaries.ts';
import { FakeRows } from './fake-rows.ts';
import { FakeAuditLog, FakeClock, FakeLogger, FakeOnceStore } from './fakes.ts';

export const PORTAL_URL = 'https://vend.example.com';
export const CONSOLE_LINK = 'https://signin.aliyun.com/federation?Action=Login&SigninToken=single-use';

const CORPORATE = ConnectionId.parse('corporate');
const SIGN_ON = SignOn.parse({
  connections: [
    {
      id: 'corporate',
      kind: 'oidc',
      name: 'Example Corp',
      issuer: 'https://id.example.com',
      clientId: 'stint',
    },
  ],
});

const asset = (name: string, type: string) => ({
  path: `/portal/assets/${name}`,
  type,
  body: `/* ${name} */`,
});
export const ASSETS = {
  stylesheet: asset('portal-1.css', 'text/css'),
  script: asset('portal-1.js', 'text/javascript'),
  icon: asset('icon-1.svg', 'image/svg+xml'),
};

export const VENDED = {
  role: 'media-uploader',
  credentials: {
    accessKeyId: 'STS.key1',
    accessKeySecret: CANARY.stsSecret,
    securityToken: CANARY.securityToken,
    expiration: '2026-11-22T10:00:00Z',
  },
};

export class FakeVend implements ports.VendClient {
  answer: { readonly status: number; readonly body: unknown } | undefined = { status: 200, body: VENDED };
  readonly calls: ports.VendCall[] = [];

  async call(_: Secret<string>, call: ports.VendCall) {
    this.calls.push(call);
    if (!this.answer) return err('vend-unreachable' as const);
    return ok({ status: this.answer.status, body: new Secret(this.answer.body) });
  }
}

export class FakeConsole implements ports.ConsoleSignIn {
  fault: 'console-refused' | 'console-unreachable' | undefined;
  readonly asked: ports.ConsoleKeys[] = [];

  async link(
    keys: ports.ConsoleKeys,
  ): Promise<Result<Secret<string>, 'console-refused' | 'console-unreachable'>> {
    this.asked.push(keys);
    return this.fault ? err(this.fault) : ok(new Secret(CONSOLE_LINK));
  }
}

/** A provider that is down. Remembers of each sign-on whether it was to be proved anew. */
export function fakeOidc(freshAsked: boolean[]): LoginDeps['oidc'] {
  const down = err({ code: 'idp_unavailable', reason: 'idp-unreachable' } as const);
  return {
    async authorizationUrl(_connection, _redirectUri, _checks, isFresh) {
      freshAsked.push(isFresh);
      return down;
    },
    redeem: async () => down,
    endSessionUrl: async () => ok(undefined),
    readLogoutToken: async () => err({ code: 'logout_refused', reason: 'logout-token-refused' }),
  };
}

function sessionKeys() {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  return readSessionKeys(SessionJwks.parse([{ ...jwk, kid: 'one' }]));
}

export async function startPortal() {
  const rows = new FakeRows();
  const clock = new FakeClock();
  const fakes = {
    auditLog: new FakeAuditLog(),
    logger: new FakeLogger(),
    vend: new FakeVend(),
    console: new FakeConsole(),
  };
  const freshAsked: boolean[] = [];
  const sessions = createSessionStore(rows);
  const activities = createActivityStore(rows);
  const app = createLoginApp({
    ...fakes,
    publicUrl: PORTAL_URL,
    clientIpHeader: undefined,
    requestIdHeader: undefined,
    clock,
    tokens: { issuer: `${PORTAL_URL}/login`, audience: PORTAL_URL, keys: sessionKeys() },
    samlKeys: readSamlKeys([]),
    signOn: { current: async () => ok(SIGN_ON) },
    sessions,
    passkeys: createPasskeyStore(rows),
    once: new FakeOnceStore(),
    oidc: fakeOidc(freshAsked),
    activities,
    consoleTargets: ['https://signin.aliyun.com'],
    region: 'cn-hangzhou',
    assets: ASSETS,
  });

  async function signIn(subject: string) {
    const signedOn = {
      connection: CORPORATE,
      subject,
      groups: [],
      claims: { name: `Name of ${subject}` },
      authenticatedAt: clock.now(),
      methods: ['pwd'],
    };
    const about = { browser: 'Firefox/140 (Windows)', now: clock.now(), limits: SIGN_ON.sessions };
    const begun = await beginSession(signedOn, about, sessions);
    if (!begun.ok) throw new Error(begun.error.cause);
    const { session, handle } = begun.value;
    return { session, cookie: `__Host-stint-session=${handle.person}.${handle.id}.${handle.secret}` };
  }

  const alice = await signIn('alice');
  const get = (path: string, cookie = alice.cookie) =>
    app.request(`${PORTAL_URL}${path}`, { headers: { cookie } });

  /** A form of alice's own page, unless it is changed. */
  const post = (
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = { origin: PORTAL_URL, 'sec-fetch-site': 'same-origin' },
  ) =>
    app.request(`${PORTAL_URL}${path}`, {
      method: 'POST',
      headers: { cookie: alice.cookie, ...headers },
      body: new URLSearchParams({ form_token: alice.session.formToken, ...fields }),
    });

  const recent = async () => {
    const found = await activities.recent(personKey(CORPORATE, 'alice'));
    return found.ok ? found.value.map(({ kind, subject }) => [kind, subject]) : [];
  };
  return { ...fakes, freshAsked, clock, alice, signIn, get, post, recent };
}
