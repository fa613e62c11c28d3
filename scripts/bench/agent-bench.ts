// The agent's answers from its cache against a bare node:http server: over connections that stay, as SDKs use them, and over a
// new one for each request, where the look-up of whose program connects counts.
import type { ChildProcess } from 'node:child_process';
import autocannon from 'autocannon';
import { type BenchRow, ratioAtLeast } from './bench-row.ts';
import { startOnCore, stop } from './processes.ts';
import { AGENT_PORT, answering, FLOOR_PORT, urlOf } from './servers.ts';

const SUBJECT_CORE = 0;
const CONNECTIONS = 50;
const SECONDS = 5;
const SECRET = 'c'.repeat(43);
const PATH = `/${SECRET}/media-uploader`;

type Headers = Readonly<Record<string, string>>;
const KEPT: Headers = {};
const CLOSED: Headers = { connection: 'close' };

interface Subject {
  readonly start: () => ChildProcess;
  readonly port: number;
}

/** Requests a second. Throws unless every one is answered with 200. */
async function rateOf({ start, port }: Subject, headers: Headers): Promise<number> {
  const child = await answering(start(), port);
  try {
    const url = `${urlOf(port)}${PATH}`;
    const load = { url, connections: CONNECTIONS, headers };
    await autocannon({ ...load, duration: 2 });
    const { '2xx': answered, non2xx, errors, duration } = await autocannon({ ...load, duration: SECONDS });
    if (answered === 0 || non2xx > 0 || errors > 0)
      throw new Error(`agent: ${answered} answered, ${non2xx} refused, ${errors} failed`);
    return answered / duration;
  } finally {
    await stop(child);
  }
}

/** `folder` holds the bundled servers. */
export async function benchAgent(folder: string): Promise<readonly BenchRow[]> {
  const startWith = (file: string, port: number): Subject => ({
    port,
    start: () => startOnCore(SUBJECT_CORE, [file], { PORT: String(port), SECRET }, folder),
  });
  const agent = startWith('agent-server.cjs', AGENT_PORT);
  const floor = startWith('bare-server.cjs', FLOOR_PORT);
  const show = (value: number): string => `${value.toFixed(0)}/s`;
  return [
    ratioAtLeast(0.5, {
      what: 'credentials a second from the agent’s cache, connections kept (floor: bare node:http)',
      subject: await rateOf(agent, KEPT),
      floor: await rateOf(floor, KEPT),
      show,
    }),
    ratioAtLeast(0.25, {
      what: 'credentials a second from the agent’s cache, a new connection each (floor: bare node:http)',
      subject: await rateOf(agent, CLOSED),
      floor: await rateOf(floor, CLOSED),
      show,
    }),
  ];
}
