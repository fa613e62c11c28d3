// Against a caller outside the constraints of a grant: the request is refused with the code of the constraint and STS
// is not asked, or the session policy enforces the constraint.
import { describe, expect, it } from 'vitest';
import { grantTo, NOW } from '../support/builders.ts';
import { seconds, token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';

type Parts = NonNullable<Parameters<typeof grantTo>[1]>;

function start(parts: Parts, header: string | undefined = 'x-real-ip') {
  const app = startVend(header === undefined ? {} : { clientIpHeader: header });
  app.store.grants = [grantTo({ kind: 'any' }, parts)];
  return app;
}

const HERE = { headers: { 'x-real-ip': '203.0.113.7' } };
const aged = (claims: Readonly<Record<string, unknown>>) => ({ ...HERE, token: token({ claims }) });
const CLOSED = [{ timeZone: 'UTC', days: ['mon' as const], from: '00:00', to: '24:00' }];

describe('a request is refused', () => {
  /**
   * @attack Caller whose claims do not satisfy the condition of a grant
   * @removed the test of `when`
   * @failed 3 of 20: with a condition on its claims: `expected [ 200, undefined ] to deeply equal [ 403,
   *   'access_denied' ]`
   *
   * @attack Caller in another network
   * @removed the test of `sourceIp`; an unknown address is in no network
   * @failed 4; 2 of 20: from another network: `expected [ { …(27) } ] to deeply equal [ ObjectContaining{…}
   *   ]`
   *
   * @attack Caller without a known address, where credentials are pinned to it
   * @removed the test of `pinSourceIp`
   * @failed 1 of 20: from nowhere, where credentials are pinned: `expected [ { …(27) } ] to deeply equal [
   *   ObjectContaining{…} ]`
   * @note compose then has no address to pin to, and refuses; the audit row differs
   *
   * @attack Caller out of hours
   * @removed the test of `timeWindows`
   * @failed 4 of 20: out of hours: `expected [ 200, undefined ] to deeply equal [ 403, 'access_denied' ]`
   *
   * @attack Token that is about to end, where credentials end with it
   * @removed the least life
   * @failed 1 of 20: with a token about to end: `expected [ 200, undefined ] to deeply equal [ 401,
   *   'invalid_token' ]`
   *
   * @attack Caller without a second factor
   * @removed the test of `mfa`
   * @failed 2 of 20: with one factor: `expected [ 200, undefined ] to deeply equal [ 403, 'step_up_required'
   *   ]`
   *
   * @attack Caller who signed in too long ago, or at no known time
   * @removed the comparison of the age; the need of a time
   * @failed 1; 2 of 20: with an old sign-in: `expected [ 200, undefined ] to deeply equal [ 403,
   *   'step_up_required' ]`
   */
  it.each([
    [
      'from another network',
      { constraints: { sourceIp: ['198.51.100.0/24'] } },
      HERE,
      403,
      'access_denied',
      'source-ip',
    ],
    [
      'from an address written by the caller itself',
      { constraints: { sourceIp: ['203.0.113.0/24'] } },
      { headers: { 'x-forwarded-for': '203.0.113.7' } },
      403,
      'access_denied',
      'source-ip',
    ],
    [
      'from a list of addresses',
      { constraints: { sourceIp: ['203.0.113.0/24'] } },
      { headers: { 'x-real-ip': '203.0.113.7, 192.0.2.1' } },
      403,
      'access_denied',
      'source-ip',
    ],
    [
      'from nowhere, where credentials are pinned',
      { constraints: { pinSourceIp: true } },
      {},
      403,
      'access_denied',
      'source-ip',
    ],
    [
      'out of hours',
      { constraints: { timeWindows: CLOSED } },
      HERE,
      403,
      'access_denied',
      'outside-time-window',
    ],
    [
      'with a token about to end',
      { constraints: { withinToken: true } },
      aged({ exp: seconds(NOW) + 30 }),
      401,
      'invalid_token',
      'token-ends-too-soon',
    ],
    [
      'with one factor',
      { constraints: { mfa: true } },
      aged({ amr: ['pwd'] }),
      403,
      'step_up_required',
      'mfa-missing',
    ],
    [
      'with an old sign-in',
      { constraints: { maxAuthAgeSeconds: 600 } },
      aged({ auth_time: seconds(NOW) - 601 }),
      403,
      'step_up_required',
      'auth-too-old',
    ],
    [
      'with a sign-in at no time',
      { constraints: { maxAuthAgeSeconds: 600 } },
      HERE,
      403,
      'step_up_required',
      'auth-time-missing',
    ],
    [
      'with a condition on its claims',
      { when: 'claims.level > 2' },
      aged({ level: 2 }),
      403,
      'access_denied',
      'condition-false',
    ],
  ])('%s', async (_, parts, sent, status, code, reason) => {
    const app = start(parts);
    const answer = await app.vend({}, sent);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ stage: 'decide', outcome: 'refused', reason }),
    ]);
    expect(app.assumer.orders).toEqual([]);
  });

  it('where no header is configured for the address', async () => {
    const app = startVend();
    app.store.grants = [grantTo({ kind: 'any' }, { constraints: { sourceIp: ['0.0.0.0/0', '::/0'] } })];
    expect((await app.vend({}, HERE)).status).toBe(403);
  });

  /**
   * @attack Rules read off from the codes of refusals
   * @removed one code for all (made: another one for the network)
   * @failed 5 of 20: alike to the byte for every reason: `expected 2 to be 1`
   */
  it('alike to the byte for every reason, so that rules do not show', async () => {
    const refusals = [
      start({ when: 'claims.a == 1' }),
      start({ constraints: { sourceIp: ['198.51.100.0/24'] } }),
      start({ constraints: { timeWindows: CLOSED } }),
      start({ role: 'arms-reader' }),
    ].map(async (app) => {
      const { text, body } = await app.vend({}, HERE);
      return text.replace(String(body['requestId']), 'ID');
    });
    expect(new Set(await Promise.all(refusals)).size).toBe(1);
  });
});

