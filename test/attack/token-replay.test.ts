// Against a thief of a token from a provider with `once: true`: the token is accepted once among all instances, and
// only a caller that has the token can use it up.
import { describe, expect, it } from 'vitest';
import { AUDIENCE, ISSUER, NOW, provider } from '../support/builders.ts';
import { FakeOnceStore } from '../support/fakes.ts';
import { generateKeys, keySet, seconds, token } from '../support/issuer.ts';
import { startVend, type Vend } from '../support/vend-app.ts';

const MANY = 10;
const JTI = 'f1b2-0001';
const good = (claims: Readonly<Record<string, unknown>> = {}) => token({ claims: { jti: JTI, ...claims } });

/** An instance whose provider takes each token once. */
function instance(once = new FakeOnceStore()): Vend {
  const app = startVend({ once });
  app.store.providers = [provider({ once: true })];
  return app;
}

const outcome = async (app: Vend, proof: string) => {
  const { status, body } = await app.vend({}, { token: proof });
  return [status, body['code'], app.auditLog.events.at(-1)?.reason];
};

const VENDED = [200, undefined, undefined];
const REPLAYED = [401, 'invalid_token', 'token-replayed'];

describe('a token that may be used once', () => {
  /**
   * @attack Replay of a one-time token
   * @removed the consuming of its `jti`
   * @failed 13 of 23: is refused the second time, although the instance knows it by its hash: `expected [
   *   200, undefined, undefined ] to deeply equal [ 401, 'invalid_token', …(1) ]`
   */
  it('is refused the second time, although the instance knows it by its hash', async () => {
    const app = instance();
    expect(await outcome(app, good())).toEqual(VENDED);
    expect(await outcome(app, good())).toEqual(REPLAYED);
    expect(app.assumer.orders).toHaveLength(1);
  });

  it('is refused at another instance', async () => {
    const once = new FakeOnceStore();
    expect(await outcome(instance(once), good())).toEqual(VENDED);
    expect(await outcome(instance(once), good())).toEqual(REPLAYED);
  });

  it('is taken once when it comes many times at once, at two instances', async () => {
    const once = new FakeOnceStore();
    const apps = [instance(once), instance(once)] as const;
    const answers = await Promise.all(
      Array.from({ length: MANY }, (_, i) => apps[i % 2 === 0 ? 0 : 1].vend({}, { token: good() })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(MANY - 1);
  });

  it('is used up by any endpoint that takes it', async () => {
    const app = instance();
    expect((await app.send('GET', '/v1/identity', { token: good() })).status).toBe(200);
    expect(await outcome(app, good())).toEqual(REPLAYED);
  });

  it('is refused when it is signed again, or has other claims, under the same jti', async () => {
    const app = instance();
    app.store.providers = [provider({ once: true, algorithms: ['ES256'] })];
    const signed = () => token({ alg: 'ES256', claims: { jti: JTI } });
    const [first, second] = [signed(), signed()];
    expect(first).not.toBe(second);
    expect(await outcome(app, first)).toEqual(VENDED);
    expect(await outcome(app, second)).toEqual(REPLAYED);
    expect(await outcome(app, token({ alg: 'ES256', claims: { jti: JTI, more: 1 } }))).toEqual(REPLAYED);
  });

  it('is used up although it was remembered before its provider set once: true', async () => {
    const app = instance();
    app.store.providers = [provider()];
    expect(await outcome(app, good())).toEqual(VENDED);
    app.store.providers = [provider({ once: true })];
    expect(await outcome(app, good())).toEqual(VENDED);
    expect(await outcome(app, good())).toEqual(REPLAYED);
  });

  it('is kept until it would be refused as expired', async () => {
    const app = instance();
    await app.vend({}, { token: good({ exp: seconds(NOW) + 100 }) });
    app.clock.advance(129_000);
    expect(await outcome(app, good({ exp: seconds(NOW) + 100 }))).toEqual(REPLAYED);
    app.clock.advance(1_000);
    expect(await outcome(app, good({ exp: seconds(NOW) + 100 }))).toEqual([
      401,
      'invalid_token',
      'token-expired',
    ]);
    const [expiresAt] = [...app.once.consumed.values()];
    expect(expiresAt?.getTime()).toBeGreaterThanOrEqual(app.clock.now().getTime());
  });

  /**
   * @attack A token without `jti` to a provider that takes each once
   * @removed the demand for it
   * @failed 5 of 23: needs a jti: no jti: `expected [ 200, undefined, undefined ] to deeply equal [ 401,
   *   'invalid_token', …(1) ]`
   */
  it.each([
    ['no jti', undefined],
    ['an empty one', ''],
    ['a number', 7],
    ['a list', [JTI]],
    ['null', null],
  ])('needs a jti: %s', async (_, jti) => {
    const app = instance();
    expect(await outcome(app, good({ jti }))).toEqual([401, 'invalid_token', 'claim-missing']);
    expect(app.once.consumed.size).toBe(0);
  });

  /**
   * @attack Replay of a one-time token, while the store is down
   * @removed the refusal
   * @failed 1 of 23: is refused while the store cannot say whether it was used: `expected [ 200, undefined,
   *   undefined ] to deeply equal [ 503, 'store_unavailable', …(1) ]`
   */
  it('is refused while the store cannot say whether it was used', async () => {
    const app = instance();
    app.once.fault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    expect(await outcome(app, good())).toEqual([503, 'store_unavailable', 'store-failed']);
    expect(app.assumer.orders).toEqual([]);
  });
});

describe('a caller cannot use up the jti of another', () => {
  const attacker = generateKeys();
  /**
   * @attack A `jti` used up by another caller: with a token that is refused
   * @removed the order: consumed after every check
   * @failed 2 of 23: by a token without a usable subject: `expected 1 to be +0`
   */
  it.each<[string, string]>([
    ['by a wrong signature', token({ keys: attacker, claims: { jti: JTI } })],
    ['by an expired token', good({ exp: seconds(NOW) - 100 })],
    ['by a token for another service', good({ aud: 'https://other.example' })],
    ['by a token without a usable subject', good({ sub: '\u0000' })],
    ['by a token without usable groups', good({ groups: 'staff,other' })],
    ['by a logout token', good({ events: {} })],
    [
      'by a token of two readings',
      token({ payload: `{"jti":"x",${JSON.stringify(claimsOf(good())).slice(1)}` }),
    ],
  ])('%s', async (_, forged) => {
    const app = instance();
    expect((await app.vend({}, { token: forged })).status).toBe(401);
    expect(app.once.consumed.size).toBe(0);
    expect(await outcome(app, good())).toEqual(VENDED);
  });

  /**
   * @attack A `jti` used up by another caller: with a token of another issuer
   * @removed the issuer in the key
   * @failed 1 of 23: by a token of another issuer: `expected [ 401, 'invalid_token', …(1) ] to deeply equal [
   *   200, undefined, undefined ]`
   */
  it('by a token of another issuer', async () => {
    const otherKeys = generateKeys();
    const app = instance();
    const other = provider({ id: 'other', issuer: 'https://other.example', once: true });
    app.store.providers = [...app.store.providers, other];
    app.keys.sets.set('https://other.example', keySet(otherKeys));
    const theirs = token({ keys: otherKeys, claims: { iss: 'https://other.example', jti: JTI } });
    expect((await app.send('GET', '/v1/identity', { token: theirs })).status).toBe(200);
    expect(await outcome(app, good())).toEqual(VENDED);
  });

  /**
   * @attack A `jti` used up by another caller: by parts that read alike when joined
   * @removed the bounds of the parts
   * @failed 1 of 23: by an issuer and a jti that read alike when put together: `expected [ 401,
   *   'invalid_token', …(1) ] to deeply equal [ 200, undefined, undefined ]`
   */
  it('by an issuer and a jti that read alike when put together', async () => {
    const otherKeys = generateKeys();
    const app = instance();
    const longer = `${ISSUER}/a`;
    app.store.providers = [provider({ once: true }), provider({ id: 'other', issuer: longer, once: true })];
    app.keys.sets.set(longer, keySet(otherKeys));
    const theirs = token({ keys: otherKeys, claims: { iss: longer, jti: 'b' } });
    expect((await app.send('GET', '/v1/identity', { token: theirs })).status).toBe(200);
    expect(await outcome(app, good({ jti: '/ab' }))).toEqual(VENDED);
  });
});

describe('a token of a provider that did not ask for one use', () => {
  it('may be used again, and asks no store', async () => {
    const app = startVend();
    app.once.fault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    expect(await outcome(app, good({ aud: [AUDIENCE] }))).toEqual(VENDED);
    expect(await outcome(app, good({ aud: [AUDIENCE] }))).toEqual(VENDED);
  });
});

function claimsOf(proof: string): unknown {
  return JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString());
}
