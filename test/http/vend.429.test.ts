// Against callers and strangers that ask too often: they are answered with 429 and a time to come back, their audit
// rows are bounded, and everybody else is served.
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../shared/rules/values/provider-limits.ts';
import { AUDIENCE, aliyunProvider, grantTo, provider } from '../support/builders.ts';
import { callerProof } from '../support/caller-proofs.ts';
import { clientKey, dpopHeaders, dpopProof, jwkThumbprint } from '../support/dpop.ts';
import { token } from '../support/issuer.ts';
import { type Exchange, type Sent, startVend } from '../support/vend-app.ts';

const tokenOf = (sub: string): string => token({ claims: { sub } });
const ADDRESS_HEADER = 'x-real-ip';
/** What an address may send that proves nothing, and so not read from the code. */
const FAILURES_AT_ONCE = 100;
/** Of all addresses, and of unknown ones. */
const FAILURES_OF_ALL = 500;
/** Of refusals by a limit, so many at once have audit rows. */
const REFUSALS_WITH_ROWS = 10;

function startLimited(limits: Partial<Limits>) {
  const app = startVend({ clientIpHeader: ADDRESS_HEADER });
  app.store.providers = [
    provider({ limits }),
    provider({ id: 'partner', issuer: 'https://partner.example', limits }),
  ];
  const anyone = { kind: 'any' } as const;
  app.store.grants = [grantTo(anyone), grantTo(anyone, {}, 'partner')];
  return app;
}

const outcome = ({ status, body, headers }: Exchange) => [status, body['code'], headers.get('retry-after')];

describe('POST /v1/credentials answers 429', () => {
  it('when STS throttles the account, says when to come back, and recovers', async () => {
    const app = startVend();
    app.assumer.fault = { kind: 'throttled', cause: 'Throttling.User' };
    const answer = await app.vend();
    expect(outcome(answer)).toEqual([429, 'rate_limited', '10']);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ stage: 'assume', reason: 'sts-throttled', cause: 'Throttling.User' }),
    ]);
    expect(answer.text).not.toContain('Throttling.User');
    app.assumer.fault = undefined;
    expect((await app.vend()).status).toBe(200);
  });

  /**
   * @attack One caller that asks without end
   * @removed the caller's bucket
   * @failed 1 of 11: when a caller asks too often, and answers others: `expected [ 200, undefined, null ] to
   *   deeply equal [ 429, 'rate_limited', '1' ]`
   */
  it('when a caller asks too often, and answers others', async () => {
    const app = startLimited({ requestsPerCallerPerSecond: 1 });
    for (let i = 0; i < 10; i += 1) expect((await app.vend()).status).toBe(200);
    expect(outcome(await app.vend())).toEqual([429, 'rate_limited', '1']);
    expect((await app.vend({}, { token: tokenOf('bob') })).status).toBe(200);
    app.clock.advance(1_000);
    expect((await app.vend()).status).toBe(200);
    expect(app.auditLog.events).toHaveLength(13);
    expect(app.auditLog.events[10]).toMatchObject({
      stage: 'limit',
      outcome: 'refused',
      reason: 'caller-limit',
      provider: 'app-users',
      subject: 'alice',
    });
  });

  it('when the callers of one provider ask too often together, and answers those of another', async () => {
    const app = startLimited({ requestsPerProviderPerSecond: 1 });
    await app.vend();
    await app.vend({}, { token: tokenOf('bob') });
    expect(outcome(await app.vend({}, { token: tokenOf('carol') }))).toEqual([429, 'rate_limited', '1']);
    const other = token({ claims: { iss: 'https://partner.example' } });
    expect((await app.vend({}, { token: other })).status).toBe(200);
    expect(app.auditLog.events[2]).toMatchObject({
      stage: 'limit',
      reason: 'provider-limit',
      subject: 'carol',
    });
  });

  it('when a caller has had its new sessions, hands out those it has, and answers others', async () => {
    const app = startLimited({ sessionsPerCallerPerHour: 2 });
    for (const durationSeconds of [900, 1_000]) {
      expect((await app.vend({ durationSeconds })).status).toBe(200);
    }
    const refused = await app.vend({ durationSeconds: 1_100 });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(app.auditLog.events.at(-1)).toMatchObject({ stage: 'assume', reason: 'session-limit' });
    expect(app.assumer.orders).toHaveLength(2);
    expect((await app.vend({ durationSeconds: 900 })).status).toBe(200);
    expect((await app.vend({ durationSeconds: 1_100 }, { token: tokenOf('bob') })).status).toBe(200);
  });

  it('when a provider has used its share of STS, and calls it for another', async () => {
    const app = startLimited({ stsCallsPerSecond: 1 });
    await app.vend({ durationSeconds: 900 });
    await app.vend({ durationSeconds: 1_000 });
    expect(outcome(await app.vend({ durationSeconds: 1_100 }))).toEqual([429, 'rate_limited', '1']);
    expect(app.auditLog.events.at(-1)).toMatchObject({ stage: 'assume', reason: 'sts-share' });
    app.clock.advance(1_000);
    expect((await app.vend({ durationSeconds: 1_100 })).status).toBe(200);
  });
});

