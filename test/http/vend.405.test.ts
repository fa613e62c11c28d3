import { describe, expect, it } from 'vitest';
import { startVend } from '../support/vend-app.ts';

const ENDPOINTS = [
  ['/v1/credentials', 'POST', ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']],
  ['/v1/roles', 'GET', ['POST', 'PUT', 'DELETE', 'PATCH']],
  ['/v1/identity', 'GET', ['POST', 'DELETE']],
  ['/healthz', 'GET', ['POST']],
  ['/readyz', 'GET', ['POST']],
] as const;

describe.each(ENDPOINTS)('%s answers 405 and allows %s', (path, allow, methods) => {
  it.each(methods)('to %s', async (method) => {
    const app = startVend();
    const { status, headers, body } = await app.send(method, path);
    expect([status, body['code'], headers.get('allow')]).toEqual([405, 'method_not_allowed', allow]);
    expect([app.auditLog.events, app.probed]).toEqual([[], { tablestore: 0, sts: 0 }]);
  });
});
