// Against servers that answer with anything or not at all: every call that Stint makes settles within its deadline,
// leaves no connection behind, and the next call asks afresh.
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { makeSessionKeys } from '../../clients/cli/keys/make-session-keys.ts';
import { discoverServer } from '../../clients/cli/sign-in/oauth/authorization-server.ts';
import { ClientSecrets } from '../../functions/login/keys/client-secrets.ts';
import { readSessionKeys, SessionJwks } from '../../functions/login/keys/session-key-set.ts';
import { createOidcClient } from '../../functions/login/sign-on-oidc/oidc-client.ts';
import { openRamPolicies } from '../../shared/adapters/alibaba-cloud/ram-policies.ts';
import { createCallerIdentities } from '../../shared/adapters/alibaba-cloud/sts-caller-identity.ts';
import { lazyStsClient } from '../../shared/adapters/alibaba-cloud/sts-client.ts';
import { createConsoleSignIn } from '../../shared/adapters/http/console-sign-in.ts';
import { fetchJson, sendToIdp } from '../../shared/adapters/http/guarded-fetch.ts';
import { createVendClient } from '../../shared/adapters/http/vend-client.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import type { SendToIdp } from '../../shared/people/idp-port.ts';
import { parseCallerProof } from '../../shared/pipeline/authenticate/aliyun/parse-caller-proof.ts';
import { OidcConnection } from '../../shared/rules/sign-on/oidc-connection.ts';
import { AUDIENCE, aliyunProvider, provider } from '../support/builders.ts';
import { callerProof } from '../support/caller-proofs.ts';
import { FakeClock } from '../support/fakes.ts';
import { HOSTILITIES, type Hostility, startHostileServer } from '../support/hostile-server.ts';
import { keySet, token } from '../support/issuer.ts';
import { startKeySource } from '../support/key-source.ts';
import { MovableClock, startLogin } from '../support/login-app.ts';
import { answerJson, type Handler } from '../support/loopback.ts';
import { startOpenIdProvider } from '../support/openid-provider.ts';
import { callbackUrl, connectionTo, startSignOn } from '../support/sign-on.ts';
import { startVend } from '../support/vend-app.ts';

/** Long enough for an honest answer on a busy machine, short enough for some forty hostile ones at a time. */
const DEADLINE_MS = 1_500;

interface Answered {
  readonly ok: boolean;
}

interface Probe {
  readonly ask: () => Promise<Answered>;
  readonly honest: Handler;
}

const credentials = () => ({
  accessKeyId: 'id',
  accessKeySecret: new Secret('secret'),
  securityToken: undefined,
});

/** An SDK rejects; what it rejects with, its adapter has words for. */
const settled = (work: Promise<unknown>): Promise<Answered> =>
  work.then(
    () => ({ ok: true }),
    () => ({ ok: false }),
  );

const proof = () => {
  const parsed = parseCallerProof(new Secret(callerProof()));
  if (!parsed) throw new Error('no proof');
  return parsed;
};

const discovery = (issuer: string) => ({
  issuer,
  jwks_uri: `${issuer}/keys`,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  revocation_endpoint: `${issuer}/revoke`,
  response_types_supported: ['code'],
});

const sendQuickly: SendToIdp = (url, request) => sendToIdp(url, { ...request, deadlineMs: DEADLINE_MS });

const ROLE = {
  RequestId: 'r',
  Credentials: {
    AccessKeyId: 'STS.key',
    AccessKeySecret: 'secret',
    SecurityToken: 'token',
    Expiration: '2026-03-01T12:30:00Z',
  },
  AssumedRoleUser: { Arn: 'acs:ram::1:role/r/s', AssumedRoleId: '1:s' },
};
const GRANTED = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' }],
};
const POLICY = {
  Policy: { PolicyName: 'p', DefaultVersion: 'v1' },
  DefaultPolicyVersion: { VersionId: 'v1', PolicyDocument: JSON.stringify(GRANTED) },
};

function askSts(url: string) {
  return lazyStsClient({ endpoint: url, credentials, attemptDeadlineMs: DEADLINE_MS });
}

