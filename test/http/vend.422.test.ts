// A request for a longer life, a wider policy or a larger policy than the grant and STS allow is answered with 422.
import { describe, expect, it } from 'vitest';
import { grantTo, OWN_PREFIX } from '../support/builders.ts';
import { startVend } from '../support/vend-app.ts';

describe('POST /v1/credentials answers 422', () => {
  it.each([
    ['the grant', 1_801, {}],
    ['the grant’s effectiveSeconds', 301, { constraints: { effectiveSeconds: 300 } }],
    ['the role', 3_601, { maxDurationSeconds: 7_200 }],
  ])('duration_too_long to a second more than %s gives', async (_, durationSeconds, parts) => {
    const app = startVend();
    app.store.grants = [grantTo({ kind: 'sub', name: 'alice' }, parts)];
    const answer = await app.vend({ durationSeconds });
    expect([answer.status, answer.body['code']]).toEqual([422, 'duration_too_long']);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ stage: 'decide', code: 'duration_too_long' }),
    ]);
    expect((await app.vend({ durationSeconds: durationSeconds - 1 })).status).toBe(200);
  });

  it('policy_not_narrower to a policy that asks for more', async () => {
    const app = startVend();
    const policy = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:*', Resource: '*' }] };
    const answer = await app.vend({ policy });
    expect([answer.status, answer.body['code']]).toEqual([422, 'policy_not_narrower']);
    expect(app.auditLog.events).toEqual([expect.objectContaining({ stage: 'compose', grant: 'own-prefix' })]);
    expect(app.assumer.orders).toEqual([]);
  });

  it('policy_too_large to a policy of more than 2,048 bytes, and not to one of 2,048', async () => {
    const app = startVend();
    const withResource = (name: string) => ({
      Version: '1',
      Statement: [
        { Effect: 'Allow', Action: 'oss:GetObject', Resource: `acs:oss:*:*:media/users/alice/${name}` },
      ],
    });
    const room = 2_048 - JSON.stringify(withResource('')).length;
    expect((await app.vend({ policy: withResource('a'.repeat(room)) })).status).toBe(200);
    const answer = await app.vend({ policy: withResource('a'.repeat(room + 1)) });
    expect([answer.status, answer.body['code']]).toEqual([422, 'policy_too_large']);
  });

  it('policy_too_large counting bytes, when the grant itself is too long', async () => {
    const app = startVend();
    const document = {
      Version: '1',
      Statement: [
        ...OWN_PREFIX.document.Statement,
        { Effect: 'Allow', Action: 'oss:GetObject', Resource: `acs:oss:*:*:media/${'媒'.repeat(700)}` },
      ],
    };
    app.store.grants = [grantTo({ kind: 'any' }, { sessionPolicy: { ...OWN_PREFIX, document } })];
    expect((await app.vend()).body['code']).toBe('policy_too_large');
  });
});
