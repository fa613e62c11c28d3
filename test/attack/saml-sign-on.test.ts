// Against thieves of responses, and attackers who bring their own (login CSRF): a SAML response signs on once, and
// only the browser that asked for it.
import { describe, expect, it } from 'vitest';
import { CLOCK_TOLERANCE_SECONDS } from '../../shared/kernel/clock.ts';
import { onceKey } from '../../shared/kernel/consume-once.ts';
import { connection, encode, later, samlXml } from '../support/saml-idp.ts';
import { isSignedOn, PUBLIC_URL, SamlLogin } from '../support/saml-login.ts';

const HOST = new URL(PUBLIC_URL).hostname;
const STATE = '__Host-stint-saml';

const started = async () => {
  const login = new SamlLogin();
  const browser = login.newBrowser();
  return { login, browser, asked: await login.begin(browser) };
};

describe('a response is good once', () => {
  /**
   * @attack SAML: login CSRF
   * @removed the demand for the cookie
   * @failed 3 of 37: not a second time in the same browser: `expected 'sign_on_refused …' to be
   *   'sign_on_ended state-missing'`
   * @note without the sealed request id no response fits
   */
  it('not a second time in the same browser', async () => {
    const { login, browser, asked } = await started();
    await login.answer(browser, asked);
    await login.answer(browser, asked);
    expect(login.refusal).toBe('sign_on_ended state-missing');
  });

  /**
   * @attack SAML: a request answered twice
   * @removed the consumption of the state
   * @failed 1 of 37: not a second time by a browser that kept its cookie: `expected 'sign_on_refused
   *   answer-used' to be 'sign_on_ended state-used'`
   * @note the assertion's id is consumed, too
   */
  it('not a second time by a browser that kept its cookie', async () => {
    const { login, browser, asked } = await started();
    const kept = browser.jar(HOST).get(STATE);
    await login.answer(browser, asked);
    if (kept) browser.jar(HOST).set(STATE, kept);
    await login.answer(browser, asked);
    expect(login.refusal).toBe('sign_on_ended state-used');
  });

  it('not twice at the same time', async () => {
    const { login, browser, asked } = await started();
    const copy = login.newBrowser();
    for (const [name, cookie] of browser.jar(HOST)) copy.jar(HOST).set(name, cookie);
    await Promise.all([login.answer(browser, asked), login.answer(copy, asked)]);
    expect([browser, copy].filter(isSignedOn).length).toBe(1);
  });

  /**
   * @attack SAML: an assertion twice
   * @removed the consumption of its id
   * @failed 1 of 37: nor its assertion in another response: `expected '' to be 'sign_on_refused answer-used'`
   */
  it('nor its assertion in another response', async () => {
    const { login, browser, asked } = await started();
    await login.answer(browser, asked);
    expect(isSignedOn(browser)).toBe(true);
    const other = login.newBrowser();
    await login.answer(other, await login.begin(other));
    expect(login.refusal).toBe('sign_on_refused answer-used');
    expect(isSignedOn(other)).toBe(false);
  });

  /**
   * @attack SAML: an assertion id that two connections chose
   * @removed the connection in the consumed key
   * @failed 2 of 26: and is remembered by its connection, since two may choose the same id: `expected [ …(2)
   *   ] to include 'y4u0…'`
   */
  it('and is remembered by its connection, since two may choose the same id', async () => {
    const { login, browser, asked } = await started();
    login.connections.push(connection({ id: 'partner' }));
    await login.answer(browser, asked);
    expect([...login.once.consumed.keys()]).toContain(onceKey('saml-assertion', 'corp', '_assertion1'));
  });

  /**
   * @attack SAML: an assertion again, at the end of its time
   * @removed the skew of clocks in what is remembered
   * @failed 1 of 26: and is remembered for as long as it could be used: `expected 2026-03-01T12:05:00.000Z to
   *   deeply equal 2026-03-01T12:05:30.000Z`
   */
  it('and is remembered for as long as it could be used', async () => {
    const { login, browser, asked } = await started();
    await login.answer(browser, asked);
    expect(login.once.consumed.get(onceKey('saml-assertion', 'corp', '_assertion1'))).toEqual(
      later(300 + CLOCK_TOLERANCE_SECONDS),
    );
  });
});

