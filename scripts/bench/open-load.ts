// Load that does not wait for answers, as a fleet of callers sends it: each request is due at its time, whatever became of those
// before. Over plain sockets, so that the generator costs less than what it measures. Also closed, to find what a server can do.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { RequestOf } from './load.ts';

/** As a large proxy keeps to one server. A request that is due while all are in use is not sent, and counts as unanswered. */
const MAX_CONNECTIONS = 1_000;
const TICK_MS = 1;
/** The stock clients of Alibaba Cloud read for 10 seconds. */
const CLIENT_PATIENCE_MS = 10_000;
const HEAD_END = '\r\n\r\n';

export interface LoadAnswer {
  /** 0: none came. */
  readonly status: number;
  readonly hasRetryAfter: boolean;
  /** Since the request was due, which may be before it was sent. */
  readonly millis: number;
}

export interface Load {
  readonly port: number;
  /** The bytes of the next request. */
  readonly next: () => string;
  readonly seconds: number;
  /** Open: so many are due each second. Closed: each of so many connections sends its next request once it has the answer. */
  readonly pace: { readonly perSecond: number } | { readonly connections: number };
}

/** A request over HTTP/1.1 as text. */
export function requestText(requestOf: RequestOf, token: string): string {
  const { path, headers, body } = requestOf(token);
  const lines = Object.entries({
    host: 'vend.miniature.example',
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}${HEAD_END}${body}`;
}

type OnAnswer = (answer: Omit<LoadAnswer, 'millis'>) => void;

/** One connection, for one request at a time. */
async function openConnection(port: number, onClose: () => void) {
  let waiting: OnAnswer | undefined;
  let head = '';
  let left = -1;
  let answer = { status: 0, hasRetryAfter: false };
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const settle = (): void => {
    const settled = waiting;
    [waiting, head, left] = [undefined, '', -1];
    settled?.(answer);
  };
  socket.on('data', (chunk: Buffer) => {
    if (left >= 0) left -= chunk.length;
    else {
      head += chunk.toString('latin1');
      const end = head.indexOf(HEAD_END);
      if (end < 0) return;
      answer = {
        status: Number(head.slice(9, 12)),
        hasRetryAfter: /\r\nretry-after: \d/i.test(head.slice(0, end + 2)),
      };
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head.slice(0, end + 2))?.[1] ?? 0);
      left = length - (head.length - end - HEAD_END.length);
    }
    if (left <= 0) settle();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    answer = { status: 0, hasRetryAfter: false };
    settle();
    onClose();
  });
  await once(socket, 'connect');
  return {
    ask(text: string, onAnswer: OnAnswer): void {
      waiting = onAnswer;
      socket.write(text, 'latin1');
    },
    end: () => socket.destroy(),
  };
}

type Connection = Awaited<ReturnType<typeof openConnection>>;

/** Every request that was due, answered or not. Ends when all are answered, or the patience of the last is over. */
export async function sendLoad({ port, next, seconds, pace }: Load): Promise<readonly LoadAnswer[]> {
  const answers: LoadAnswer[] = [];
  const idle: Connection[] = [];
  const all = new Set<Connection>();
  let inFlight = 0;
  let onIdle: (() => void) | undefined;

  const open = async (): Promise<Connection> => {
    const made = await openConnection(port, () => all.delete(made));
    all.add(made);
    return made;
  };
  const ask = (dueAt: number): void => {
    let connection = idle.pop();
    // The server may have closed it meanwhile.
    while (connection && !all.has(connection)) connection = idle.pop();
    if (!connection) {
      answers.push({ status: 0, hasRetryAfter: false, millis: 0 });
      return;
    }
    inFlight += 1;
    const used = connection;
    const timer = setTimeout(used.end, CLIENT_PATIENCE_MS);
    connection.ask(next(), (answer) => {
      clearTimeout(timer);
      inFlight -= 1;
      answers.push({ ...answer, millis: performance.now() - dueAt });
      if (all.has(connection)) idle.push(connection);
      else
        void open().then(
          (made) => idle.push(made),
          () => undefined,
        );
      onIdle?.();
    });
  };

  const opened = 'connections' in pace ? pace.connections : MAX_CONNECTIONS;
  await Promise.all(Array.from({ length: opened }, async () => idle.push(await open())));
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  await new Promise<void>((resolve) => {
    let sent = 0;
    const askWhatIsDue = (): void => {
      const now = Math.min(performance.now(), endsAt);
      const due =
        'perSecond' in pace
          ? ((now - startedAt) / 1000) * pace.perSecond
          : sent + pace.connections - inFlight;
      for (; sent < due && now < endsAt; sent += 1)
        ask('perSecond' in pace ? startedAt + (sent / pace.perSecond) * 1000 : now);
    };
    if ('connections' in pace) onIdle = askWhatIsDue;
    const timer = setInterval(() => {
      askWhatIsDue();
      if (performance.now() < endsAt || inFlight > 0) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  for (const connection of all) connection.end();
  return answers;
}
