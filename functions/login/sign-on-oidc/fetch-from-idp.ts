// Requests to an identity provider: only to endpoints that Stint may call, without redirects, with a deadline and a bounded
// body. A provider is spared as well: requests for the same document share one answer, and a provider that does not answer is
// not asked again at once. Otherwise every sign-on that a stranger starts, and every logout token that a stranger makes up,
// would be a request to a provider that may be down already.
import type { CustomFetch } from 'openid-client';
import { boundedCache } from '../../../shared/kernel/bounded-cache.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { isEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import { parseStrictJson } from '../../../shared/kernel/parse-strict-json.ts';
import type { IdpFault, IdpRequest, SendToIdp } from '../../../shared/people/idp-port.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';

/** A person waits, and a second request may follow. */
const IDP_DEADLINE_MS = 5_000;
const SERVER_ERROR = 500;
const UNAVAILABLE = 503;

/** Any fault on the way, under one name: a page can then say that the provider is down. */
class IdpUnreachable extends Error {
  override readonly name = 'IdpUnreachable';
  readonly fault: IdpFault | 'endpoint' | 'busy' | 'status';

  constructor(fault: IdpUnreachable['fault']) {
    super(fault);
    this.fault = fault;
  }
}

/**
 * Undefined for an error that is none of `fetchFromIdp`; openid-client may have wrapped it. `endpoint`: the provider's metadata
 * name an address that no endpoint may have. `busy`: status 503. `status`: another one from 500 on.
 */
export function unreachableFault(error: unknown): IdpUnreachable['fault'] | undefined {
  if (error instanceof IdpUnreachable) return error.fault;
  return error instanceof Error && error.cause !== undefined ? unreachableFault(error.cause) : undefined;
}

/** `fetch` for openid-client. Throws `IdpUnreachable` for every fault on the way and for a status of 500 or more. */
export const fetchFromIdp =
  (send: SendToIdp, { privateNetwork }: Pick<OidcConnection, 'privateNetwork'>): CustomFetch =>
  async (url, { method, headers, body }) => {
    // The address may come from the provider's metadata; the rule for configured addresses applies to it as well.
    if (!isEndpointUrl(url)) throw new IdpUnreachable('endpoint');
    const request = { method, headers, body: textOf(body), privateNetwork, deadlineMs: IDP_DEADLINE_MS };
    const answer = await send(new URL(url), request);
    if (!answer.ok) throw new IdpUnreachable(answer.error);
    const { status, headers: answered, body: text } = answer.value;
    if (status >= SERVER_ERROR) throw new IdpUnreachable(status === UNAVAILABLE ? 'busy' : 'status');
    return new Response(text === '' ? null : text, { status, headers: answered });
  };

type Body = Parameters<CustomFetch>[1]['body'];

/** openid-client sends forms and nothing else. */
function textOf(body: Body): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof URLSearchParams) return String(body);
  throw new Error('a body of another kind');
}

/** Short, since everybody who signs in waits for it; the same time as for issuers' keys. */
const ASK_AGAIN_MS = 2_000;
/** A shared request that is older has missed its deadline; the next caller starts another. */
const SHARED_FOR_MS = 10_000;
/** Two endpoints for each connection, and what a provider moved them to. */
const MAX_ENDPOINTS = 1_000;

type Answer = Awaited<ReturnType<SendToIdp>>;

interface Kept<Value> {
  readonly at: number;
  readonly value: Value;
}

/** `send`, with shared and withheld requests as described above. One for all connections. */
export function spareProvider(send: SendToIdp, clock: Clock): SendToIdp {
  const failed = boundedCache<Kept<Answer>>(MAX_ENDPOINTS);
  const running = new Map<string, Kept<Promise<Answer>>>();
  const isWithin = (kept: Kept<unknown> | undefined, time: number): boolean =>
    kept !== undefined && Math.abs(clock.now().getTime() - kept.at) < time;

  const ask = async (key: string, url: URL, request: IdpRequest): Promise<Answer> => {
    const answer = await send(url, request);
    if (isFailure(request, answer)) failed.set(key, { at: clock.now().getTime(), value: answer });
    return answer;
  };

  const share = (key: string, url: URL, request: IdpRequest): Promise<Answer> => {
    const asked: Kept<Promise<Answer>> = {
      at: clock.now().getTime(),
      value: ask(key, url, request).finally(() => {
        if (running.get(key) === asked) running.delete(key);
      }),
    };
    running.set(key, asked);
    return asked.value;
  };

  return async (url, request) => {
    const key = JSON.stringify([request.method, url.href, request.privateNetwork]);
    const before = failed.get(key);
    if (before && isWithin(before, ASK_AGAIN_MS)) return before.value;
    if (request.method !== 'GET') return ask(key, url, request);
    const shared = running.get(key);
    return shared && isWithin(shared, SHARED_FOR_MS) ? shared.value : share(key, url, request);
  };
}

const isDocument = (body: string): boolean => {
  const parsed = parseStrictJson(body);
  return parsed.ok && typeof parsed.value === 'object' && parsed.value !== null;
};

/**
 * The answer to a POST depends on the posted code, which a stranger can make up: a firewall in front of the provider may cut
 * the connection for one, and that must not keep other people out. So a POST counts as a failure only if no connection was
 * made.
 */
function isFailure({ method }: IdpRequest, answer: Answer): boolean {
  if (method !== 'GET') return !answer.ok && answer.error !== 'no-answer';
  return !answer.ok || answer.value.status !== 200 || !isDocument(answer.value.body);
}
