// A stock client signs a person in by the CloudSSO dialect and takes credentials: the whole wire works as its clients read it, and
// each step answers every fault in their words.
import { beforeEach, describe, expect, it } from 'vitest';
import { DEVICES } from '../../shared/adapters/tablestore/tables.ts';
import type { Browser } from '../support/browser.ts';
import { grantTo } from '../support/builders.ts';
import { CANARY } from '../support/canaries.ts';
import {
  ACCOUNT,
  accounts,
  askAsAliyun,
  CLOUDSSO,
  configurations,
  credentials,
  pollAsAliyun,
  said,
  send,
  sendJson,
  signInWithAliyun,
} from '../support/cloudsso.ts';
import { type CloudSsoWorld, OTHER_ACCOUNT, startCloudSso } from '../support/cloudsso-world.ts';
import { answerDevice, typeCode } from '../support/command-line.ts';
import { type Login, PORTAL } from '../support/login-app.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;

let world: CloudSsoWorld;
let login: Login;
let alice: Browser;

beforeEach(async () => {
  world = await startCloudSso();
  ({ login, alice } = world);
});

const actions = () => login.auditLog.events.map(({ action, outcome, cause }) => [action, outcome, cause]);

describe('aliyun configure --mode CloudSSO', () => {
  it('shows a code, and opens the page of the device flow with it', async () => {
    const { userCode, answer } = await askAsAliyun(login);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(answer.body).toEqual({
      DeviceCode: expect.stringMatching(/^[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}$/),
      UserCode: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      VerificationUri: `${PORTAL}/login/device`,
      VerificationUriComplete: `${PORTAL}/login/device?user_code=${userCode}`,
      ExpiresIn: 600,
      Interval: 5,
      RequestId: expect.any(String),
    });
  });

  it('waits, is signed in when its person says so, and takes the credentials of the role that was chosen', async () => {
    const asked = await askAsAliyun(login);
    expect(said(await pollAsAliyun(login, asked))).toBe('AuthorizationPending');
    const question = await typeCode(alice, asked.userCode);
    expect(question.text).toContain('An aliyun profile of mode CloudSSO (app-vaz16tltdxs96audqf35)');
    await answerDevice(alice, question);
    world.clock.advance(5 * SECOND_MS);
    const signedIn = await pollAsAliyun(login, asked);
    expect(signedIn.body).toMatchObject({
      AccessToken: expect.stringMatching(/^stint_cloudsso\.[A-Za-z0-9._-]+$/),
      ExpiresIn: 43_195,
    });
    const token = String(signedIn.body['AccessToken']);
    expect((await accounts(login, token)).body).toMatchObject({
      Accounts: [
        { AccountId: ACCOUNT, DisplayName: ACCOUNT },
        { AccountId: OTHER_ACCOUNT, DisplayName: OTHER_ACCOUNT },
      ],
      IsTruncated: false,
    });
    expect((await configurations(login, token)).body).toMatchObject({
      AccessConfigurationsForAccount: [
        {
          AccessConfigurationId: 'media-uploader',
          AccessConfigurationName: 'media-uploader',
          AccessConfigurationDescription: 'Upload to the media bucket',
        },
      ],
      IsTruncated: false,
    });
    expect((await credentials(login, token)).body).toEqual({
      CloudCredential: {
        AccessKeyId: expect.stringMatching(/^STS\./),
        AccessKeySecret: `${CANARY.stsSecret}-1`,
        SecurityToken: `${CANARY.securityToken}-1`,
        Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
      RequestId: expect.any(String),
    });
    expect(actions().slice(-2)).toEqual([
      ['command-line-approved', 'granted', undefined],
      ['command-line-sign-on', 'granted', undefined],
    ]);
    expect(world.vend.auditLog.events.at(-1)).toMatchObject({
      action: 'credentials',
      subject: 'corporate:alice',
      role: 'media-uploader',
      outcome: 'granted',
    });
    for (const [path, text] of [
      ['/portal/sessions', 'Command line: CloudSSO (aliyun)'],
      ['/portal/activity', 'Signed in on the command line of CloudSSO (aliyun)'],
    ])
      expect((await alice.request(new URL(path ?? '', PORTAL))).text).toContain(text);
  });

  it('stops when its person says no, and when ten minutes have passed', async () => {
    const [denied, late] = [await askAsAliyun(login), await askAsAliyun(login)];
    await answerDevice(alice, await typeCode(alice, denied.userCode), { answer: 'no', sure: undefined });
    expect(said(await pollAsAliyun(login, denied))).toBe('InvalidDeviceCodeError');
    world.clock.advance(600 * SECOND_MS);
    expect(said(await pollAsAliyun(login, late))).toBe('InvalidDeviceCodeError');
  });

  it('waits through an outage, which every other step hears of', async () => {
    const token = await signInWithAliyun(login, alice);
    const asked = await askAsAliyun(login);
    login.rows.intercept = () => ({ code: 'OTSServerBusy', requestId: undefined });
    const pending = await pollAsAliyun(login, asked);
    expect(login.logger.lines.at(-1)).toMatchObject({ level: 'error', fields: { reason: 'store-failed' } });
    const heard = [
      pending,
      (await askAsAliyun(login)).answer,
      await accounts(login, token),
      await credentials(login, token),
    ];
    expect(heard.map((answer) => [answer.status, said(answer)])).toEqual([
      [400, 'AuthorizationPending'],
      [429, 'ServiceUnavailable'],
      [429, 'ServiceUnavailable'],
      [429, 'ServiceUnavailable'],
    ]);
    expect(heard.map(({ headers }) => headers.get('retry-after'))).toEqual([null, '5', '5', '5']);
  });

  it.each<readonly [string, object]>([
    ['no client', { ClientId: undefined }],
    ['a client that breaks lines', { ClientId: 'a\nb' }],
    ['no challenge', { CodeChallenge: undefined }],
    ['a verifier in the clear', { CodeChallengeMethod: 'plain' }],
    ['a challenge that is none', { CodeChallenge: 'x' }],
  ])('is refused with %s', async (_, members) => {
    const { answer } = await askAsAliyun(login, members);
    expect([answer.status, said(answer)]).toEqual([400, 'InvalidParameter']);
    expect(login.rows.rows(DEVICES)).toEqual([]);
  });

  it.each<readonly [string, object]>([
    ['no grant type', { GrantType: undefined }],
    ['another grant type', { GrantType: 'refresh_token' }],
    ['no device code', { DeviceCode: undefined }],
    ['a list of device codes', { DeviceCode: ['x'] }],
  ])('gets no token with %s', async (_, members) => {
    expect(said(await pollAsAliyun(login, await askAsAliyun(login), members))).toBe('InvalidParameter');
  });

  it.each<readonly [string, RequestInit]>([
    ['a form', { body: new URLSearchParams({ ClientId: 'x' }) }],
    ['text', { body: '{', headers: { 'content-type': 'application/json' } }],
    [
      'a member twice',
      { body: '{"ClientId":"a","ClientId":"b"}', headers: { 'content-type': 'application/json' } },
    ],
    ['nothing', {}],
  ])('is refused with %s for a body', async (_, init) => {
    for (const path of ['/device-authorization', '/token'])
      expect(said(await send(login, path, { method: 'POST', ...init }))).toBe('InvalidParameter');
  });

  it('is refused with a body of a megabyte', async () => {
    const answer = await sendJson(login, '/token', { DeviceCode: 'x'.repeat(1_000_000) });
    expect([answer.status, said(answer)]).toEqual([413, 'TooLarge']);
  });
});

describe('POST /cloud-credentials', () => {
  it('takes the role that the token took first, from a client that sends no body', async () => {
    const token = await signInWithAliyun(login, alice);
    const early = await credentials(login, token, null);
    expect([early.status, said(early)]).toEqual([400, 'AccessConfigurationNotChosen']);
    await credentials(login, token, 'arms-reader', OTHER_ACCOUNT);
    expect(said(await credentials(login, token, null))).toBe('ok');
    expect(world.vend.auditLog.events.at(-1)?.role).toBe('arms-reader');
  });

  it('is taken by eight commands that start at once, before the token is bound and after a minute', async () => {
    const token = await signInWithAliyun(login, alice);
    for (let i = 0; i < 2; i++) {
      const answers = await Promise.all(Array.from({ length: 8 }, () => credentials(login, token)));
      expect(answers.map(said)).toEqual(Array(8).fill('ok'));
      world.clock.advance(120 * SECOND_MS);
    }
  });

  it.each<readonly [string, number, (vend: CloudSsoWorld['vend']) => unknown]>([
    ['ServiceUnavailable', 429, ({ assumer }) => Object.assign(assumer, { fault: { kind: 'unavailable' } })],
    ['RoleMisconfigured', 403, ({ assumer }) => Object.assign(assumer, { fault: { kind: 'refused' } })],
    ['AccessDenied', 403, ({ store }) => Object.assign(store, { grants: [] })],
    [
      'StepUpRequired',
      403,
      ({ store }) => {
        const mfa = { sessionPolicy: 'inherit', constraints: { mfa: true } } as const;
        store.grants = [grantTo({ kind: 'sub', name: 'corporate:alice' }, mfa, 'staff')];
      },
    ],
  ])('says %s where vend refuses, and then binds nothing', async (error, status, change) => {
    const token = await signInWithAliyun(login, alice);
    change(world.vend);
    const refused = await credentials(login, token);
    expect([refused.status, said(refused)]).toEqual([status, error]);
    expect(said(await credentials(login, token, null))).toBe('AccessConfigurationNotChosen');
  });

  it('keeps the session of its token in use', async () => {
    const token = await signInWithAliyun(login, alice);
    for (let hours = 0; hours < 9; hours += 3) {
      world.clock.advance(3 * HOUR_MS);
      expect(said(await credentials(login, token))).toBe('ok');
    }
  });
});

describe('the origin of the dialect', () => {
  it.each(['/', '/portal', '/login/device', '/login/token', '/v1/roles', '/cloud-credentials/x'])(
    'has nothing at %s',
    async (path) => {
      const answer = await send(login, path);
      expect([answer.status, said(answer)]).toEqual([404, 'NotFound']);
    },
  );

  it('is reached by a client that leaves the port out of Host', async () => {
    const { login: onPort } = await startCloudSso({ cloudSsoUrl: 'http://127.0.0.1:9001' });
    for (const origin of ['http://127.0.0.1:9001', 'http://127.0.0.1'])
      expect(said(await send(onPort, '/access-assignments/accounts', {}, origin))).toBe('InvalidAccessToken');
  });

  it('does not exist unless it is configured', async () => {
    const { login: without } = await startCloudSso({ cloudSsoUrl: undefined });
    const response = await without.app.request(`${CLOUDSSO}/access-assignments/accounts`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'text/html; charset=UTF-8',
    ]);
  });
});