describe('a request is granted', () => {
  it('from an IPv4 address that a server on both protocols shows as IPv6', async () => {
    const app = start({ constraints: { sourceIp: ['203.0.113.0/24'], pinSourceIp: true } });
    const answer = await app.vend({}, { headers: { 'x-real-ip': '::ffff:203.0.113.7' } });
    expect(answer.status).toBe(200);
    expect(app.assumer.orders[0]?.sessionPolicy.json).toContain(
      '{"IpAddress":{"acs:SourceIp":"203.0.113.7"}}',
    );
  });

  it('with all constraints, and says when the credentials really end', async () => {
    const constraints = {
      sourceIp: ['203.0.113.0/24'],
      pinSourceIp: true,
      secureTransport: true,
      withinToken: true,
      resourceGroup: 'rg-acfm',
      tags: { team: 'media' },
      mfa: true,
      maxAuthAgeSeconds: 600,
      timeWindows: [{ timeZone: 'Asia/Shanghai', days: ['sun' as const], from: '20:00', to: '20:10' }],
    };
    const app = start({ when: '"staff" in groups', constraints });
    const claims = { amr: ['mfa'], auth_time: seconds(NOW) - 5, groups: ['staff'] };
    const { status, body } = await app.vend({}, aged(claims));
    expect(status).toBe(200);
    expect(body['credentials']).toMatchObject({ expiration: '2026-03-01T12:10:00.000Z' });
    expect(body['policy']).toMatchObject({
      Statement: [
        {
          Condition: {
            IpAddress: { 'acs:SourceIp': '203.0.113.7' },
            Bool: { 'acs:SecureTransport': 'true' },
            StringEquals: { 'acs:ResourceGroupId': 'rg-acfm', 'acs:ResourceTag/team': 'media' },
            DateLessThan: { 'acs:CurrentTime': '2026-03-01T12:10:00Z' },
          },
        },
      ],
    });
  });
});

describe('GET /v1/roles', () => {
  it.each([
    ['nothing of a grant that is satisfied', {}, []],
    ['the network', { constraints: { sourceIp: ['198.51.100.0/24'] } }, ['network']],
    ['the hours', { constraints: { timeWindows: CLOSED } }, ['time_window']],
    ['both', { constraints: { timeWindows: CLOSED, mfa: true } }, ['time_window', 'mfa']],
    ['a fresh sign-in', { constraints: { maxAuthAgeSeconds: 60 } }, ['fresh_sign_in']],
  ])('says that the caller needs %s', async (_, parts, needs) => {
    const { body } = await start(parts).send('GET', '/v1/roles', HERE);
    expect(body['roles']).toEqual([expect.objectContaining({ role: 'media-uploader', needs })]);
  });

  it('leaves out what the caller’s claims do not give', async () => {
    const { body } = await start({ when: 'claims.a == 1' }).send('GET', '/v1/roles', HERE);
    expect(body['roles']).toEqual([]);
  });
});
