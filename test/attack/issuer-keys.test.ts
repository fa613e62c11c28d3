// Against an attacker who can change the keys that an issuer publishes (JWKS poisoning): where new keys are held, a key counts
// only once an administrator approves it; a revoked key counts nowhere, however it is published.
import { describe, expect, it } from 'vitest';
import { nameKey } from '../../shared/adapters/issuer-keys/fetch-key-set.ts';
import { provider } from '../support/builders.ts';
import { FakeKeyHistory } from '../support/fakes.ts';
import { generateKeys, ISSUER_KEYS, type Keys, keySet, publicJwk, token } from '../support/issuer.ts';
import { startKeySource } from '../support/key-source.ts';
import { answerJson, startLoopback } from '../support/loopback.ts';
import { startVend } from '../support/vend-app.ts';

const EVIL_KEYS = generateKeys();
const MINUTE = 60_000;
const published = (keys: Keys, kid: string) => ({ ...publicJwk('RS256', keys), kid });
const thumbprint = (keys: Keys): string => nameKey({ ...publicJwk('RS256', keys) })?.thumbprint ?? '';

async function start(newKeys: 'accept' | 'hold', first: object = keySet()) {
  const server = await startLoopback(answerJson(first));
  const history = new FakeKeyHistory();
  const app = startVend({
    keySource: (clock, logger) => startKeySource(clock, history, logger),
  });
  app.store.providers = [provider({ issuer: server.url, jwksUri: `${server.url}/keys`, newKeys })];
  const decide = (keys: Keys, decision: 'approved' | 'revoked') =>
    history.decided.set(`app-users|${thumbprint(keys)}`, decision);
  let count = 0;
  /** Another token each time: one that was verified is not verified again. */
  const vendWith = async (keys: Keys, kid: string | undefined) => {
    const claims = { iss: server.url, jti: `${count++}` };
    const { status, body } = await app.vend({}, { token: token({ keys, header: { kid }, claims }) });
    return [status, body['code'], app.auditLog.events.at(-1)?.reason];
  };
  return { ...app, server, history, decide, vendWith };
}

const GRANTED = [200, undefined, undefined];
const refused = (reason: string) => [401, 'invalid_token', reason];

describe('where new keys are held', () => {
  /**
   * @attack JWKS poisoning: a key put into the issuer's set
   * @removed holding new keys
   * @failed 5 of 14: a key that is put into the issuer’s set lets nobody in: `expected [ 200, undefined,
   *   undefined ] to deeply equal [ 401, 'invalid_token', 'key-held' ]`
   *
   * @attack Held key told from an unknown one
   * @removed one answer for both
   * @failed 4 of 14: a key that is put into the issuer’s set lets nobody in: `expected [ 503,
   *   'keys_unavailable', 'key-held' ] to deeply equal [ 401, 'invalid_token', 'key-held' ]`
   */
  it('a key that is put into the issuer’s set lets nobody in, until an administrator approves it', async () => {
    const { server, decide, vendWith, clock, assumer } = await start('hold');
    decide(ISSUER_KEYS, 'approved');
    expect(await vendWith(ISSUER_KEYS, 'key-RS256')).toEqual(GRANTED);
    server.handler = answerJson({
      keys: [published(ISSUER_KEYS, 'key-RS256'), published(EVIL_KEYS, 'evil')],
    });
    clock.advance(MINUTE);
    expect(await vendWith(EVIL_KEYS, 'evil')).toEqual(refused('key-held'));
    expect(await vendWith(ISSUER_KEYS, 'key-RS256')).toEqual(GRANTED);
    expect(assumer.orders).toHaveLength(1);
    decide(EVIL_KEYS, 'approved');
    clock.advance(MINUTE);
    expect(await vendWith(EVIL_KEYS, 'evil')).toEqual(GRANTED);
  });

  it('the very first key set is not taken on trust', async () => {
    const { vendWith } = await start('hold');
    expect(await vendWith(ISSUER_KEYS, 'key-RS256')).toEqual(refused('key-held'));
  });

  it('another key under the kid of an approved one is another key', async () => {
    const { server, decide, vendWith, clock, logger } = await start('hold');
    decide(ISSUER_KEYS, 'approved');
    await vendWith(ISSUER_KEYS, 'key-RS256');
    server.handler = answerJson({ keys: [published(EVIL_KEYS, 'key-RS256')] });
    clock.advance(10 * MINUTE);
    expect(await vendWith(EVIL_KEYS, 'key-RS256')).toEqual(refused('key-held'));
    expect(logger.lines.map(({ event }) => event)).toContain('issuer-key-changed');
  });

  it('a key beside an approved one under its kid neither gets in nor locks others out', async () => {
    const both = [published(EVIL_KEYS, 'key-RS256'), published(ISSUER_KEYS, 'key-RS256')];
    const { decide, vendWith } = await start('hold', { keys: both });
    decide(ISSUER_KEYS, 'approved');
    expect(await vendWith(ISSUER_KEYS, 'key-RS256')).toEqual(GRANTED);
    expect(await vendWith(EVIL_KEYS, 'key-RS256')).toEqual(refused('signature-wrong'));
  });

  it('nobody gets in while nobody knows what was approved', async () => {
    const { decide, history, vendWith } = await start('hold');
    decide(ISSUER_KEYS, 'approved');
    history.decisionsFault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    expect(await vendWith(ISSUER_KEYS, 'key-RS256')).toEqual([503, 'keys_unavailable', 'keys-unreachable']);
  });

  it('a caller cannot tell a held key from one that there is not', async () => {
    const app = await start('hold');
    const answers = [];
    for (const kid of ['key-RS256', 'nobody']) {
      const claims = { iss: app.server.url };
      const { status, headers, body } = await app.vend({}, { token: token({ header: { kid }, claims }) });
      const { requestId: _, ...rest } = body;
      answers.push({ status, headers: [...headers], rest });
    }
    expect(answers[0]).toEqual(answers[1]);
  });
});