describe('a response counts in the browser that asked', () => {
  it('an attacker’s own, posted by a victim who asked for nothing, signs nobody on (login CSRF)', async () => {
    const { login, asked } = await started();
    const victim = login.newBrowser();
    await login.answer(victim, asked);
    expect(login.refusal).toBe('sign_on_ended state-missing');
    expect(isSignedOn(victim)).toBe(false);
  });

  /**
   * @attack SAML: another RelayState
   * @removed the comparison with the state
   * @failed 5 of 37: nor by a victim who has just asked for their own: `expected 'sign_on_refused
   *   answer-refused request-unknown' to be …`
   */
  it('nor by a victim who has just asked for their own', async () => {
    const { login, asked } = await started();
    const victim = login.newBrowser();
    const own = await login.begin(victim);
    await login.answer(victim, asked);
    expect(login.refusal).toBe('sign_on_ended state-unreadable');
    const again = await login.begin(victim);
    await login.answer(victim, { ...asked, relayState: again.relayState });
    expect(login.refusal).toBe('sign_on_refused answer-refused request-unknown');
    expect(isSignedOn(victim)).toBe(false);
    expect(own.relayState).not.toBe(asked.relayState);
  });

  it('not with a cookie that somebody made', async () => {
    const { login, browser, asked } = await started();
    const forged = `${Buffer.from('{"alg":"dir","enc":"A256GCM","kid":"k"}').toString('base64url')}..AAAA.AAAA.AAAA`;
    browser.jar(HOST).set(STATE, { value: forged, attributes: 'SameSite=None' });
    await login.answer(browser, asked);
    expect(login.refusal).toBe('sign_on_ended state-unreadable');
  });

  /**
   * @attack SAML: a state of another connection
   * @removed the comparison
   * @failed 1 of 37: not with a state that began at another connection: `expected 'sign_on_refused
   *   answer-refused destination-wrong' to be …`
   * @note the destination differs, too
   */
  it('not with a state that began at another connection', async () => {
    const { login, browser, asked } = await started();
    login.connections.push(connection({ id: 'partner' }));
    const SAMLResponse = encode(samlXml({ contents: { inResponseTo: asked.requestId } }));
    await login.post(browser, { SAMLResponse, RelayState: asked.relayState }, 'partner');
    expect(login.refusal).toBe('sign_on_ended state-unreadable');
  });

  it('not after ten minutes', async () => {
    const { login, browser, asked } = await started();
    login.now = later(601);
    await login.answer(browser, asked);
    expect(login.refusal).toBe('sign_on_ended state-unreadable');
  });

  it('and the cookie for it is sent with a POST from another site, which no other cookie of ours is', async () => {
    const { login, browser, asked } = await started();
    expect(browser.jar(HOST).get(STATE)?.attributes).toMatch(/Path=\/; HttpOnly; Secure; SameSite=None$/);
    await login.answer(browser, asked);
    expect(browser.jar(HOST).get('__Host-stint-session')?.attributes).toMatch(/SameSite=Lax/);
    expect(browser.jar(HOST).has(STATE)).toBe(false);
  });

  it('and a new session replaces nothing of what an attacker knew before', async () => {
    const { login, browser, asked } = await started();
    await login.answer(browser, asked);
    const first = browser.jar(HOST).get('__Host-stint-session')?.value;
    const again = await login.begin(browser);
    await login.answer(browser, again, { contents: { assertionId: '_assertion2' } });
    expect(browser.jar(HOST).get('__Host-stint-session')?.value).not.toBe(first);
  });
});

describe('RelayState leads nowhere', () => {
  it.each(['https://evil.example/', '//evil.example', '/portal/../evil', 'javascript:alert(1)'])(
    '%s',
    async (evil) => {
      const { login, browser, asked } = await started();
      const page = await login.answer(browser, { ...asked, relayState: evil });
      expect(page.url.origin).toBe(PUBLIC_URL);
      expect(page.text).not.toContain('evil');
      expect(isSignedOn(browser)).toBe(false);
    },
  );

  /**
   * @attack SAML: `return_to` as an open redirect
   * @removed the pattern
   * @failed 14 of 71: nor does return_to: https://evil.example/: `TypeError: fetch failed`
   * @also test/attack/sign-on.test.ts
   */
  it.each(['https://evil.example/', '//evil.example', '/\\evil.example'])(
    'nor does return_to: %s',
    async (evil) => {
      const login = new SamlLogin();
      const browser = login.newBrowser();
      const asked = await login.begin(browser, `/login/start/corp?return_to=${encodeURIComponent(evil)}`);
      expect((await login.answer(browser, asked)).url.href).toBe(`${PUBLIC_URL}/portal`);
    },
  );
});

describe('what cannot be read is refused on a page that repeats nothing', () => {
  it.each<[string, Record<string, string>]>([
    ['no response', {}],
    ['an empty one', { SAMLResponse: '' }],
    ['markup', { SAMLResponse: '<script>alert(1)</script>' }],
    ['a file', { SAMLResponse: encode('<svg onload="alert(1)"/>') }],
  ])('%s', async (_, fields) => {
    const { login, browser, asked } = await started();
    const page = await login.post(browser, { ...fields, RelayState: asked.relayState });
    expect(page.status).toBe(403);
    expect(page.text).not.toContain('alert(1)');
    expect(login.refusal).toMatch(/^sign_on_refused answer-refused /);
  });

  /**
   * @attack SAML: 10 MB in a form
   * @removed the limit of bodies
   * @failed 1 of 26: 10 MB are not even taken in: `expected 403 to be 413`
   */
  it('10 MB are not even taken in', async () => {
    const { login, browser, asked } = await started();
    const page = await login.post(browser, {
      SAMLResponse: 'A'.repeat(10_000_000),
      RelayState: asked.relayState,
    });
    expect(page.status).toBe(413);
  });

  /**
   * @attack SAML: a sign-on that nobody can remember
   * @removed both refusals, of state and assertion
   * @failed 1 of 26: nobody is signed on when nothing can be remembered: `expected true to be false`
   * @note each refuses alone
   */
  it('nobody is signed on when nothing can be remembered', async () => {
    const { login, browser, asked } = await started();
    login.once.fault = { reason: 'store-failed', cause: 'down' };
    expect((await login.answer(browser, asked)).status).toBe(503);
    expect(isSignedOn(browser)).toBe(false);
  });
});
