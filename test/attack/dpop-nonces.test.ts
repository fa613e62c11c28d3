// Against a thief of proofs made in advance: with server nonces, a proof is good only for the minutes of its nonce,
// once, and at this deployment.
import { describe, expect, it } from 'vitest';
import { provider } from '../support/builders.ts';
import { clientKey, dpopHeaders, dpopProof, jwkThumbprint } from '../support/dpop.ts';
import { FakeOnceStore } from '../support/fakes.ts';
import { seconds, token } from '../support/issuer.ts';
import { startVend, type Vend } from '../support/vend-app.ts';

const KEY = clientKey();
const BOUND = token({ claims: { cnf: { jkt: jwkThumbprint(KEY) } } });

function start(once = new FakeOnceStore()): Vend {
  const app = startVend({ once });
  app.store.providers = [provider({ dpop: 'required', dpopNonces: true })];
  return app;
}

describe('a nonce of the server', () => {
  async function ask(app: Vend, nonce?: string) {
    const proof = dpopProof(KEY, BOUND, { claims: { nonce, iat: seconds(app.clock.now()) } });
    const { status, headers, body } = await app.vend({}, { token: null, headers: dpopHeaders(BOUND, proof) });
    return { status, code: body['code'], nonce: headers.get('dpop-nonce') ?? undefined, headers };
  }

  /**
   * @attack Proof made long before it is sent
   * @removed the check of the nonce
   * @failed 10 of 12: is handed out to who has none, and opens: `expected [ 200, undefined ] to deeply equal
   *   [ 401, 'invalid_token' ]`
   */
  it('is handed out to who has none, and opens', async () => {
    const app = start();
    const first = await ask(app);
    expect([first.status, first.code]).toEqual([401, 'invalid_token']);
    expect(first.headers.get('www-authenticate')).toMatch(/^DPoP error="use_dpop_nonce", algs="ES256 /);
    expect((await ask(app, first.nonce)).status).toBe(200);
  });

  it('opens at another instance, too', async () => {
    const once = new FakeOnceStore();
    const { nonce } = await ask(start(once));
    expect((await ask(start(once), nonce)).status).toBe(200);
  });

  it('does not make a proof good a second time', async () => {
    const app = start();
    const { nonce } = await ask(app);
    const headers = dpopHeaders(BOUND, dpopProof(KEY, BOUND, { claims: { nonce } }));
    const sent = { token: null, headers };
    expect([(await app.vend({}, sent)).status, (await app.vend({}, sent)).status]).toEqual([200, 401]);
    expect(app.auditLog.events.at(-1)?.reason).toBe('dpop-replayed');
  });

  /**
   * @attack Nonce of long ago
   * @removed its window
   * @failed 1 of 12: ends after four minutes at the latest, and not before two: `expected [ 200, null ] to
   *   deeply equal [ 401, StringNotMatching{…} ]`
   */
  it('ends after four minutes at the latest, and not before two', async () => {
    const app = start();
    const { nonce } = await ask(app);
    app.clock.advance(119_000);
    expect((await ask(app, nonce)).status).toBe(200);
    app.clock.advance(121_000);
    const { status, headers } = await ask(app, nonce);
    expect([status, headers.get('dpop-nonce')]).toEqual([401, expect.not.stringMatching(`^${nonce}$`)]);
  });

  /**
   * @attack Nonce made up
   * @removed its HMAC
   * @failed 3 of 12: that is of a later window, signed as this does not open: `expected 200 to be 401`
   */
  it.each<readonly [string, (nonce: string) => string]>([
    ['made up', () => 'made-up'],
    [
      'of another window',
      (nonce) => nonce.replace(/^[^.]+/, (window) => `${Number.parseInt(window, 36) + 1}`),
    ],
    [
      'of a later window, signed as this',
      (nonce) => nonce.replace(/^[^.]+/, (window) => (Number.parseInt(window, 36) + 1).toString(36)),
    ],
    ['with a letter changed', (nonce) => nonce.slice(0, -2) + (nonce.endsWith('AA') ? 'BB' : 'AA')],
    ['without its signature', (nonce) => nonce.split('.')[0] ?? ''],
    ['of not a number', () => `NaN.${'A'.repeat(43)}`],
    ['empty', () => ''],
  ])('that is %s does not open', async (_, change) => {
    const app = start();
    const { nonce = '' } = await ask(app);
    expect((await ask(app, change(nonce))).status).toBe(401);
  });

  it('of a deployment does not open another', async () => {
    const { nonce } = await ask(start());
    expect((await ask(start(), nonce)).status).toBe(401);
  });
});
