// Requests for credentials by each wire, over the vend app of vend-app.ts. Every exchange is checked for what must hold of all
// answers of a wire.
import { expect } from 'vitest';
import type { Vend } from './vend-app.ts';

export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface WireRequest {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>> | string;
  /** Undefined sends no body. */
  readonly form?: Readonly<Record<string, string>> | string;
  readonly headers?: Readonly<Record<string, string>>;
}

const encodeParameters = (parameters: Readonly<Record<string, string>> | string): string =>
  typeof parameters === 'string' ? parameters : new URLSearchParams(parameters).toString();

function checkAnswer({ status, headers }: WireAnswer, method: string): void {
  const shared = [...headers].filter(([name]) => name.startsWith('access-control-'));
  expect(shared, 'no page may read the answer of a wire').toEqual([]);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  if (method !== 'HEAD') expect(headers.get('content-type')).toMatch(/^(?:application\/json|text\/xml)\b/);
  expect(status < 300 || status >= 400, 'a wire never redirects').toBe(true);
}

/** One request, whatever it holds. `proof` must be found in no log, audit row or refusal. */
export async function askWire(
  { app, checkLeaks }: Pick<Vend, 'app' | 'checkLeaks'>,
  { method = 'POST', path = '/', query = '', form, headers = {} }: WireRequest,
  proof: string | null = null,
): Promise<WireAnswer> {
  const search = encodeParameters(query);
  const body = form === undefined ? undefined : encodeParameters(form);
  const response = await app.request(search === '' ? path : `${path}?${search}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const answer = { status: response.status, headers: response.headers, text: await response.text() };
  checkAnswer(answer, method);
  checkLeaks(answer, proof);
  return answer;
}

export const ROLE_ARN = 'acs:ram::1234567890123456:role/media-uploader';

/** What the Go and Java libraries send, by facts seen on them. */
export const STS_QUERY = { Action: 'AssumeRoleWithOIDC', Version: '2015-04-01', Format: 'JSON' } as const;

export const stsForm = (proof: string): Readonly<Record<string, string>> => ({
  RoleArn: ROLE_ARN,
  OIDCProviderArn: 'acs:ram::1234567890123456:oidc-provider/stint',
  OIDCToken: proof,
  RoleSessionName: 'defaultSessionName',
  DurationSeconds: '3600',
});

export const exchangeForm = (proof: string): Readonly<Record<string, string>> => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token: proof,
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  resource: ROLE_ARN,
});

/** Every way to send one proof, other than in a header of POST /v1/credentials. */
export const WAYS = {
  body: async (app: Vend, proof: string) => {
    const { status } = await app.vend({ token: proof }, { token: null });
    return status;
  },
  'sts, form': async (app: Vend, proof: string) => {
    const answer = await askWire(app, { query: STS_QUERY, form: stsForm(proof) }, proof);
    return answer.status;
  },
  'sts, query': async (app: Vend, proof: string) => {
    const query = { ...STS_QUERY, ...stsForm(proof) };
    const answer = await askWire(app, { method: 'GET', path: '/sts', query }, proof);
    return answer.status;
  },
  token: async (app: Vend, proof: string) => {
    const answer = await askWire(app, { path: '/v1/token', form: exchangeForm(proof) }, proof);
    return answer.status;
  },
} as const satisfies Readonly<Record<string, (app: Vend, proof: string) => Promise<number>>>;

export type Way = keyof typeof WAYS;
export const EVERY_WAY = Object.keys(WAYS) as readonly Way[];

/** More than a body may have. */
const LARGE = 60_000;

/** A token that is too long is refused by its length wherever it is, but as a part of the body where it is in one. */
function reasonBy(way: Way, proof: string, reason: string | undefined): string | undefined {
  if (reason !== 'token-too-long') return reason;
  return proof.length > LARGE && way !== 'sts, query' ? 'body-too-large' : 'body-invalid';
}

/**
 * Sends a proof that must be refused in the header of POST /v1/credentials, and by every other way to a vend of its own, each made by `start`, where it
 * must be refused alike: for the same reason, at the same stage, after as many questions for a key, with nothing issued.
 */
export async function refusedByEveryWay(
  proof: string,
  start: () => Vend,
): Promise<readonly [status: number, reason: string | undefined, keysAsked: number]> {
  const app = start();
  const { status } = await app.vend({}, { token: proof });
  expect(app.assumer.orders).toEqual([]);
  const [row] = app.auditLog.events;
  for (const way of EVERY_WAY) {
    const other = start();
    expect(await WAYS[way](other, proof), way).toBeGreaterThanOrEqual(400);
    expect(other.assumer.orders).toEqual([]);
    const [rowOfWay] = other.auditLog.events;
    const expected = reasonBy(way, proof, row?.reason);
    expect([rowOfWay?.reason, other.keys.asked.length], way).toEqual([expected, app.keys.asked.length]);
  }
  return [status, row?.reason, app.keys.asked.length];
}
