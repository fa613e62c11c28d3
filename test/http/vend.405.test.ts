// Every other method at a path of the vend function is answered with 405 and the methods that the path allows.
import { describe, expect, it } from 'vitest';
import { startVend } from '../support/vend-app.ts';

const ENDPOINTS = [
  ['/v1/credentials', 'POST', ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']],
  ['/v1/explain', 'POST', ['GET', 'PUT', 'DELETE', 'PATCH']],
  ['/v1/roles', 'GET, HEAD, POST', ['PUT', 'DELETE', 'PATCH']],
  ['/v1/identity', 'GET, HEAD, POST', ['PATCH', 'DELETE']],
  ['/healthz', 'GET, HEAD', ['POST']],
  ['/readyz', 'GET, HEAD', ['POST']],
] as const;

describe.each(ENDPOINTS)('%s answers 405 and allows %s', (path, allow, methods) => {
  it.each(methods)('to %s', async (method) => {
    const app = startVend();
    const { status, headers, body } = await app.send(method, path);
    expect([status, body['code'], headers.get('allow')]).toEqual([405, 'method_not_allowed', allow]);
    expect([app.auditLog.events, app.probed]).toEqual([[], { tablestore: 0, sts: 0 }]);
  });
});

describe('a path that answers GET', () => {
  it.each(['/v1/roles', '/v1/identity', '/healthz', '/readyz'])('answers HEAD alike: %s', async (path) => {
    const [get, head] = [await startVend().send('GET', path), await startVend().send('HEAD', path)];
    const headers = (answer: typeof get) => [...answer.headers.entries()].sort();
    expect([head.status, headers(head), head.text]).toEqual([200, headers(get), '']);
  });
});
