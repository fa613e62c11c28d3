// The portal with one person who is signed on: the login app, with vend, the console and the provider in their hands.
import type { LoginDeps } from '../../functions/login/request/deps.ts';
import { beginSession } from '../../functions/login/sessions/begin-session.ts';
import type { VendCall, VendClient } from '../../shared/http/vend-call.ts';
import { ConnectionId } from '../../shared/kernel/names.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { personKey } from '../../shared/people/person.ts';
import { CANARY } from './canaries.ts';
import { FakeClock } from './fakes.ts';
import { type LoginSettings, PORTAL, SESSION_COOKIE, startLogin } from './login-app.ts';
import { FakeConsole } from './login-deps.ts';

const CORPORATE = ConnectionId.parse('corporate');
const CONNECTIONS: LoginSettings['connections'] = [
  {
    id: 'corporate',
    kind: 'oidc',
    name: 'Example Corp',
    issuer: 'https://id.example.com',
    clientId: 'stint',
  },
];

export const VENDED = {
  role: 'media-uploader',
  roleArn: 'acs:ram::1234567890123456:role/media-uploader',
  credentials: {
    accessKeyId: 'STS.key1',
    accessKeySecret: CANARY.stsSecret,
    securityToken: CANARY.securityToken,
    expiration: '2026-11-22T10:00:00Z',
  },
};

export class FakeVend implements VendClient {
  answer: { readonly status: number; readonly body: unknown; readonly ageSeconds?: number } | undefined = {
    status: 200,
    body: VENDED,
  };
  readonly calls: VendCall[] = [];

  async call(_: Secret<string>, call: VendCall) {
    this.calls.push(call);
    if (!this.answer) return err('vend-unreachable' as const);
    return ok({ ...this.answer, body: new Secret(this.answer.body) });
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
    refresh: async () => ({ kind: 'unused', failure: down.error }),
    endSessionUrl: async () => ok(undefined),
    readLogoutToken: async () => err({ code: 'logout_refused', reason: 'logout-token-refused' }),
  };
}

export async function startPortal(parts: Partial<LoginDeps> = {}) {
  const clock = new FakeClock();
  const vend = new FakeVend();
  const console = new FakeConsole();
  const freshAsked: boolean[] = [];
  const login = startLogin({
    connections: CONNECTIONS,
    parts: {
      clock,
      vend,
      console,
      oidc: fakeOidc(freshAsked),
      consoleTargets: ['https://signin.aliyun.com'],
      ...parts,
    },
  });
  const { app, auditLog, logger, deps, state } = login;

  async function signIn(subject: string, groups: string[] = []) {
    const signedOn = {
      connection: CORPORATE,
      subject,
      groups,
      claims: { name: `Name of ${subject}` },
      authenticatedAt: deps.clock.now(),
      methods: ['pwd'],
    };
    const about = {
      browser: 'Firefox/140 (Windows)',
      now: deps.clock.now(),
      limits: state.signOn.sessions,
      leaverGenerations: [],
    };
    const started = await beginSession(signedOn, about, deps.sessions);
    if (!started.ok) throw new Error(started.error.cause);
    const { session, handle } = started.value;
    return {
      session,
      cookie: `${SESSION_COOKIE}=${handle.person}.${handle.id}.${handle.family}.${handle.secret}`,
    };
  }

  const alice = await signIn('alice');
  const get = (path: string, cookie = alice.cookie, headers: Readonly<Record<string, string>> = {}) =>
    app.request(`${PORTAL}${path}`, { headers: { cookie, ...headers } });

  /** A form of alice's own page, unless it is changed. */
  const post = (
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = { origin: PORTAL, 'sec-fetch-site': 'same-origin' },
  ) =>
    app.request(`${PORTAL}${path}`, {
      method: 'POST',
      headers: { cookie: alice.cookie, ...headers },
      body: new URLSearchParams({ form_token: alice.session.formToken, ...fields }),
    });

  const recent = async () => {
    const found = await deps.activities.recent(personKey(CORPORATE, 'alice'));
    return found.ok ? found.value.map(({ kind, subject }) => [kind, subject]) : [];
  };
  return {
    login,
    deps,
    state,
    auditLog,
    logger,
    vend,
    console,
    freshAsked,
    clock,
    alice,
    signIn,
    get,
    post,
    recent,
  };
}
