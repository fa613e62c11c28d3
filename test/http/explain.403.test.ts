// POST /v1/explain answers 403 to callers who ask about others without the permission.
import { describe, expect, it } from 'vitest';
import { grantTo, permissionTo } from '../support/builders.ts';
import { token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';

const AS = { provider: 'app-users', subject: 'bob' };

describe('POST /v1/explain of somebody else answers 403', () => {
  it.each([
    ['who has no permission', []],
    ['whose permission is another’s', [permissionTo({ kind: 'sub', name: 'bob' })]],
    [
      'whose permission has a condition that is false',
      [permissionTo({ kind: 'any' }, { when: 'claims.a == 1' })],
    ],
    [
      'whose permission is for another network',
      [permissionTo({ kind: 'any' }, { constraints: { sourceIp: ['203.0.113.0/24'] } })],
    ],
    [
      'whose permission is of another role',
      [permissionTo({ kind: 'any' }, { when: 'request.role == "arms-reader"' })],
    ],
  ])('access_denied to a caller %s', async (_, grants) => {
    const app = startVend();
    app.store.grants = [grantTo({ kind: 'sub', name: 'alice' }), ...grants];
    const answer = await app.explain({ as: AS });
    expect([answer.status, answer.body['code']]).toEqual([403, 'access_denied']);
    const [event] = app.auditLog.events;
    expect(event).toMatchObject({
      action: 'explain',
      stage: 'decide',
      outcome: 'refused',
      role: 'media-uploader',
    });
    expect(event?.aboutSubject).toBeUndefined();
    expect(event?.grant).toBeUndefined();
    const arrival = await app.explain({ arrival: { marker: '203.0.113.7' } });
    expect([arrival.status, arrival.body['arrival']]).toEqual([403, undefined]);
  });

  it('step_up_required to one whose permission needs a second factor', async () => {
    const app = startVend();
    app.store.grants = [permissionTo({ kind: 'any' }, { constraints: { mfa: true } })];
    expect((await app.explain({ as: AS })).body['code']).toBe('step_up_required');
    const stronger = token({ claims: { amr: ['mfa'] } });
    expect((await app.explain({ as: AS }, { token: stronger })).status).toBe(200);
  });

  it('also to a caller who describes nobody but themselves', async () => {
    const answer = await startVend().explain({ as: { ...AS, subject: 'alice' } });
    expect(answer.status).toBe(403);
  });

  it('as a refusal to vend does: a permission gives no role', async () => {
    const app = startVend();
    app.store.grants = [permissionTo({ kind: 'sub', name: 'alice' })];
    const answers = [await app.vend(), await app.vend({ role: 'explain' })];
    expect(answers.map(({ body }) => body['code'])).toEqual(['access_denied', 'access_denied']);
  });
});
