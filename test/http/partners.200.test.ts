// A partner whose signed request STS confirms gets credentials, and sees who it is to Stint.
import { describe, expect, it } from 'vitest';
import { AUDIENCE, aliyunProvider, grantTo, PARTNER, provider } from '../support/builders.ts';
import { callerProof, METHODS } from '../support/caller-proofs.ts';
import { startVend } from '../support/vend-app.ts';

const DEPLOYER = `${PARTNER}:user/deployer`;
const CI = `${PARTNER}:role/ci`;
const MEDIA_READ = {
  document: { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' }] },
};

function startForPartners(grant: Parameters<typeof grantTo>[1] = {}, subject = DEPLOYER) {
  const app = startVend();
  app.store.providers = [provider(), aliyunProvider()];
  app.store.grants = [
    grantTo({ kind: 'sub', name: subject }, { sessionPolicy: MEDIA_READ, ...grant }, 'partners'),
  ];
  return app;
}

const ROLE_SESSION = {
  IdentityType: 'AssumedRoleUser',
  AccountId: PARTNER,
  Arn: `acs:ram::${PARTNER}:assumed-role/ci/build-7`,
  PrincipalId: '335376200829920000:build-7',
  RoleId: '335376200829920000',
  RequestId: '3C87BF47-3724-5443-ADC1-5AEAD9A03EB1',
};

describe('POST /v1/credentials answers 200', () => {
  it.each(METHODS)('to a partner whose signature STS confirms: %s', async (signatureMethod) => {
    const app = startForPartners();
    const answer = await app.vend({}, { token: callerProof({ signatureMethod }) });
    expect(answer.status).toBe(200);
    expect(app.callers.asked).toEqual([
      { audience: AUDIENCE, proof: expect.objectContaining({ signatureMethod, accessKeyId: 'LTAIpartner' }) },
    ]);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ outcome: 'granted', provider: 'partners', subject: DEPLOYER }),
    ]);
  });

  it('to a proof in the body', async () => {
    const app = startForPartners();
    expect((await app.vend({ token: callerProof() }, { token: null })).status).toBe(200);
  });

  it('to a proof as old, or as far ahead, as it may be', async () => {
    for (const seconds of [-300, 300]) {
      const app = startForPartners();
      const at = new Date(app.clock.now().getTime() + seconds * 1000);
      expect((await app.vend({}, { token: callerProof({ at }) })).status).toBe(200);
    }
  });

  it('to the next proof of the same caller, with the credentials that it has', async () => {
    const app = startForPartners();
    expect((await app.vend({}, { token: callerProof() })).status).toBe(200);
    expect((await app.vend({}, { token: callerProof() })).status).toBe(200);
    expect(app.callers.asked).toHaveLength(2);
    expect(app.assumer.orders).toHaveLength(1);
  });

  it('to a role under its own name, and not under that of the session', async () => {
    const app = startForPartners({}, CI);
    app.callers.answer = ROLE_SESSION;
    expect((await app.vend({}, { token: callerProof() })).status).toBe(200);
    expect(app.assumer.orders[0]?.sessionName).toMatch(/^partners\.6543210987654321-role-ci\.[0-9a-f]{16}$/);
  });

  it.each([
    ['the role', '335376200829920000', 200],
    ['another role of its name', '111111111111111111', 403],
  ])('when a condition names the id of %s', async (_, id, status) => {
    const app = startForPartners({ when: `claims.roleId == "${id}"` }, CI);
    app.callers.answer = ROLE_SESSION;
    expect((await app.vend({}, { token: callerProof() })).status).toBe(status);
  });

  it('with credentials that end with the proof, where the grant says so', async () => {
    const app = startForPartners({ constraints: { withinToken: true } });
    const answer = await app.vend({}, { token: callerProof() });
    expect(answer.body['credentials']).toMatchObject({ expiration: '2026-03-01T12:05:00.000Z' });
  });
});

describe('GET /v1/identity answers 200', () => {
  it('with what STS said, apart from the ARN', async () => {
    const app = startForPartners();
    app.callers.answer = ROLE_SESSION;
    const { body } = await app.send('GET', '/v1/identity', { token: callerProof() });
    const { requestId: _, ...identity } = body;
    expect(identity).toEqual({
      kind: 'aliyun',
      provider: 'partners',
      issuer: `acs:ram::${PARTNER}`,
      subject: CI,
      groups: [],
      mfa: false,
      claims: {
        account: PARTNER,
        type: 'role',
        roleName: 'ci',
        roleId: '335376200829920000',
        principalId: '335376200829920000:build-7',
        sessionName: 'build-7',
      },
    });
  });
});
