// A partner with a registered key gets credentials for its `private_key_jwt`, and can change its key without an
// interruption.
import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { StaticJwks } from '../../shared/rules/providers/static-jwks.ts';
import { AUDIENCE, grantTo, NOW } from '../support/builders.ts';
import { generateKeys, seconds, token } from '../support/issuer.ts';
import {
  assertion,
  client,
  PARTNER,
  PARTNER_KEYS,
  partners,
  startVendForPartner,
} from '../support/partner.ts';
import { askWire, STS_QUERY, stsForm } from '../support/wires.ts';

describe('a partner with a registered key', () => {
  it('is vended for its private_key_jwt, as a library makes it', async () => {
    const app = startVendForPartner();
    const key = createPrivateKey({
      key: PARTNER_KEYS.ES256.privateKey.export({ format: 'jwk' }),
      format: 'jwk',
    });
    const proof = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: 'key-ES256' })
      .setIssuer(PARTNER)
      .setSubject(PARTNER)
      .setAudience(AUDIENCE)
      .setJti('by-a-library')
      .setIssuedAt(seconds(NOW))
      .setExpirationTime(seconds(NOW) + 60)
      .sign(key);
    const { status, body } = await app.vend({}, { token: proof });
    expect([status, body['grant']]).toEqual([200, 'own-prefix']);
    expect(app.auditLog.events[0]).toMatchObject({
      provider: 'partners',
      subject: PARTNER,
      outcome: 'granted',
    });
  });

  it('gets no OIDCTokenInfo over the STS wire, since its assertion is no ID token', async () => {
    const form = stsForm(assertion());
    const { status, text } = await askWire(startVendForPartner(), { query: STS_QUERY, form });
    expect([status, Object.keys(JSON.parse(text))]).toEqual([
      200,
      ['RequestId', 'AssumedRoleUser', 'Credentials'],
    ]);
  });

  it('may send it in the body', async () => {
    expect((await startVendForPartner().vend({ token: assertion() }, { token: null })).status).toBe(200);
  });

  it('sees who it is: of its claims, those that were checked', async () => {
    const own = { groups: ['admins'], email: 'root@example.com', amr: ['mfa'], auth_time: seconds(NOW) };
    const proof = assertion({ claims: { jti: 'one', ...own } });
    const { body } = await startVendForPartner().send('GET', '/v1/identity', { token: proof });
    const { requestId: _, ...identity } = body;
    expect(identity).toEqual({
      kind: 'assertion',
      provider: 'partners',
      issuer: PARTNER,
      subject: PARTNER,
      groups: [],
      mfa: false,
      claims: {
        iss: PARTNER,
        sub: PARTNER,
        aud: AUDIENCE,
        iat: seconds(NOW) - 5,
        exp: seconds(NOW) + 60,
        jti: 'one',
      },
    });
  });

  it('changes its key without an interruption: both are registered for a while', async () => {
    const next = generateKeys();
    const [old] = client().jwks?.keys ?? [];
    const [fresh] = client(PARTNER, next).jwks?.keys ?? [];
    if (!old || !fresh) throw new Error('no keys');
    const jwks = StaticJwks.parse({
      keys: [
        { ...old, kid: '2025' },
        { ...fresh, kid: '2026' },
      ],
    });
    const app = startVendForPartner();
    app.store.providers = [partners({ clients: [{ id: PARTNER, jwks }] })];
    const signed = (kid: string, own: typeof next) => assertion({ alg: 'RS256', keys: own, header: { kid } });
    expect((await app.vend({}, { token: signed('2025', PARTNER_KEYS) })).status).toBe(200);
    expect((await app.vend({}, { token: signed('2026', next) })).status).toBe(200);
  });

  it('may publish its keys, which are fetched from there and nowhere else', async () => {
    const app = startVendForPartner();
    const jwksUri = 'https://keys.partner.example.com/jwks';
    app.store.providers = [partners({ clients: [{ id: PARTNER, jwksUri }] })];
    expect((await app.vend({}, { token: assertion({ keys: generateKeys() }) })).status).toBe(401);
    expect(app.keys.owners.map((owner) => [owner.issuer, owner.jwksUri])).toEqual([[PARTNER, jwksUri]]);
  });

  it('and callers of an OpenID Provider are told apart by the issuer', async () => {
    const app = startVendForPartner();
    expect((await app.vend()).status).toBe(200);
    expect((await app.vend({}, { token: assertion() })).status).toBe(200);
    app.store.grants = [grantTo({ kind: 'sub', name: PARTNER }, {}, 'app-users')];
    expect((await app.vend({}, { token: assertion() })).status).toBe(403);
  });

  it('is described for an explanation by its id', async () => {
    const app = startVendForPartner();
    const { status } = await app.explain({}, { token: assertion() });
    expect(status).toBe(200);
    expect((await app.vend({}, { token: token() })).status).toBe(200);
  });
});
