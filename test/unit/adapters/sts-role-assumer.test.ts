// Guarantees: an incomplete answer of STS is not a credential, and AssumeRole is repeated only where that is harmless.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StsClient } from '../../../shared/adapters/alibaba-cloud/sts-client.ts';
import { createStsRoleAssumer } from '../../../shared/adapters/alibaba-cloud/sts-role-assumer.ts';
import type { AssumeRoleInput } from '../../../shared/pipeline/assume/role-assumer.ts';
import { startVend } from '../../support/vend-app.ts';

type Answer = Awaited<ReturnType<StsClient['assumeRole']>>;

const CREDENTIALS = {
  accessKeyId: 'STS.key',
  accessKeySecret: 'secret',
  securityToken: 'token',
  expiration: '2026-03-01T12:30:00Z',
};
const USER = { arn: 'acs:ram::1:role/r/s', assumedRoleId: '1:s' };
const BODY = { requestId: 'r', credentials: CREDENTIALS, assumedRoleUser: USER };

/** The SDK's answer is a class of many methods; the assumer reads its body. */
const answerOf = (body: object): Answer => ({ body }) as Answer;

async function someOrder(): Promise<AssumeRoleInput> {
  const app = startVend();
  await app.vend();
  const [order] = app.assumer.orders;
  if (!order) throw new Error('no order');
  return order;
}

async function assume(...answers: readonly (object | Error)[]) {
  let attempts = 0;
  const client: Pick<StsClient, 'assumeRole'> = {
    async assumeRole() {
      const answer = answers[Math.min(attempts, answers.length - 1)] ?? BODY;
      attempts += 1;
      if (answer instanceof Error) throw answer;
      return answerOf(answer);
    },
  };
  const answered = createStsRoleAssumer(async () => client).assume(await someOrder());
  await vi.runAllTimersAsync();
  return { answer: await answered, attempts };
}

const sdkError = (members: object): Error => Object.assign(new Error('canary message'), members);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('an answer of STS', () => {
  it('becomes a role with its secrets wrapped', async () => {
    const { answer } = await assume(BODY);
    if (!answer.ok) throw new Error(answer.error.cause);
    expect(answer.value).toMatchObject({
      accessKeyId: 'STS.key',
      expiration: new Date('2026-03-01T12:30:00Z'),
      assumedRoleArn: 'acs:ram::1:role/r/s',
      assumedRoleId: '1:s',
      requestId: 'r',
    });
    expect(answer.value.accessKeySecret.reveal()).toBe('secret');
    expect(JSON.stringify(answer.value)).not.toMatch(/"(secret|token)"/);
  });

  it.each([
    ['no body', {}],
    ['no credentials', { ...BODY, credentials: undefined }],
    ['no key id', { ...BODY, credentials: { ...CREDENTIALS, accessKeyId: '' } }],
    ['no secret', { ...BODY, credentials: { ...CREDENTIALS, accessKeySecret: undefined } }],
    ['no token', { ...BODY, credentials: { ...CREDENTIALS, securityToken: '' } }],
    ['no end', { ...BODY, credentials: { ...CREDENTIALS, expiration: undefined } }],
    ['an end that is no date', { ...BODY, credentials: { ...CREDENTIALS, expiration: 'soon' } }],
    ['an end that is a year', { ...BODY, credentials: { ...CREDENTIALS, expiration: '2027' } }],
    [
      'an end in no time zone',
      { ...BODY, credentials: { ...CREDENTIALS, expiration: '2026-03-01T12:30:00' } },
    ],
    [
      'a day that there is not',
      { ...BODY, credentials: { ...CREDENTIALS, expiration: '2026-13-01T12:30:00Z' } },
    ],
    ['no role', { ...BODY, assumedRoleUser: {} }],
  ])('with %s is no credential, and is not asked for again', async (_, body) => {
    expect(await assume(body)).toEqual({
      answer: { ok: false, error: { kind: 'unusable', cause: 'answer-incomplete' } },
      attempts: 1,
    });
  });
});

describe('an error of STS', () => {
  it.each([
    ['a code of throttling', { code: 'Throttling.User', statusCode: 400 }, 'throttled', 'Throttling.User', 3],
    ['status 429', { statusCode: 429 }, 'throttled', 'status-429', 3],
    ['a refusal', { code: 'NoPermission', statusCode: 403 }, 'refused', 'NoPermission', 1],
    ['a refusal without a code', { statusCode: 404 }, 'refused', 'status-404', 1],
    ['a code that is a text', { code: 'You shall not pass\n', statusCode: 403 }, 'refused', 'status-403', 1],
    ['its own failure', { code: 'InternalError', statusCode: 500 }, 'unavailable', 'InternalError', 3],
    ['no answer', { name: 'TimeoutError' }, 'unavailable', 'TimeoutError', 3],
  ] as const)('%s', async (_, members, kind, cause, attempts) => {
    expect(await assume(sdkError(members))).toEqual({
      answer: { ok: false, error: { kind, cause } },
      attempts,
    });
  });

  it('of throttling says when a call may succeed, where STS does', async () => {
    const members = { code: 'Throttling.User', statusCode: 400, retryAfter: '1500' };
    expect((await assume(sdkError(members))).answer).toMatchObject({ error: { retryAfterMs: 1500 } });
    const odd = await assume(sdkError({ ...members, retryAfter: '-1' }));
    expect(odd.answer).toEqual({ ok: false, error: { kind: 'throttled', cause: 'Throttling.User' } });
  });

  it('is forgotten when a later attempt succeeds', async () => {
    const { answer, attempts } = await assume(sdkError({ statusCode: 503 }), BODY);
    expect([answer.ok, attempts]).toEqual([true, 2]);
  });
});