const ADAPTERS: Readonly<Record<string, (url: string) => Probe>> = {
  'a JSON document': (url) => ({
    ask: () => fetchJson(new URL(`${url}/keys`), { deadlineMs: DEADLINE_MS }),
    honest: answerJson({ keys: [] }),
  }),
  'the keys of an issuer': (url) => {
    const time = new FakeClock();
    const keys = startKeySource(time);
    return {
      async ask() {
        time.advance(60_000);
        return keys.find(provider({ issuer: url }), { alg: 'RS256', kid: 'key-RS256' });
      },
      honest: (request, response) =>
        answerJson(request.url?.endsWith('keys') ? keySet() : discovery(url))(request, response),
    };
  },
  'an identity provider': (url) => ({
    ask: () =>
      sendToIdp(new URL(url), {
        method: 'POST',
        headers: {},
        body: 'a=1',
        privateNetwork: false,
        deadlineMs: DEADLINE_MS,
      }),
    honest: answerJson({}),
  }),
  'the metadata of an OpenID Provider': (url) => {
    const secrets = ClientSecrets.parse({});
    const own = { keys: readSessionKeys(SessionJwks.parse(makeSessionKeys())), secrets };
    const time = new MovableClock();
    const oidc = createOidcClient(time, own, sendQuickly, startKeySource(time));
    const connection = OidcConnection.parse({
      id: 'company',
      kind: 'oidc',
      name: 'Company',
      issuer: url,
      clientId: 'stint',
    });
    const checks = { state: 's', nonce: 'n', verifier: 'v'.repeat(43) };
    return {
      ask() {
        time.advance(120_000); // a provider that is down is spared for a moment
        return oidc.authorizationUrl(connection, 'https://vend.example.com/login', checks, false);
      },
      honest: answerJson(discovery(url)),
    };
  },
  'STS about a caller': (url) => {
    const callers = createCallerIdentities({ endpoint: url, deadlineMs: DEADLINE_MS });
    return { ask: () => callers.whoSigned(proof(), AUDIENCE), honest: answerJson({ Arn: 'a' }) };
  },
  'STS for a role': (url) => {
    const open = askSts(url);
    const order = { roleArn: 'acs:ram::1:role/r', sessionName: 's', durationSeconds: 900 };
    const policy = { sessionPolicy: { json: '{}' } };
    return {
      // The order's brands are made by the pipeline; the SDK takes their text.
      ask: async () => settled((await open()).assumeRole({ ...order, ...policy } as never)),
      honest: answerJson(ROLE),
    };
  },
  'STS about ourselves': (url) => {
    const open = askSts(url);
    return { ask: async () => settled((await open()).probe()), honest: answerJson({ Arn: 'a' }) };
  },
  RAM: (url) => {
    const ram = openRamPolicies({ endpoint: url, credentials, deadlineMs: DEADLINE_MS });
    return { ask: () => ram.fetch('p', 'Custom'), honest: answerJson(POLICY) };
  },
  Tablestore: (url) => {
    const timing = { attemptDeadlineMs: DEADLINE_MS, firstRetryMs: 1 };
    const sdk = openTablestore({ endpoint: url, instance: 'stint', credentials, timing });
    return {
      ask: () => sdk.call(true, (client) => client.listTable({})),
      honest: (_, response) => response.end(),
    };
  },
  'the console': (url) => {
    const settings = { signinEndpoint: url, consoleUrl: url, returnUrl: url, deadlineMs: DEADLINE_MS };
    const secrets = { accessKeySecret: new Secret('s'), securityToken: new Secret('t') };
    return {
      ask: () => createConsoleSignIn(settings).link({ accessKeyId: 'id', ...secrets }, undefined),
      honest: answerJson({ SigninToken: 'token' }),
    };
  },
  'vend, for the portal and the command line': (url) => {
    const vend = createVendClient(url, DEADLINE_MS);
    return {
      ask: () => vend.call(new Secret('token'), { path: '/v1/roles' }),
      honest: answerJson({ roles: [] }),
    };
  },
  'login, for the command line': (url) => ({
    ask: () => discoverServer({ url, issuer: url }, DEADLINE_MS / 1000),
    honest: answerJson(discovery(url)),
  }),
};

