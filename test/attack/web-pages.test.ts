// Against web pages of other origins: a page gets nothing unless the provider of the proof names its origin, and no
// browser sends a proof for it unasked.
import { describe, expect, it } from 'vitest';
import { ISSUER, provider } from '../support/builders.ts';
import { CANARY } from '../support/canaries.ts';
import {
  certificateAuthority,
  certificateProvider,
  clientCertHeader,
  clientCertificate,
  GATEWAY,
} from '../support/certificates.ts';
import { token } from '../support/issuer.ts';
import { type Exchange, startVend } from '../support/vend-app.ts';

const APP = 'https://app.example.com';
const PARTNER = 'https://partner.example';
const PARTNER_ISSUER = 'https://id.partner.example';

function start() {
  const app = startVend();
  app.store.providers = [
    provider({ allowedOrigins: [APP, 'http://localhost:3000'] }),
    provider({ id: 'partner', issuer: PARTNER_ISSUER, allowedOrigins: [PARTNER] }),
    provider({ id: 'machines', issuer: `${ISSUER}/machines` }),
  ];
  const preflight = (origin: string, path = '/v1/credentials') =>
    app.send('OPTIONS', path, {
      token: null,
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
  return { ...app, preflight };
}

const given = ({ headers }: Exchange): Readonly<Record<string, string>> =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

const FOREIGN = [
  'https://evil.example',
  'http://app.example.com',
  'https://app.example.com:8443',
  'https://app.example.com:443',
  'https://app.example.com.',
  'https://app.example.com/',
  'https://app.example.com.evil.example',
  'https://evilapp.example.com',
  'https://sub.app.example.com',
  'https://APP.example.com',
  'https://user@app.example.com',
  `${APP} https://evil.example`,
  `${APP}, https://evil.example`,
  'http://localhost:3001',
  'http://127.0.0.1:3000',
  'null',
  'file://',
  '*',
  '',
];

describe('a page of an origin that no provider names', () => {
  /**
   * @attack Origin that only starts alike
   * @removed exact comparison (made a prefix)
   * @failed 10 of 68: has no preflight answered: "https://app.example.com:8443": `expected [ 204, { …(4) } ]
   *   to deeply equal [ 403, {} ]`
   *
   * @attack Preflight for everybody
   * @removed the comparison before a preflight's yes
   * @failed 20 of 68: has no preflight answered: "https://evil.example": `expected [ 204, { …(4) } ] to
   *   deeply equal [ 403, {} ]`
   *
   * @attack Several origins in one header, `null`
   * @removed the demand for one plain origin
   * @failed 20 of 68: has no preflight answered: "https://app.example.com:443": `expected [ 405, {} ] to
   *   deeply equal [ 403, {} ]`
   */
  it.each(FOREIGN)('has no preflight answered: "%s"', async (origin) => {
    const { preflight } = start();
    const answer = await preflight(origin);
    expect([answer.status, given(answer)]).toEqual([403, {}]);
  });

  /**
   * @attack Page of a foreign origin, with a good token
   * @removed the refusal of the page
   * @failed 28 of 68: gets nothing made with a good token: `expected [ 200, undefined, { …(2) } ] to deeply
   *   equal [ 403, 'access_denied', {} ]`
   */
  it.each(FOREIGN)(
    'gets nothing made with a good token, and cannot read the refusal: "%s"',
    async (origin) => {
      const { vend, assumer, auditLog } = start();
      const answer = await vend({}, { headers: { origin } });
      expect([answer.status, answer.body['code'], given(answer)]).toEqual([403, 'access_denied', {}]);
      expect(assumer.orders).toEqual([]);
      expect(auditLog.events).toMatchObject([{ subject: 'alice', reason: 'origin-not-allowed' }]);
    },
  );

  it.each(FOREIGN)('cannot read why a bad token failed: "%s"', async (origin) => {
    const { vend } = start();
    const answer = await vend({}, { token: 'a.b.c', headers: { origin } });
    expect([answer.status, given(answer)]).toEqual([401, {}]);
  });
});

describe('a page of another provider', () => {
  /**
   * @attack Page of another provider
   * @removed the provider in the comparison (made any)
   * @failed 6 of 68: may ask, since a preflight brings no proof, but gets nothing with a token that is not
   *   its provider's: `expected [ 200, { …(2) }, [ { …(6) } ] ] to deeply equal [ 403, {}, [] ]`
   */
  it('may ask, since a preflight brings no proof, but gets nothing with a token that is not its provider’s', async () => {
    const { preflight, vend, assumer } = start();
    expect((await preflight(PARTNER)).status).toBe(204);
    const answer = await vend({}, { headers: { origin: PARTNER } });
    expect([answer.status, given(answer), assumer.orders]).toEqual([403, {}, []]);
  });

  it.each([
    ['GET', '/v1/roles'],
    ['GET', '/v1/identity'],
    ['POST', '/v1/roles'],
    ['POST', '/v1/identity'],
  ])('reads nothing of the caller at %s %s', async (method, path) => {
    const { send } = start();
    const answer = await send(method, path, { headers: { origin: PARTNER } });
    expect([answer.status, given(answer)]).toEqual([403, {}]);
    expect(answer.text).not.toContain('alice');
  });

  it('gets nothing explained', async () => {
    const { explain } = start();
    const answer = await explain({}, { headers: { origin: PARTNER } });
    expect([answer.status, given(answer)]).toEqual([403, {}]);
  });

  it('is refused although the token was verified a moment ago', async () => {
    const { vend } = start();
    const proof = token();
    expect((await vend({}, { token: proof, headers: { origin: APP } })).status).toBe(200);
    expect((await vend({}, { token: proof, headers: { origin: PARTNER } })).status).toBe(403);
  });
});

describe('a provider that names no origin', () => {
  it('is for callers outside browsers', async () => {
    const { vend, store } = start();
    store.providers = [provider()];
    expect((await vend({}, { headers: { origin: APP } })).status).toBe(403);
    expect((await vend()).status).toBe(200);
  });
});

describe('a certificate that the browser adds unasked', () => {
  const authority = certificateAuthority('Partner CA');
  const headers = {
    [GATEWAY.proofHeader]: CANARY.gatewaySecret,
    [GATEWAY.certificateHeader]: clientCertHeader(clientCertificate(authority)),
  };
  const startWithGateway = () => {
    const app = startVend({ gateway: GATEWAY });
    const machines = certificateProvider({ authorities: [authority.pem] });
    app.store.providers = [provider({ allowedOrigins: [APP] }), machines];
    return app;
  };

  it.each([APP, 'https://evil.example'])('is worth nothing to a page of %s', async (origin) => {
    const answer = await startWithGateway().send('GET', '/v1/identity', {
      token: null,
      headers: { ...headers, origin },
    });
    expect([answer.status, given(answer)]).toEqual([403, {}]);
  });

  it('is worth something outside browsers', async () => {
    const answer = await startWithGateway().send('GET', '/v1/identity', { token: null, headers });
    expect(answer.status).toBe(200);
  });
});

describe('no answer', () => {
  it('reflects an origin that was not named, allows every origin, or takes cookies', async () => {
    const { preflight, vend } = start();
    const origins = [...FOREIGN, APP, PARTNER];
    for (const origin of origins) {
      for (const answer of [await preflight(origin), await vend({}, { headers: { origin } })]) {
        const { 'access-control-allow-origin': allowed, ...others } = given(answer);
        expect([undefined, APP, PARTNER]).toContain(allowed);
        expect(Object.keys(others)).not.toContain('access-control-allow-credentials');
        expect(answer.headers.get('vary')).toBe('Origin');
      }
    }
  });

  /**
   * @attack Leave to read while the rules cannot be read
   * @removed no leave without rules
   * @failed 1 of 68: gives leave while the rules cannot be read: `expected [ 503, { …(2) } ] to deeply equal
   *   [ 503, {} ]`
   */
  it('gives leave while the rules cannot be read', async () => {
    const { preflight, vend, store } = start();
    store.fault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    for (const answer of [await preflight(APP), await vend({}, { headers: { origin: APP } })])
      expect([answer.status, given(answer)]).toEqual([503, {}]);
  });
});
