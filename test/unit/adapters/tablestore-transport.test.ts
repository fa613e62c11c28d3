// Guarantees: a call goes over a connection that is kept, not over one that may have died while the instance was frozen; and no
// answer that is cut or comes in pieces is taken for another.
import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { type Handler, listenHere } from '../../support/loopback.ts';

/** A call that waits for its deadline never ends here. */
const NEVER = { attemptDeadlineMs: 3_600_000, firstRetryMs: 0 };

async function startStore(handler: Handler) {
  const seen: IncomingMessage[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    seen.push(request);
    request.resume().on('end', () => handler(request, response));
  });
  server.on('connection', () => {
    connections += 1;
  });
  const { url } = await listenHere(server);
  const sdk = openTablestore({
    endpoint: url,
    instance: 'stint',
    credentials: () => ({
      accessKeyId: 'id',
      accessKeySecret: new Secret('secret'),
      securityToken: new Secret('of-sts'),
    }),
    timing: NEVER,
  });
  const call = (isIdempotent = true) => sdk.call(isIdempotent, (client) => client.listTable({}));
  return { call, seen, connections: () => connections };
}

const answerEmpty: Handler = (_, response) => response.end();

describe('a connection', () => {
  afterEach(() => vi.useRealTimers());

  it('is kept for the next call', async () => {
    const { call, connections } = await startStore(answerEmpty);
    expect([(await call()).ok, (await call()).ok, connections()]).toEqual([true, true, 1]);
  });

  it('is not used again after a pause in which the instance may have been frozen', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { call, connections } = await startStore(answerEmpty);
    await call();
    vi.setSystemTime(Date.now() + 60_000);
    expect([(await call(false)).ok, connections()]).toEqual([true, 2]);
  });

  it('that dies when it is used again costs a call that may be repeated nothing', async () => {
    const used = new Set<unknown>();
    const { call, connections } = await startStore(({ socket }, response) => {
      if (used.has(socket)) socket.destroy();
      else response.end();
      used.add(socket);
    });
    await call();
    expect([(await call()).ok, connections()]).toEqual([true, 2]);
  });
});

describe('an answer', () => {
  it('that is cut ends the call at once', async () => {
    const { call } = await startStore((_, response) =>
      response.writeHead(200, { 'content-length': '9' }).write('x', () => response.destroy()),
    );
    expect(await call(false)).toEqual({ ok: false, error: { code: 'Network', requestId: undefined } });
  });

  it('that turns into another protocol ends the call at once', async () => {
    const { call } = await startStore(({ socket }) =>
      socket.write('HTTP/1.1 101 Odd\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'),
    );
    expect(await call(false)).toEqual({ ok: false, error: { code: 'Network', requestId: undefined } });
  });

  it.each([201, 204, 206])('of another status than 200 is none: %i', async (status) => {
    const { call } = await startStore((_, response) =>
      response.writeHead(status, { 'content-length': '0' }).end(),
    );
    expect(await call(false)).toEqual({ ok: false, error: { code: 'Unreadable', requestId: undefined } });
  });

  it('in pieces is one answer', async () => {
    const { call } = await startStore((_, response) => {
      response
        .writeHead(400, { 'x-ots-requestid': 'r' })
        .write('\n\x13OTS', () => setImmediate(() => response.end('ParameterInvalid')));
    });
    expect(await call()).toEqual({ ok: false, error: { code: 'OTSParameterInvalid', requestId: 'r' } });
  });
});

it('a request is signed with the token of STS, and its body has a checksum', async () => {
  const { call, seen } = await startStore(answerEmpty);
  await call();
  expect(seen[0]).toMatchObject({
    method: 'POST',
    url: '/ListTable',
    headers: {
      'x-ots-ststoken': 'of-sts',
      'x-ots-accesskeyid': 'id',
      'x-ots-instancename': 'stint',
      'x-ots-contentmd5': '1B2M2Y8AsgTpgAmY7PhCfg==',
      'x-ots-signature': expect.stringMatching(/^[\w+/]{27}=$/),
    },
  });
});
