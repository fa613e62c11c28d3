// A caller with a grant gets the credentials of STS, limited to the grant, and learns its roles and its own identity.
import { describe, expect, it } from 'vitest';
import { grantTo, role } from '../support/builders.ts';
import { token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';

describe('POST /v1/credentials answers 200', () => {
  it('with the credentials of STS and what they are for', async () => {
    const app = startVend();
    const { status, headers, body } = await app.vend();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(body).toEqual({
      credentials: {
        accessKeyId: 'STS.key1',
        accessKeySecret: 'canary-sts-secret-1',
        securityToken: 'canary-security-token-1',
        expiration: '2026-03-01T12:30:00.000Z',
      },
      refreshAfter: '2026-03-01T12:18:00.000Z',
      role: 'media-uploader',
      roleArn: 'acs:ram::1234567890123456:role/media-uploader',
      assumedRoleArn: expect.stringMatching(/\/app-users\.alice\.[0-9a-f]{16}$/),
      sessionName: expect.stringMatching(/^app-users\.alice\.[0-9a-f]{16}$/),
      grant: 'own-prefix',
      policy: {
        Version: '1',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['oss:GetObject', 'oss:PutObject'],
            Resource: 'acs:oss:*:*:media/users/alice/*',
          },
        ],
      },
      requestId: expect.stringMatching(/^[A-Za-z0-9-]{8,64}$/),
    });
  });

  it('having asked STS for no more than that', async () => {
    const app = startVend();
    const { body } = await app.vend();
    expect(app.assumer.orders).toEqual([
      {
        roleArn: 'acs:ram::1234567890123456:role/media-uploader',
        externalId: 'canary-external-id',
        sessionName: body['sessionName'],
        sourceIdentity: undefined,
        durationSeconds: 1_800,
        sessionPolicy: expect.objectContaining({ json: JSON.stringify(body['policy']) }),
      },
    ]);
  });

  it('and writes one audit row and one row for the key', async () => {
    const app = startVend();
    const { body } = await app.vend();
    const { requestId } = body;
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({
        requestId,
        action: 'credentials',
        stage: 'respond',
        outcome: 'granted',
        provider: 'app-users',
        subject: 'alice',
        role: 'media-uploader',
        grant: 'own-prefix',
        accessKeyId: 'STS.key1',
        revision: 'rev00000001',
        reused: false,
        stsRequestId: 'sts-request-1',
        sessionName: body['sessionName'],
      }),
    ]);
    expect(app.auditLog.keys).toEqual([
      expect.objectContaining({ accessKeyId: 'STS.key1', requestId, subject: 'alice', grant: 'own-prefix' }),
    ]);
  });

  it.each([
    ['a role named by its ARN', { role: 'acs:ram::1234567890123456:role/media-uploader' }, 1_800],
    ['a shorter duration', { durationSeconds: 1_000 }, 1_000],
    ['a duration under the least of STS, which STS is not asked for', { durationSeconds: 60 }, 900],
    ['a token in the body', { token: token() }, 1_800],
  ])('for %s', async (_, body, asked) => {
    const app = startVend();
    const answer = await app.vend(body, 'token' in body ? { token: null } : {});
    expect(answer.status).toBe(200);
    expect(app.assumer.orders[0]?.durationSeconds).toBe(asked);
  });

  it('with an end in the policy when the life is shorter than STS can make it', async () => {
    const { body } = await startVend().vend({ durationSeconds: 60 });
    const condition = { DateLessThan: { 'acs:CurrentTime': '2026-03-01T12:01:00Z' } };
    expect(body).toMatchObject({
      credentials: { expiration: '2026-03-01T12:01:00.000Z' },
      policy: { Statement: [{ Condition: condition }] },
    });
  });

  it("with the caller's own policy when that is narrower", async () => {
    const policy = {
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:media/users/alice/a' }],
    };
    expect((await startVend().vend({ policy })).body['policy']).toEqual(policy);
  });

  it('with a SourceIdentity when the deployment sets one', async () => {
    const app = startVend({ sourceIdentity: true });
    const { body } = await app.vend();
    expect(body['sourceIdentity']).toBe(body['sessionName']);
    expect(app.assumer.orders[0]?.sourceIdentity).toBe(body['sessionName']);
  });

  it('with the same credentials for the same request, under a new request id', async () => {
    const app = startVend();
    const [first, second] = [await app.vend(), await app.vend()];
    expect(app.assumer.orders).toHaveLength(1);
    expect(second.body['credentials']).toEqual(first.body['credentials']);
    expect(second.body['requestId']).not.toBe(first.body['requestId']);
    expect(app.auditLog.events.map(({ reused }) => reused)).toEqual([false, true]);
  });
});

describe('GET /v1/roles answers 200', () => {
  it('with the roles of the caller and no other', async () => {
    const app = startVend();
    const { status, body } = await app.send('GET', '/v1/roles');
    expect(status).toBe(200);
    expect(body['roles']).toEqual([
      {
        role: 'media-uploader',
        roleArn: 'acs:ram::1234567890123456:role/media-uploader',
        account: '1234567890123456',
        description: 'Upload to the media bucket',
        maxDurationSeconds: 1_800,
        needs: [],
      },
    ]);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ action: 'roles', stage: 'respond', outcome: 'granted', subject: 'alice' }),
    ]);
  });

  it('with the project under which the access document puts a role', async () => {
    const app = startVend();
    app.store.roles = [role({ project: 'Media library' })];
    const { body } = await app.send('GET', '/v1/roles');
    expect(body['roles']).toEqual([expect.objectContaining({ project: 'Media library' })]);
  });

  it('with the name of the account, where the access document names it', async () => {
    const app = startVend();
    app.store.accountNames = new Map([['1234567890123456', 'Production']]);
    const { body } = await app.send('GET', '/v1/roles');
    expect(body['roles']).toEqual([
      expect.objectContaining({ account: '1234567890123456', accountName: 'Production' }),
    ]);
  });

  it.each([
    ['mfa', {}, ['mfa']],
    ['nothing after a second factor', { amr: ['pwd', 'mfa'] }, []],
  ])('and says that a role needs %s', async (_, claims, needs) => {
    const app = startVend();
    app.store.grants = [grantTo({ kind: 'any' }, { constraints: { mfa: true } })];
    const { body } = await app.send('GET', '/v1/roles', { token: token({ claims }) });
    expect(body['roles']).toEqual([expect.objectContaining({ role: 'media-uploader', needs })]);
  });

  it('with none for a caller without grants', async () => {
    const answer = await startVend().send('GET', '/v1/roles', {
      token: token({ claims: { sub: 'mallory' } }),
    });
    expect(answer.body['roles']).toEqual([]);
  });
});

describe('credentials that are handed out again', () => {
  it('say how old they are', async () => {
    const app = startVend();
    expect((await app.vend()).headers.get('age')).toBe('0');
    app.clock.advance(300_500);
    expect((await app.vend()).headers.get('age')).toBe('300');
  });
});

describe('GET /v1/identity answers 200', () => {
  it('with who the caller is', async () => {
    const app = startVend();
    const proof = token({ claims: { groups: ['staff'], amr: ['mfa'], department: 'media' } });
    const { body } = await app.send('GET', '/v1/identity', { token: proof });
    expect(body).toMatchObject({
      kind: 'oidc',
      provider: 'app-users',
      issuer: 'https://id.example.com',
      subject: 'alice',
      groups: ['staff'],
      mfa: true,
      claims: { sub: 'alice', department: 'media' },
    });
    expect(app.auditLog.events).toEqual([expect.objectContaining({ action: 'identity', subject: 'alice' })]);
  });
});
