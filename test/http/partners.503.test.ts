// A partner's proof that STS has not judged, or that cannot be marked as used, is answered with an error of the
// service, never with credentials.
import { describe, expect, it } from 'vitest';
import type { CallerFault } from '../../shared/pipeline/authenticate/aliyun/caller-identities.ts';
import { aliyunProvider, grantTo } from '../support/builders.ts';
import { callerProof } from '../support/caller-proofs.ts';
import { startVend } from '../support/vend-app.ts';

function startForPartners() {
  const app = startVend();
  app.store.providers = [aliyunProvider()];
  app.store.grants = [grantTo({ kind: 'any' }, { sessionPolicy: 'inherit' }, 'partners')];
  return app;
}

const FAULTS: readonly (readonly [CallerFault, number, string, string])[] = [
  [{ kind: 'throttled', cause: 'Throttling.User' }, 429, 'rate_limited', 'sts-throttled'],
  [{ kind: 'throttled', cause: 'too-many-in-flight' }, 429, 'rate_limited', 'sts-throttled'],
  [{ kind: 'unavailable', cause: 'deadline' }, 503, 'sts_unavailable', 'sts-failed'],
  [{ kind: 'unusable', cause: 'answer-not-json' }, 503, 'sts_unavailable', 'sts-answer-unusable'],
];

describe('a partner’s proof that STS has not judged is answered', () => {
  it.each(FAULTS)(
    'after %o with %i %s, and a new proof serves later',
    async (fault, status, code, reason) => {
      const app = startForPartners();
      app.callers.fault = fault;
      const answer = await app.vend({}, { token: callerProof() });
      expect([answer.status, answer.body['code']]).toEqual([status, code]);
      expect(answer.headers.get('retry-after')).toMatch(/^\d$/);
      expect(answer.text).not.toContain(fault.cause);
      expect(app.auditLog.events).toEqual([
        expect.objectContaining({ stage: 'authenticate', code, reason, cause: fault.cause }),
      ]);
      app.callers.fault = undefined;
      expect((await app.vend({}, { token: callerProof() })).status).toBe(200);
    },
  );

  it('with 503 store_unavailable when it cannot be marked as used', async () => {
    const app = startForPartners();
    app.once.fault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    const answer = await app.vend({}, { token: callerProof() });
    expect([answer.status, answer.body['code']]).toEqual([503, 'store_unavailable']);
    expect(app.assumer.orders).toEqual([]);
  });

  it.each([null, 'text', [], {}, { IdentityType: 'RAMUser' }])(
    'with 503 when STS answers %j',
    async (said) => {
      const app = startForPartners();
      app.callers.answer = said;
      const answer = await app.vend({}, { token: callerProof() });
      expect([answer.status, answer.body['code']]).toEqual([503, 'sts_unavailable']);
      expect(app.auditLog.events[0]).toMatchObject({
        reason: 'sts-answer-unusable',
        cause: 'caller-identity',
      });
    },
  );
});
