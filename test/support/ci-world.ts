// vend at the real time on a port of this machine, for the jobs of one CI system, whose issuer signs their tokens as it really
// does: with the claims that the vendor documents, and another `jti` each time, since a token counts once.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { grantTo, provider, role } from './builders.ts';
import { CANARY } from './canaries.ts';
import { seconds, token } from './issuer.ts';
import { type Handler, startLoopback } from './loopback.ts';
import { startVend } from './vend-app.ts';
import type { Vendor } from './vendor-claims.ts';

/** Of the platform that gives a job its id token, which it asks for with this. */
const REQUEST_TOKEN = 'canary-bearer-for-id-tokens-0123456789';

export const CI_ROLE = 'site-publisher';

/** What STS gives first. */
export const FIRST_KEY = {
  accessKeyId: 'STS.key1',
  accessKeySecret: `${CANARY.stsSecret}-1`,
  securityToken: `${CANARY.securityToken}-1`,
};

const ID_TOKEN_PATH = '/id-token';

/** `audience`: of the deployment; its own URL if it is not given. The vendor's first group may take CI_ROLE. */
export async function startCiWorld(vendor: Vendor, audience?: string) {
  const loopback = await startLoopback((_, response) => response.writeHead(503).end());
  const vend = startVend({ audience: audience ?? loopback.url });
  vend.clock.advance(Date.now() - vend.clock.now().getTime());
  const once = vendor.preset !== 'kubernetes';
  vend.store.providers = [
    provider({ id: 'ci', groups: undefined, preset: vendor.preset, once, ...vendor.entry }),
  ];
  vend.store.roles = [role({ id: CI_ROLE, roleArn: `acs:ram::1234567890123456:role/${CI_ROLE}` })];
  vend.store.grants = [
    grantTo(
      { kind: 'group', name: vendor.groups[0] ?? '' },
      { id: 'deploy-site', role: CI_ROLE, maxDurationSeconds: 3_600, sessionPolicy: 'inherit' },
      'ci',
    ),
  ];

  /** A token of the platform, as a job gets it. */
  const idToken = (aud: string, claims: Readonly<Record<string, unknown>> = {}): string => {
    const iat = seconds(new Date()) - 5;
    return token({
      claims: {
        ...vendor.claims,
        iss: vendor.entry.issuer,
        aud,
        iat,
        nbf: iat,
        exp: iat + 300,
        jti: randomUUID(),
        ...claims,
      },
    });
  };

  const issued: string[] = [];
  /** Statuses with which the platform answers the next requests for an id token. */
  const idTokenFaults: number[] = [];
  function giveIdToken({ url, headers }: IncomingMessage, response: ServerResponse): void {
    if (headers.authorization !== `Bearer ${REQUEST_TOKEN}`) return void response.writeHead(401).end('{}');
    if (idTokenFaults.length > 0)
      return void response.writeHead(idTokenFaults.shift() ?? 503, { 'retry-after': '0' }).end();
    const asked = new URL(url ?? '', loopback.url).searchParams.get('audience') ?? '';
    const value = idToken(asked);
    issued.push(value);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ count: 1, value }));
  }

  const world = {
    url: loopback.url,
    vend,
    idToken,
    /** Every id token that a job asked for. */
    issued,
    idTokenFaults,
    requests: loopback.requests,
    /** Answers everything but id tokens; vend, unless a test sets another. */
    answer: getRequestListener(vend.app.fetch) as Handler,
    /** Of a GitHub job with `permissions: id-token: write`. */
    githubEnvironment: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${loopback.url}${ID_TOKEN_PATH}?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    },
    /** In no log. */
    secrets: [REQUEST_TOKEN, FIRST_KEY.accessKeySecret, FIRST_KEY.securityToken],
  };
  loopback.handler = (request, response) =>
    request.url?.startsWith(ID_TOKEN_PATH) === true
      ? giveIdToken(request, response)
      : world.answer(request, response);
  return world;
}

export type CiWorld = Awaited<ReturnType<typeof startCiWorld>>;
