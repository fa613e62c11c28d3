// Guarantees: a request that is late is ended wherever it waits, and is not sent once its caller has gone on; and no answer is taken
// that is longer than its bound.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openExchange } from '../../../shared/adapters/alibaba-cloud/kept-alive-exchange.ts';
import { startLoopback } from '../../support/loopback.ts';

/** As many as the exchange opens at the same time. */
const SOCKETS = 50;
/** No test waits for a deadline. */
const NEVER_MS = 3_600_000;
const MAX_BYTES = 1_000;
const NO_BODY = new Uint8Array();

/** A server that answers nothing. `reached` resolves when it has got so many requests. */
async function startSilent(awaited: number) {
  let reach = () => undefined as unknown;
  const reached = new Promise((resolve) => {
    reach = () => resolve(undefined);
  });
  const { url, requests } = await startLoopback(() => requests.length === awaited && reach());
  return { url, requests, reached };
}

describe('a late request', () => {
  afterEach(() => vi.useRealTimers());

  it('is never sent where it has waited for a connection that others held', async () => {
    const { url, requests, reached } = await startSilent(SOCKETS);
    const exchange = openExchange(url, { deadlineMs: NEVER_MS, maxBytes: MAX_BYTES });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const sent = Array.from({ length: SOCKETS + 1 }, (_, i) => exchange(`/${i}`, {}, NO_BODY));
    const outcomes = Promise.allSettled(sent);
    await reached;
    vi.advanceTimersByTime(NEVER_MS);
    expect((await outcomes).map(({ status }) => status)).toEqual(sent.map(() => 'rejected'));
    expect(requests).toHaveLength(SOCKETS);
  });
});

it('an answer is taken up to its bound, in however many pieces, and ended behind it', async () => {
  const { url } = await startLoopback(({ url: path = '' }, response) => {
    response.write('x'.repeat(MAX_BYTES / 2));
    response.write('x'.repeat(MAX_BYTES / 2), () => response.end(path === '/long' ? 'x' : ''));
  });
  const exchange = openExchange(url, { deadlineMs: NEVER_MS, maxBytes: MAX_BYTES });
  expect((await exchange('/whole', {}, NO_BODY)).content).toHaveLength(MAX_BYTES);
  await expect(exchange('/long', {}, NO_BODY)).rejects.toThrow();
});
