// Guarantees: a request that an SDK leaves open is ended after the limit of its host.
import { once } from 'node:events';
import { Agent, createServer, get, type RequestOptions } from 'node:http';
import { describe, expect, it } from 'vitest';
import { endLateRequestsTo } from '../../../shared/adapters/alibaba-cloud/end-late-requests.ts';
import { listenHere } from '../../support/loopback.ts';

const SOON_MS = 20;

/** Hosts of this test alone: limits are kept for the whole process. All are this machine. */
const lookup: RequestOptions['lookup'] = (_host, { all }, done) =>
  all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);

/** The error with which a request ends that a server leaves without an answer. */
async function outcome(options: RequestOptions): Promise<string> {
  const { port } = await listenHere(createServer(() => undefined));
  const [error] = await once(get({ lookup, ...options, port }), 'error');
  return String(Reflect.get(error, 'code'));
}

describe('a request that is never answered', () => {
  it('is ended after the limit of its host', async () => {
    endLateRequestsTo('https://late.example', SOON_MS);
    expect(await outcome({ host: 'late.example' })).toBe('ECONNRESET');
  });

  it('is ended at an endpoint that is an IPv6 address, which requests have without brackets', async () => {
    endLateRequestsTo('https://[2001:db8::7]', SOON_MS);
    const agent = new Agent();
    // The connection goes to this machine; the request keeps its host.
    agent.createConnection = ({ port }, done) =>
      new Agent().createConnection({ host: '127.0.0.1', port }, done);
    expect(await outcome({ host: '2001:db8::7', agent })).toBe('ECONNRESET');
  });
});
