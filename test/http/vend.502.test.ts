// A fault of the deployment that STS reports is answered with 502.
import { describe, expect, it } from 'vitest';
import { startVend } from '../support/vend-app.ts';

describe('POST /v1/credentials answers 502', () => {
  it.each(['NoPermission', 'EntityNotExist.Role', 'InvalidParameter.DurationSeconds'])(
    'when STS refuses Stint with %s, and only the operator learns it',
    async (cause) => {
      const app = startVend();
      app.assumer.fault = { kind: 'refused', cause };
      const answer = await app.vend();
      expect([answer.status, answer.body['code']]).toEqual([502, 'role_misconfigured']);
      expect(answer.text).not.toContain(cause);
      expect(app.logger.lines).toEqual([
        {
          level: 'error',
          event: 'refused',
          fields: expect.objectContaining({ code: 'role_misconfigured', cause, role: 'media-uploader' }),
        },
      ]);
      expect(app.auditLog.events).toEqual([expect.objectContaining({ stage: 'assume', cause })]);
    },
  );
});
