// A caller with a client certificate gets credentials as the client that the certificate names, until the certificate
// ends or is revoked.
import { describe, expect, it } from 'vitest';
import { grantTo, permissionTo } from '../support/builders.ts';
import { CANARY } from '../support/canaries.ts';
import {
  certificateAuthority,
  certificateProvider,
  clientCertHeader,
  clientCertificate,
  fromNow,
  GATEWAY,
  SPIFFE_ID,
  thumbprint,
} from '../support/certificates.ts';
import { startVend } from '../support/vend-app.ts';

const CA = certificateAuthority('Partner CA');
const CLIENT = clientCertificate(CA, { to: fromNow(600) });
const SENT = {
  token: null,
  headers: {
    [GATEWAY.proofHeader]: CANARY.gatewaySecret,
    [GATEWAY.certificateHeader]: clientCertHeader(CLIENT),
  },
};

function start(grant: Parameters<typeof grantTo>[1] = {}) {
  const app = startVend({ gateway: GATEWAY });
  app.store.providers = [certificateProvider({ authorities: [CA.pem] })];
  const terms = { sessionPolicy: 'inherit', ...grant } as const;
  app.store.grants = [grantTo({ kind: 'sub', name: SPIFFE_ID }, terms, 'partner-machines')];
  return app;
}

describe('a caller with a client certificate', () => {
  it('is whom the certificate names', async () => {
    const app = start();
    const { status, body } = await app.send('GET', '/v1/identity', SENT);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      kind: 'certificate',
      provider: 'partner-machines',
      issuer: expect.stringMatching(/^x5t#S256:[A-Za-z0-9_-]{43}$/),
      subject: SPIFFE_ID,
      groups: [],
      mfa: false,
      claims: { sub: SPIFFE_ID },
    });
  });

  it('gets credentials, and the audit row names the certificate', async () => {
    const app = start();
    expect((await app.vend({}, SENT)).status).toBe(200);
    expect(app.auditLog.events[0]).toMatchObject({
      provider: 'partner-machines',
      subject: SPIFFE_ID,
      proofHash: thumbprint(CLIENT),
      boundKey: thumbprint(CLIENT),
    });
  });

  it('gets none beyond the end of the certificate, where the grant keeps within it', async () => {
    const app = start({ constraints: { withinToken: true } });
    const { body } = await app.vend({}, SENT);
    expect(body['credentials']).toMatchObject({ expiration: fromNow(600).toISOString() });
  });

  /**
   * @attack Certificate that ended after this instance has seen it
   * @removed the end of what is remembered
   * @failed 1 of 8: is refused after the end of the certificate, also when this instance has seen it:
   *   `expected 200 to be 401`
   */
  it('is refused after the end of the certificate, also when this instance has seen it', async () => {
    const app = start();
    await app.vend({}, SENT);
    app.clock.advance(601_000);
    expect((await app.vend({}, SENT)).status).toBe(401);
  });

  /**
   * @attack Certificate revoked after this instance has seen it
   * @removed the comparison of the provider's definition
   * @failed 1 of 8: is refused once its serial number is revoked, also when this instance has seen it:
   *   `expected 200 to be 401`
   */
  it('is refused once its serial number is revoked, also when this instance has seen it', async () => {
    const app = start();
    await app.vend({}, SENT);
    app.store.providers = [certificateProvider({ authorities: [CA.pem], revokedSerials: ['1001'] })];
    expect((await app.vend({}, SENT)).status).toBe(401);
  });

  it('without a certificate, behind the gateway, must send a token', async () => {
    const app = start();
    const headers = { ...SENT.headers, [GATEWAY.certificateHeader]: '' };
    const { status } = await app.vend({}, { token: null, headers });
    expect([status, app.auditLog.events[0]?.reason]).toEqual([401, 'token-missing']);
  });
});

describe('an administrator may ask about a certificate', () => {
  const about = async (as: object) => {
    const app = start();
    const support = { ...permissionTo({ kind: 'any' }), provider: 'partner-machines' };
    app.store.grants = [...app.store.grants, support];
    return app.explain({ as: { provider: 'partner-machines', ...as } }, SENT);
  };

  it('by the name in it', async () => {
    expect((await about({ subject: SPIFFE_ID })).body['decision']).toBe('allow');
    expect((await about({ subject: 'spiffe://partner.example/other' })).body['decision']).toBe('deny');
  });

  it('which has no groups', async () => {
    expect((await about({ subject: SPIFFE_ID, groups: ['admins'] })).status).toBe(400);
  });
});
