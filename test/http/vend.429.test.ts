import { describe, expect, it } from 'vitest';
import { startVend } from '../support/vend-app.ts';

describe('POST /v1/credentials answers 429', () => {
  it('when STS throttles the account, says when to come back, and recovers', async () => {
    const app = startVend();
    app.assumer.fault = { kind: 'throttled', cause: 'Throttling.User' };
    const answer = await app.vend();
    expect([answer.status, answer.body['code'], answer.headers.get('retry-after')]).toEqual([
      429,
      'rate_limited',
      '5',
    ]);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ stage: 'assume', reason: 'sts-throttled', cause: 'Throttling.User' }),
    ]);
    expect(answer.text).not.toContain('Throttling.User');
    app.assumer.fault = undefined;
    expect((await app.vend()).status).toBe(200);
  });
});
