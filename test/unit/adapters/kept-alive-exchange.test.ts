// Guarantees: a request that is late is ended wherever it waits, and is not sent once its caller has gone on.
import { describe, expect, it } from 'vitest';
import { openExchange } from '../../../shared/adapters/alibaba-cloud/kept-alive-exchange.ts';
import { startLoopback } from '../../support/loopback.ts';

const SOON_MS = 50;
/** As many as the exchange opens at the same time. */
const SOCKETS = 50;
const NO_BODY = new Uint8Array();

describe('a late request', () => {
  it('is never sent where it has waited for a connection that others held', async () => {
    const { url, requests } = await startLoopback(() => undefined);
    const exchange = openExchange(url, SOON_MS);
    const sent = Array.from({ length: SOCKETS + 1 }, (_, i) => exchange(`/${i}`, {}, NO_BODY));
    const outcomes = await Promise.allSettled(sent);
    expect(outcomes.map(({ status }) => status)).toEqual(sent.map(() => 'rejected'));
    expect(requests).not.toContain(`POST /${SOCKETS}`);
  });
});