/** What a well-meant client may take as an answer: it is short, whole and perhaps empty. */
const MAY_BE_TAKEN: ReadonlySet<string> = new Set([
  '101 without an upgrade',
  'a length that is too short',
  'a page',
  'no JSON',
  'a status of 999',
  '204 with a body',
  '304 without a request for it',
  'a redirect to itself',
  '426 Upgrade Required',
  'gzip that is none',
  'a compression of the future',
  'gzip ten times',
]);

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => void socket.once('close', () => resolve()));

async function meet(hostility: Hostility, make: (url: string) => Probe) {
  const server = await startHostileServer(hostility);
  const { ask, honest } = make(server.url);
  const first = await ask();
  // The caller ends a connection that the hostile end holds: a test that never gets past this has found one left open.
  await Promise.all(server.open().map(closed));
  await server.beHonest(honest);
  const second = await ask();
  return { first: first.ok ? 'answer' : 'failure', next: second.ok ? 'answer' : 'failure' };
}

describe.each(Object.entries(ADAPTERS))('asking %s', (_, make) => {
  /**
   * @attack An answer after which nothing happens (101 Switching Protocols, half a header, a drip, …), to any
   *   call that Stint makes
   * @removed the deadline's race in `within-deadline`
   * @failed 4 of 21: asking Tablestore settles, whatever comes: `Test timed out in 20000ms`
   * @note each library's own timeouts and the events of node:http end most of them sooner
   * @also test/unit/kernel/single-flight.test.ts
   */
  it('settles, whatever comes, and is asked afresh', { timeout: 20_000 }, async () => {
    const met = await Promise.all(
      Object.entries(HOSTILITIES).map(
        async ([name, hostility]) => [name, await meet(hostility, make)] as const,
      ),
    );
    const expected = met.map(([name, { first }]) => [
      name,
      { first: MAY_BE_TAKEN.has(name) ? first : 'failure', next: 'answer' },
    ]);
    expect(Object.fromEntries(met)).toEqual(Object.fromEntries(expected));
  });
});

describe('a request that a server does not answer', () => {
  const issuerThatSwitches = async () => {
    const hostility = HOSTILITIES['101 Switching Protocols'];
    if (!hostility) throw new Error('no such answer');
    return startHostileServer(hostility);
  };

  it('to an issuer ends with an audit row, and once the issuer answers, callers get in', async () => {
    const issuer = await issuerThatSwitches();
    const app = startVend({ keySource: (time) => startKeySource(time) });
    app.store.providers = [provider({ issuer: issuer.url })];
    const signed = token({ claims: { iss: issuer.url } });
    const refused = await app.vend({}, { token: signed });
    expect([refused.status, refused.body['code']]).toEqual([503, 'keys_unavailable']);
    expect(app.auditLog.events).toMatchObject([{ outcome: 'refused', reason: 'keys-unreachable' }]);
    await issuer.beHonest((request, response) =>
      answerJson(request.url?.endsWith('keys') ? keySet() : discovery(issuer.url))(request, response),
    );
    app.clock.advance(3_000);
    expect((await app.vend({}, { token: signed })).status).toBe(200);
  });

  it('to STS about a partner ends with an audit row', async () => {
    const { url } = await issuerThatSwitches();
    const app = startVend({ callers: createCallerIdentities({ endpoint: url }) });
    app.store.providers = [aliyunProvider()];
    const answer = await app.vend({}, { token: callerProof() });
    expect([answer.status, answer.body['code']]).toEqual([503, 'sts_unavailable']);
    expect(app.auditLog.events).toMatchObject([{ outcome: 'refused', reason: 'sts-failed' }]);
  });

  it('to an identity provider ends with an audit row', async () => {
    const idp = await startOpenIdProvider();
    const login = startLogin({ connections: [connectionTo(idp)] });
    const browser = login.browser();
    const asked = await startSignOn(browser);
    idp.server.handler = (request) =>
      request.socket.write('HTTP/1.1 101 Odd\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    const refused = await browser.request(callbackUrl(idp, asked.get('state')));
    expect(refused.status).toBe(503);
    expect(login.auditLog.events).toMatchObject([{ outcome: 'refused', reason: 'idp-unreachable' }]);
  });
});