describe('refusals by a limit', () => {
  /**
   * @attack Rows by refusals of a limit
   * @removed the refusals that have no row
   * @failed 7 of 16: have their audit rows at first, and one a second then: `expected 30 to be 10`
   */
  it('have their audit rows at first, and one a second then', async () => {
    const app = startLimited({ requestsPerCallerPerSecond: 1 });
    for (let i = 0; i < 10; i += 1) await app.vend();
    const refused = async () => {
      for (let i = 0; i < 30; i += 1) expect((await app.vend()).status).toBe(429);
      return app.auditLog.events.filter(({ reason }) => reason === 'caller-limit').length;
    };
    expect(await refused()).toBe(REFUSALS_WITH_ROWS);
    app.clock.advance(900);
    expect(await refused()).toBe(REFUSALS_WITH_ROWS);
    expect((await app.vend({}, { token: tokenOf('bob') })).status).toBe(200);
  });
});

describe('an address that sends what proves nothing', () => {
  const from = (address: string, sent: Sent = {}): Sent => ({
    ...sent,
    headers: { [ADDRESS_HEADER]: address },
  });

  /**
   * @attack Requests that prove nothing, from one address
   * @removed the check before a request is read
   * @failed 4 of 11: is refused after a while, for a while: no token: `expected [ 401, 'invalid_token', null
   *   ] to deeply equal [ 429, 'rate_limited', '1' ]`
   * @note an unknown address is not limited
   */
  it.each<[string, Sent]>([
    ['no token', { token: null, body: { role: 'media-uploader' } }],
    ['what is no token', { token: 'a.b.c', body: { role: 'media-uploader' } }],
    ['a body that is not JSON', { body: '{' }],
    ['a body of another type', { body: '{}', headers: { 'content-type': 'text/plain' } }],
  ])('is refused after a while, for a while: %s', async (_, sent) => {
    const app = startVend({ clientIpHeader: ADDRESS_HEADER });
    const fail = () =>
      app.send('POST', '/v1/credentials', {
        ...sent,
        headers: { ...sent.headers, [ADDRESS_HEADER]: '203.0.113.7' },
      });
    for (let i = 0; i < FAILURES_AT_ONCE; i += 1) expect((await fail()).status).not.toBe(429);
    expect(outcome(await fail())).toEqual([429, 'rate_limited', '1']);
    expect(app.auditLog.events.at(-1)).toMatchObject({ stage: 'limit', reason: 'address-limit' });
    expect(app.auditLog.events).toHaveLength(FAILURES_AT_ONCE + 1);
    for (let i = 0; i < 50; i += 1) expect((await fail()).status).toBe(429);
    expect(app.auditLog.events).toHaveLength(FAILURES_AT_ONCE + REFUSALS_WITH_ROWS);
    expect((await app.vend({}, from('203.0.113.8'))).status).toBe(200);
    app.clock.advance(1_000);
    expect((await app.vend({}, from('203.0.113.7'))).status).toBe(200);
  });

  /**
   * @attack Bodies that end before their end
   * @removed that they are no bug, at each function
   * @failed 1 and 2 of 49: is refused after a while when its bodies end before their end, and that is no bug:
   *   `expected 500 to be 400`
   * @also test/attack/strangers.test.ts
   */
  it('is refused after a while when its bodies end before their end, and that is no bug', async () => {
    const app = startVend({ clientIpHeader: ADDRESS_HEADER });
    const send = async (declared: boolean) => {
      const body = new ReadableStream({ start: (controller) => controller.error(new Error('aborted')) });
      const length = declared ? { 'content-length': '100' } : { 'transfer-encoding': 'chunked' };
      const headers = { [ADDRESS_HEADER]: '203.0.113.7', 'content-type': 'application/json', ...length };
      const init = { method: 'POST', body, headers, duplex: 'half' } as const;
      return (await app.app.request(new Request(`${AUDIENCE}/v1/credentials`, init))).status;
    };
    for (let i = 0; i < FAILURES_AT_ONCE; i += 1) expect(await send(i % 2 === 0)).toBe(400);
    expect(await send(true)).toBe(429);
    expect(app.auditLog.events[0]).toMatchObject({ code: 'invalid_request', reason: 'body-aborted' });
    expect(app.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  /**
   * @attack Tokens of an issuer whose keys cannot be had, from one address
   * @removed that they count
   * @failed 1 of 16: is refused after a while when the keys of its issuer cannot be had: `expected [ 503,
   *   503, 503 ] to deeply equal [ 503, 503, 429 ]`
   */
  it('is refused after a while when the keys of its issuer cannot be had', async () => {
    const app = startVend({ clientIpHeader: ADDRESS_HEADER });
    app.keys.fault = { reason: 'keys-unreachable', cause: 'deadline' };
    const statuses: number[] = [];
    for (let i = 0; i <= FAILURES_AT_ONCE; i += 1)
      statuses.push((await app.vend({}, from('203.0.113.7'))).status);
    expect([statuses.at(0), statuses.at(-2), statuses.at(-1)]).toEqual([503, 503, 429]);
  });

  /**
   * @attack Made-up proofs of an account while STS says nothing of them
   * @removed counting STS’s silence as no proof
   * @failed 3 of 19: is refused after a while when STS, throttled, says nothing of its proofs: `expected …
   *   'address-limit'`
   * @note the flood itself makes STS throttle
   */
  it.each(['throttled', 'unavailable', 'unusable'] as const)(
    'is refused after a while when STS, %s, says nothing of its proofs, and they write no more rows',
    async (kind) => {
      const app = startVend({ clientIpHeader: ADDRESS_HEADER });
      app.store.providers = [provider(), aliyunProvider()];
      app.callers.fault = { kind, cause: 'of-a-test' };
      const made = (address: string) => app.vend({}, { ...from(address), token: callerProof() });
      for (let i = 0; i < FAILURES_AT_ONCE; i += 1)
        expect((await made('203.0.113.7')).body['code']).toBe(
          kind === 'throttled' ? 'rate_limited' : 'sts_unavailable',
        );
      await made('203.0.113.7');
      expect(app.auditLog.events.at(-1)).toMatchObject({ stage: 'limit', reason: 'address-limit' });
      expect(app.callers.asked).toHaveLength(FAILURES_AT_ONCE);
      for (let i = 0; i < FAILURES_OF_ALL; i += 1) await made('');
      expect(app.auditLog.events).toHaveLength(FAILURES_OF_ALL + 1);
      expect((await app.vend({}, from('203.0.113.8'))).status).toBe(200);
    },
  );

  /**
   * @attack Rows by people who prove nothing, at `vend`, from unknown and from ever other addresses
   * @removed the total
   * @failed 2 of 16: writes so many rows and no more where it is unknown, and good tokens are answered:
   *   `expected [ …(520) ] to have a length of 500`
   * @note good tokens are answered beyond it
   */
  it.each<[string, (n: number) => string]>([
    ['unknown', () => ''],
    ['another each time', (n) => `203.0.${n % 250}.${Math.floor(n / 250)}`],
  ])('writes so many rows and no more where it is %s, and good tokens are answered', async (_, address) => {
    const app = startVend({ clientIpHeader: ADDRESS_HEADER });
    const statuses: number[] = [];
    for (let i = 0; i < FAILURES_OF_ALL + 20; i += 1)
      statuses.push((await app.vend({}, { ...from(address(i)), token: 'a.b.c' })).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(FAILURES_OF_ALL);
    expect(statuses.at(-1)).toBe(429);
    expect(app.auditLog.events).toHaveLength(FAILURES_OF_ALL);
    expect((await app.vend({}, from(address(0)))).status).toBe(200);
  });

  it('is not one of browsers that are told a nonce', async () => {
    const app = startVend({ clientIpHeader: ADDRESS_HEADER });
    app.store.providers = [provider({ dpop: 'required', dpopNonces: true })];
    const key = clientKey();
    const bound = token({ claims: { cnf: { jkt: jwkThumbprint(key) } } });
    for (let i = 0; i < FAILURES_AT_ONCE + 10; i += 1) {
      const headers = { ...dpopHeaders(bound, dpopProof(key, bound)), [ADDRESS_HEADER]: '203.0.113.7' };
      expect((await app.vend({}, { token: null, headers })).status).toBe(401);
    }
  });

  it('is not one that asks for what it may not have, or asks while a store is down', async () => {
    const app = startVend({ clientIpHeader: ADDRESS_HEADER });
    for (let i = 0; i < 60; i += 1) {
      expect((await app.vend({ role: 'unknown' }, from('203.0.113.7'))).status).toBe(403);
      app.store.fault = { reason: 'store-failed', cause: 'OTSServerBusy' };
      expect((await app.vend({}, from('203.0.113.7'))).status).toBe(503);
      app.store.fault = undefined;
    }
  });
});
