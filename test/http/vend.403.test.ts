// A caller without a fitting grant is answered with one and the same 403, byte for byte, whether or not the role
// exists; only a missing second factor has a code of its own.
import { describe, expect, it } from 'vitest';
import { grantTo, OWN_PREFIX } from '../support/builders.ts';
import { token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';

const ARN = 'acs:ram::1234567890123456:role';

describe('POST /v1/credentials answers 403 access_denied', () => {
  it.each([
    ['a role that does not exist', 'no-such-role', 'role-unknown'],
    ['the ARN of a role that does not exist', `${ARN}/no-such-role`, 'role-unknown'],
    ['the ARN of this name in another account', 'acs:ram::9:role/media-uploader', 'role-unknown'],
    ['a role of the object prototype', '__proto__', 'role-unknown'],
    ['a role in other case', 'Media-Uploader', 'role-unknown'],
    ['a role of somebody else', 'arms-reader', 'no-grant'],
    ['the ARN of a role of somebody else', `${ARN}/arms-reader`, 'no-grant'],
  ])('to %s, byte for byte alike', async (_, role, reason) => {
    const app = startVend();
    const answer = await app.vend({ role });
    expect([answer.status, answer.text.replace(String(answer.body['requestId']), 'ID')]).toEqual([
      403,
      JSON.stringify({
        type: 'urn:stint:problem:access_denied',
        title: 'Access denied',
        status: 403,
        detail: 'You have no grant that gives this. Ask the owner of the role for one.',
        code: 'access_denied',
        requestId: 'ID',
      }),
    ]);
    expect([...answer.headers.keys()].sort()).toEqual([
      'cache-control',
      'content-type',
      'vary',
      'x-content-type-options',
    ]);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ stage: 'decide', outcome: 'refused', reason, subject: 'alice' }),
    ]);
    expect(app.assumer.orders).toEqual([]);
  });

  it.each([
    ['its id', 'arms-reader', 'arms-reader'],
    ['its ARN', `${ARN}/arms-reader`, 'arms-reader'],
    ['text that names none, which is not kept', 'canary-text', undefined],
  ])('and the audit row names the role that was asked for by %s', async (_, role, recorded) => {
    const app = startVend();
    await app.vend({ role });
    expect(app.auditLog.events.map((event) => event.role)).toEqual([recorded]);
    expect(JSON.stringify(app.auditLog.events)).not.toContain('canary-text');
  });

  it.each([
    ['another subject', { sub: 'bob' }],
    ['a subject in other case', { sub: 'Alice' }],
    ['a subject with a space', { sub: 'alice ' }],
    ['a group of the subject’s name', { sub: 'bob', groups: ['alice'] }],
  ])('to %s', async (_, claims) => {
    expect((await startVend().vend({}, { token: token({ claims }) })).status).toBe(403);
  });

  it.each([
    ['is missing', undefined],
    ['is a number', 7],
    ['is a list', ['alice']],
    ['does not match the pattern', 'a b'],
  ])('when the claim that fills the policy %s', async (_, value) => {
    const app = startVend();
    const variables = { user: { claim: 'account', pattern: '[a-z]{1,9}' } };
    app.store.grants = [grantTo({ kind: 'any' }, { sessionPolicy: { ...OWN_PREFIX, variables } })];
    const answer = await app.vend({}, { token: token({ claims: { account: value } }) });
    expect([answer.status, answer.body['code']]).toEqual([403, 'access_denied']);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ stage: 'compose', reason: 'claim-unusable', grant: 'own-prefix' }),
    ]);
  });

  it('when the grant cannot be read, and logs that', async () => {
    const app = startVend();
    app.store.grants = [{ provider: 'app-users', to: { kind: 'any' }, row: { g_own_prefix: '{"id":' } }];
    expect((await app.vend()).status).toBe(403);
    expect(app.logger.lines).toContainEqual({
      level: 'error',
      event: 'grant-unreadable',
      fields: { column: 'g_own_prefix', revision: 'rev00000001' },
    });
  });
});

describe('POST /v1/credentials answers 403 step_up_required', () => {
  it.each([
    ['without amr', {}],
    ['with a password alone', { amr: ['pwd'] }],
    ['with amr in text', { amr: 'mfa' }],
  ])('to a token %s when the grant needs a second factor', async (_, claims) => {
    const app = startVend();
    app.store.grants = [grantTo({ kind: 'any' }, { constraints: { mfa: true } })];
    const answer = await app.vend({}, { token: token({ claims }) });
    expect([answer.status, answer.body['code']]).toEqual([403, 'step_up_required']);
    expect(app.auditLog.events).toEqual([expect.objectContaining({ reason: 'mfa-missing' })]);
    const stronger = await app.vend({}, { token: token({ claims: { amr: ['pwd', 'mfa'] } }) });
    expect(stronger.status).toBe(200);
  });

  it('but not to somebody whom no grant names', async () => {
    const app = startVend();
    app.store.grants = [grantTo({ kind: 'sub', name: 'bob' }, { constraints: { mfa: true } })];
    expect((await app.vend()).body['code']).toBe('access_denied');
  });
});