describe('a key that was revoked', () => {
  /** Each is the same key to a verifier. */
  const spelled: readonly (readonly [string, (jwk: { n?: string }) => object])[] = [
    ['as it was', (jwk) => jwk],
    ['under another kid', (jwk) => ({ ...jwk, kid: 'fresh' })],
    ['without kid and algorithm', (jwk) => ({ ...jwk, kid: undefined, alg: undefined })],
    [
      'with a leading zero',
      (jwk) => ({
        ...jwk,
        n: Buffer.concat([Buffer.alloc(1), Buffer.from(jwk.n ?? '', 'base64url')]).toString('base64url'),
      }),
    ],
    ['with a stray character', (jwk) => ({ ...jwk, n: `${jwk.n}\n` })],
  ];

  /**
   * @attack Revoked key, still published
   * @removed the sorting out of revoked keys
   * @failed 6 of 14: stays revoked however it is published: as it was
   *
   * @attack Revoked key under another spelling
   * @removed the one form before the thumbprint
   * @failed 2 of 14: stays revoked however it is published: with a leading zero: `expected [ 200, undefined,
   *   undefined ] to deeply equal [ 401, 'invalid_token', 'key-revoked' ]`
   */
  it.each(spelled)('stays revoked however it is published: %s', async (_, spell) => {
    const jwk = spell(published(ISSUER_KEYS, 'key-RS256'));
    const { decide, vendWith, assumer } = await start('accept', { keys: [jwk] });
    decide(ISSUER_KEYS, 'revoked');
    const kid = 'kid' in jwk && typeof jwk.kid === 'string' ? jwk.kid : undefined;
    expect(await vendWith(ISSUER_KEYS, kid)).toEqual(refused('key-revoked'));
    expect(assumer.orders).toEqual([]);
  });

  /**
   * @attack Revoked key while the issuer is down
   * @removed judging again what is cached
   * @failed 1 of 14: is refused within ten minutes on every instance: `expected [ 200, undefined, undefined ]
   *   to deeply equal [ 401, 'invalid_token', 'key-revoked' ]`
   */
  it('is refused within ten minutes on every instance, whether or not its issuer answers', async () => {
    const { server, decide, vendWith, clock } = await start('accept');
    expect(await vendWith(ISSUER_KEYS, 'key-RS256')).toEqual(GRANTED);
    decide(ISSUER_KEYS, 'revoked');
    server.handler = (_, response) => response.writeHead(503).end();
    clock.advance(10 * MINUTE);
    expect(await vendWith(ISSUER_KEYS, 'key-RS256')).toEqual(refused('key-revoked'));
  });

  /**
   * @attack Decisions about keys fail open
   * @removed no judgement without decisions
   * @failed 2 of 14: does not come back while nobody knows what was revoked: `expected [ 200, undefined,
   *   undefined ] to deeply equal [ 503, 'keys_unavailable', …(1) ]`
   */
  it('does not come back while nobody knows what was revoked', async () => {
    const { decide, history, vendWith } = await start('accept');
    decide(ISSUER_KEYS, 'revoked');
    history.decisionsFault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    expect(await vendWith(ISSUER_KEYS, 'key-RS256')).toEqual([503, 'keys_unavailable', 'keys-unreachable']);
  });
});

describe('where new keys are accepted', () => {
  it('the operator is told of each, once, and callers are served though it cannot be noted', async () => {
    const { history, vendWith, logger } = await start('accept', {
      keys: [published(ISSUER_KEYS, 'key-RS256')],
    });
    history.seeFault = 'OTSServerBusy';
    expect(await vendWith(ISSUER_KEYS, 'key-RS256')).toEqual(GRANTED);
    expect(logger.lines).toContainEqual({
      level: 'error',
      event: 'issuer-key-unrecorded',
      fields: {
        provider: 'app-users',
        thumbprint: thumbprint(ISSUER_KEYS),
        kid: 'key-RS256',
        alg: 'RS256',
        cause: 'OTSServerBusy',
      },
    });
  });
});
