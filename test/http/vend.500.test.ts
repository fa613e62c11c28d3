// An internal error is answered with 500, has its audit row, and tells the caller nothing of the error.
import { describe, expect, it } from 'vitest';
import { startVend } from '../support/vend-app.ts';

const bug = () => new Error('canary-sts-secret\n    at canary-security-token (of-the-caller.ts:1:1)');

describe('POST /v1/credentials answers 500', () => {
  it('to a bug, and tells nobody what the error said', async () => {
    const app = startVend();
    app.assumer.bug = bug();
    const answer = await app.vend();
    expect([answer.status, answer.body['code']]).toEqual([500, 'internal_error']);
    const { requestId } = answer.body;
    expect(app.logger.lines).toContainEqual({
      level: 'error',
      event: 'bug',
      fields: { requestId, name: 'Error', at: expect.stringMatching(/^at .*vend\.500\.test\.ts/) },
    });
  });

  it('and writes its audit row all the same', async () => {
    const app = startVend();
    app.assumer.bug = bug();
    const { body } = await app.vend();
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({
        requestId: body['requestId'],
        action: 'credentials',
        outcome: 'refused',
        code: 'internal_error',
        reason: 'bug',
      }),
    ]);
  });

  it('and so does POST /v1/explain', async () => {
    const app = startVend();
    app.store.grantRows = async () => {
      throw bug();
    };
    const answer = await app.explain();
    expect([answer.status, answer.body['code']]).toEqual([500, 'internal_error']);
    expect(app.auditLog.events).toEqual([expect.objectContaining({ action: 'explain', reason: 'bug' })]);
  });

  it('and works again once the bug does not strike', async () => {
    const app = startVend();
    app.assumer.bug = bug();
    await app.vend();
    app.assumer.bug = undefined;
    expect((await app.vend()).status).toBe(200);
  });
});
