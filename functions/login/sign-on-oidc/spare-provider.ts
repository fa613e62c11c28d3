// Spares an identity provider: requests for the same document share one answer, and a provider that does not answer is not
// asked again at once. Otherwise each sign-in that anybody starts, and each logout token that anybody makes up, would be
// a request to a provider that is down already.
import { boundedCache } from '../../../shared/kernel/bounded-cache.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { parseStrictJson } from '../../../shared/kernel/parse-strict-json.ts';
import type { IdpRequest, SendToIdp } from '../../../shared/people/send-to-idp.ts';

/** Soon again, since everybody who signs in waits for it; the same time as for issuers' keys. */
const ASK_AGAIN_MS = 2_000;
/** A shared request that is older has missed its own deadline: whoever comes now starts another. */
const SHARED_FOR_MS = 10_000;
/** Two endpoints for each connection, and what a provider moved them to. */
const MAX_ENDPOINTS = 1_000;

type Answer = Awaited<ReturnType<SendToIdp>>;

interface Kept<Value> {
  readonly at: number;
  readonly value: Value;
}

const isDocument = (body: string): boolean => {
  const parsed = parseStrictJson(body);
  return parsed.ok && typeof parsed.value === 'object' && parsed.value !== null;
};

/**
 * What a POST comes to depends on the code that was posted, which anybody can make up: a firewall in front of the provider
 * may cut a connection for one, and that must not keep others out. Only where no connection was made, nobody looked at it.
 */
function isFailure({ method }: IdpRequest, answer: Answer): boolean {
  if (method !== 'GET') return !answer.ok && answer.error === 'unreachable';
  return !answer.ok || answer.value.status !== 200 || !isDocument(answer.value.body);
}

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
