// Guarantees: every call to Tablestore ends within its deadline, and is repeated only where that is harmless.
import { describe, expect, it } from 'vitest';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { CANARY } from '../../support/canaries.ts';
import { type Handler, startLoopback } from '../../support/loopback.ts';

const AT_ONCE = { attemptDeadlineMs: 10_000, firstRetryMs: 0 };

/** Tablestore's Error message in protobuf: field 1 the code, field 2 the text. */
function errorBody(code: string): Buffer {
  const field = (number: number, text: string) =>
    Buffer.concat([Buffer.from([(number << 3) | 2, Buffer.byteLength(text)]), Buffer.from(text)]);
  return Buffer.concat([field(1, code), field(2, `message with ${CANARY.ownSecret}`)]);
}

const failing =
  (code: string, status = 503): Handler =>
  (_, response) =>
    response.writeHead(status, { 'x-ots-requestid': 'ots-request' }).end(errorBody(code));

async function call(handler: Handler, idempotent = true, timing = AT_ONCE) {
  const server = await startLoopback(handler);
  const sdk = openTablestore({
    endpoint: server.url,
    instance: 'stint',
    credentials: () => ({
      accessKeyId: 'id',
      accessKeySecret: new Secret(CANARY.ownSecret),
      securityToken: undefined,
    }),
    timing,
  });
  const answer = await sdk.call(idempotent, (client) => client.listTable({}));
  return { answer, attempts: server.requests.length };
}

const failedWith = (code: string, requestId?: string) => ({ ok: false, error: { code, requestId } });

describe('an error of Tablestore', () => {
  it('has its code, read from the body that the SDK cannot read, and nothing of its text', async () => {
    const { answer, attempts } = await call(failing('OTSParameterInvalid', 400));
    expect([answer, attempts]).toEqual([failedWith('OTSParameterInvalid', 'ots-request'), 1]);
  });

  it.each([
    ['a busy partition', 'OTSServerBusy', true, 4],
    ['a busy partition', 'OTSServerBusy', false, 4],
    ['a row in use', 'OTSRowOperationConflict', false, 4],
    ['an unknown outcome', 'OTSTimeout', true, 4],
    ['an unknown outcome', 'OTSTimeout', false, 1],
    ['an unknown outcome', 'OTSInternalServerError', false, 1],
    ['a failed condition', 'OTSConditionCheckFail', true, 1],
    ['a refusal', 'OTSNoPermissionAccess', true, 1],
    ['a code of the future', 'OTSSomethingNew', true, 1],
  ])('for %s (%s, idempotent: %s) makes %i attempts', async (_, code, idempotent, attempts) => {
    const made = await call(failing(code), idempotent);
    expect([made.answer, made.attempts]).toEqual([failedWith(code, 'ots-request'), attempts]);
  });

  it.each([
    [true, 4],
    [false, 1],
  ])(
    'that is a page of a proxy leaves the outcome unknown (idempotent: %s): %i attempts',
    async (idempotent, attempts) => {
      const made = await call((_, response) => response.writeHead(502).end('<html>'), idempotent);
      expect([made.answer, made.attempts]).toEqual([failedWith('Unreadable'), attempts]);
    },
  );

  it('that is a page of a proxy which reads as an error has no code of its own', async () => {
    const { answer, attempts } = await call(failing('<h1> Bad gateway', 502), false);
    expect([answer, attempts]).toEqual([failedWith('Unreadable', 'ots-request'), 1]);
  });

  it('is forgotten when a later attempt succeeds', async () => {
    let left = 2;
    const { answer, attempts } = await call((request, response) => {
      left -= 1;
      if (left >= 0) failing('OTSServerBusy')(request, response);
      else response.writeHead(200).end();
    });
    expect([answer.ok, attempts]).toEqual([true, 3]);
  });
});

describe('a call that cannot end', () => {
  const QUICK = { attemptDeadlineMs: 20, firstRetryMs: 0 };
  it.each<[string, Handler]>([
    ['a server that says nothing', () => undefined],
    [
      'a body that is cut',
      (_, response) =>
        response.writeHead(200, { 'content-length': '9' }).write('x', () => response.destroy()),
    ],
  ])('for %s ends at its deadline, once when it may have been done', async (_, handler) => {
    const made = await call(handler, false, QUICK);
    expect([made.answer, made.attempts]).toEqual([failedWith('Network'), 1]);
  });

  it.each<[boolean, number]>([
    [true, 4],
    [false, 1],
  ])('for a closed connection (idempotent: %s) makes %i attempts', async (idempotent, attempts) => {
    const made = await call((request) => request.socket.destroy(), idempotent);
    expect([made.answer, made.attempts]).toEqual([failedWith('Network'), attempts]);
  });
});
