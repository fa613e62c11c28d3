// Guarantees: a request that is late is ended wherever it waits, and is not sent once its caller has gone on; no answer is taken
// that is longer than its bound, cut, or for another request; and no connection is used again that may be dead or out of step.
import { createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openExchange } from '../../../shared/adapters/alibaba-cloud/kept-alive-exchange.ts';
import { listenHere, startLoopback } from '../../support/loopback.ts';

/** As many as the exchange opens at the same time. */
const SOCKETS = 200;
/** No test waits for a deadline. */
const NEVER_MS = 3_600_000;
const MAX_BYTES = 1_000;
const NO_BODY = new Uint8Array();

/** A promise, and what fulfils it. */
function signal() {
  let give = () => undefined as unknown;
  const given = new Promise((resolve) => {
    give = () => resolve(undefined);
  });
  return { give: () => give(), given };
}

/** A server that answers nothing. `reached` resolves when it has got so many requests. */
async function startSilent(awaited: number) {
  const { give, given: reached } = signal();
  const { url, requests } = await startLoopback(() => requests.length === awaited && give());
  return { url, requests, reached };
}

describe('a late request', () => {
  afterEach(() => vi.useRealTimers());

  it('is never sent where it has waited for a connection that others held', async () => {
    const { url, requests, reached } = await startSilent(SOCKETS);
    const exchange = openExchange(url, { deadlineMs: NEVER_MS, maxBytes: MAX_BYTES });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const sent = Array.from({ length: SOCKETS + 1 }, (_, i) => exchange(`/${i}`, {}, NO_BODY));
    const outcomes = Promise.allSettled(sent);
    await reached;
    vi.advanceTimersByTime(NEVER_MS);
    expect((await outcomes).map(({ status }) => status)).toEqual(sent.map(() => 'rejected'));
    expect(requests).toHaveLength(SOCKETS);
  });
});

it('an answer is taken up to its bound, in however many pieces, and ended behind it', async () => {
  const { url } = await startLoopback(({ url: path = '' }, response) => {
    response.write('x'.repeat(MAX_BYTES / 2));
    response.write('x'.repeat(MAX_BYTES / 2), () => response.end(path === '/long' ? 'x' : ''));
  });
  const exchange = openExchange(url, { deadlineMs: NEVER_MS, maxBytes: MAX_BYTES });
  expect((await exchange('/whole', {}, NO_BODY)).content).toHaveLength(MAX_BYTES);
  await expect(exchange('/long', {}, NO_BODY)).rejects.toThrow();
});

/** Answers in bytes, whatever they are. `sockets` has the connections in the order in which they came, `last` that of the last request. */
async function startBytes(answer: (path: string, socket: Socket) => void) {
  const sockets: Socket[] = [];
  let last: Socket | undefined;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      last = socket;
      answer(/POST (\S+)/.exec(bytes.toString())?.[1] ?? '', socket);
    });
  });
  const { url } = await listenHere(server);
  const exchange = openExchange(url, { deadlineMs: NEVER_MS, maxBytes: MAX_BYTES });
  const ask = async (path: string) =>
    String((await exchange(path, { 'content-length': 0 }, NO_BODY)).content);
  return { ask, sockets, last: () => last };
}

const whole = (body: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

describe('a connection', () => {
  afterEach(() => vi.useRealTimers());

  it('on which a second answer comes while it waits is ended, so that the next request does not get it', async () => {
    const { ask, sockets } = await startBytes((path, socket) => socket.write(whole(path)));
    await ask('/a');
    await new Promise((resolve) => sockets[0]?.write(whole('of another'), resolve));
    // It is on its way within this machine: the caller gets it before the events of its next turn.
    await setImmediate();
    await setImmediate();
    expect([await ask('/b'), await ask('/c'), sockets.length]).toEqual(['/b', '/c', 2]);
  });

  it('that brings a second answer together with the first is not used again', async () => {
    const { ask, sockets } = await startBytes((path, socket) =>
      socket.write(whole(path) + (path === '/a' ? whole('of another') : '')),
    );
    expect([await ask('/a'), await ask('/b'), await ask('/c'), sockets.length]).toEqual([
      '/a',
      '/b',
      '/c',
      2,
    ]);
  });

  it('that was in use while the instance was frozen is not used again', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const reached = signal();
    const { ask, sockets, last } = await startBytes((path, socket) =>
      path === '/frozen' ? reached.give() : socket.write(whole(path)),
    );
    const frozen = ask('/frozen');
    await reached.given;
    vi.setSystemTime(Date.now() + 60_000);
    await ask('/a');
    sockets[0]?.write(whole('/frozen'));
    expect(await frozen).toBe('/frozen');
    await ask('/b');
    expect(last()).not.toBe(sockets[0]);
  });
});

describe('an answer', () => {
  it.each([
    ['cut in its head', 'HTTP/1.1 200 OK\r\ncontent-len'],
    ['cut behind its head', 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n'],
    ['with half its body', 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nro'],
    ['with half a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nro'],
    ['without its last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nro\r\n'],
    ['that does not tell where it ends', 'HTTP/1.1 200 OK\r\n\r\nro'],
    ['of HTTP/1.0 that does not tell where it ends', 'HTTP/1.0 200 OK\r\n\r\nro'],
    ['in a coding that hides where it ends', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nro'],
    [
      'with a length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['with bare line feeds', 'HTTP/1.1 200 OK\ncontent-length: 2\n\nro'],
  ])('%s is none', async (_, bytes) => {
    const { ask } = await startBytes((_path, socket) => socket.end(bytes));
    await expect(ask('/a')).rejects.toThrow();
  });

  it.each([
    [
      'behind words that are no answer yet',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n${whole('rows')}`,
    ],
    ['of HTTP/1.0 with a length', 'HTTP/1.0 200 OK\r\ncontent-length: 4\r\n\r\nrows'],
    [
      'in chunks with extensions',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n4;a=b\r\nrows\r\n0\r\nx: y\r\n\r\n',
    ],
  ])('%s is taken', async (_, bytes) => {
    const { ask } = await startBytes((_path, socket) => socket.end(bytes));
    expect(await ask('/a')).toBe('rows');
  });
});
