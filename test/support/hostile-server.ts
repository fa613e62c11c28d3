// A TCP server that answers whatever a test wants, HTTP or not, and an honest one on the same port when it is told to.
import { connect, createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Handler, type Loopback, listenHere, startLoopback } from './loopback.ts';

/** The caller ends the connection if the server does not. */
export type Hostility = (socket: Socket) => void;

const raw =
  (...lines: readonly (string | Buffer)[]) =>
  (socket: Socket) => {
    for (const line of lines) socket.write(line);
  };
const closing =
  (...lines: readonly (string | Buffer)[]) =>
  (socket: Socket) =>
    socket.end(Buffer.concat(lines.map((line) => Buffer.from(line))));

/** As fast as the other end takes it. */
const endless =
  (start: string, piece: string) =>
  (socket: Socket): void => {
    socket.write(start);
    const more = (): void => {
      if (!socket.destroyed) socket.write(piece, () => setImmediate(more));
    };
    more();
  };

const drip =
  (start: string, piece: string) =>
  (socket: Socket): void => {
    socket.write(start);
    const timer = setInterval(() => socket.write(piece), 20);
    socket.on('close', () => clearInterval(timer));
  };

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const GZIP = `${OK}content-encoding: gzip\r\n`;
/** JSON to a client that reads all of it. */
const bomb = gzipSync('{}'.padEnd(20_000_000));
const withLength = (head: string, body: Buffer) => [`${head}content-length: ${body.length}\r\n\r\n`, body];

/** Every kind of answer that is none, and of end that no event tells of. */
export const HOSTILITIES: Readonly<Record<string, Hostility>> = {
  '101 Switching Protocols': raw(
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  ),
  '101 without an upgrade': closing('HTTP/1.1 101 Odd\r\n\r\n'),
  '101 with a body': raw(
    'HTTP/1.1 101 Odd\r\nconnection: upgrade\r\nupgrade: h2c\r\ncontent-length: 2\r\n\r\n{}',
  ),
  'a flood of 100 Continue': endless('', 'HTTP/1.1 100 Continue\r\n\r\n'),
  'a flood of 102 Processing': endless('', 'HTTP/1.1 102 Processing\r\n\r\n'),
  'a flood of 103 Early Hints': endless('', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
  'a drip of 100 Continue': drip('', 'HTTP/1.1 100 Continue\r\n\r\n'),
  'a status of 199 and silence': raw('HTTP/1.1 199 Odd\r\n\r\n'),
  silence: () => undefined,
  'an end without a word': closing(),
  'a reset': (socket) => void socket.resetAndDestroy(),
  'half a status line': raw('HTTP/1.1 20'),
  'half the headers': raw(`${OK}x-half: `),
  'half the headers and an end': closing(`${OK}x-half: `),
  'a drip of headers': drip(OK, 'x: y\r\n'),
  'endless headers': endless(OK, `x-long: ${'y'.repeat(1_000)}\r\n`),
  'an endless header': endless(`${OK}x-long: `, 'y'.repeat(1_000)),
  'no body': raw(`${OK}content-length: 10\r\n\r\n`),
  'no body and no length': raw(`${OK}\r\n`),
  'no chunk': raw(`${OK}transfer-encoding: chunked\r\n\r\n`),
  'a drip of a body': drip(`${OK}content-length: 100000\r\n\r\n`, ' '),
  'a drip of chunks': drip(`${OK}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n'),
  'endless chunks': endless(`${OK}transfer-encoding: chunked\r\n\r\n`, `2000\r\n${' '.repeat(0x2000)}\r\n`),
  'endless trailers': endless(`${OK}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n`, 'x: y\r\n'),
  'a chunk of no size': closing(`${OK}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`),
  'a body that is cut': closing(`${OK}content-length: 100\r\n\r\n{`),
  'chunks that are cut': closing(`${OK}transfer-encoding: chunked\r\n\r\n5\r\n{`),
  'a length that is too short': closing(`${OK}content-length: 1\r\n\r\n{"a":1}`),
  'a length that is no number': closing(`${OK}content-length: two\r\n\r\n{}`),
  'two lengths': closing(`${OK}content-length: 1\r\ncontent-length: 2\r\n\r\n{}`),
  'a length and chunks': closing(`${OK}content-length: 9\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
  'HTTP/0.9': closing('<html>hello</html>'),
  'another protocol': closing('220 mail.example.com ESMTP\r\n'),
  'HTTP/2': closing(Buffer.from('00001204000000000000030000006400', 'hex')),
  'a page': closing(`HTTP/1.1 200 OK\r\n\r\n<html>`),
  'no JSON': closing(`${OK}\r\n[1e999`),
  'a status of 999': closing('HTTP/1.1 999 Odd\r\ncontent-length: 2\r\n\r\n{}'),
  '204 with a body': closing('HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\n{}'),
  '304 without a request for it': closing('HTTP/1.1 304 Not Modified\r\n\r\n'),
  'a redirect to itself': closing('HTTP/1.1 307 Odd\r\nlocation: /\r\ncontent-length: 0\r\n\r\n'),
  '426 Upgrade Required': closing(
    'HTTP/1.1 426 Odd\r\nconnection: upgrade\r\nupgrade: h2c\r\ncontent-length: 0\r\n\r\n',
  ),
  'gzip that is none': closing(...withLength(GZIP, Buffer.from('{"keys":[]}'))),
  'gzip that is cut': closing(...withLength(GZIP, gzipSync('{"keys":[]}').subarray(0, 15))),
  'gzip of 20 MB': closing(...withLength(GZIP, bomb)),
  'gzip and silence': raw(`${GZIP}content-length: 30\r\n\r\n`, gzipSync('{}').subarray(0, 12)),
  'a compression of the future': closing(...withLength(`${OK}content-encoding: zz\r\n`, Buffer.from('{}'))),
  'gzip ten times': closing(
    ...withLength(`${OK}content-encoding: ${Array(10).fill('gzip').join(', ')}\r\n`, Buffer.from('x')),
  ),
};

export interface HostileServer {
  readonly url: string;
  /** Connections that were answered with hostility, and are still open. */
  open(): readonly Socket[];
  /** From now on it answers as this handler does. */
  beHonest(handler: Handler): Promise<void>;
}

export async function startHostileServer(answer: Hostility): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  let honest: Loopback | undefined;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // By what it asks: a client may open a connection and use it later.
    socket.once('data', (request) => {
      if (honest) {
        const upstream = connect(Number(new URL(honest.url).port), '127.0.0.1');
        upstream.on('error', () => socket.destroy());
        upstream.write(request);
        socket.pipe(upstream).pipe(socket);
        return;
      }
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.resume();
      answer(socket);
    });
  });
  const { url } = await listenHere(server);
  return {
    url,
    open: () => [...sockets],
    async beHonest(handler) {
      honest = await startLoopback(handler);
    },
  };
}
