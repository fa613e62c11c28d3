// A Tablestore instance on this machine: the real wire protocol over HTTP, state in lmdb. A planned fault changes what happens
// to an answer in the last step before the network.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallRecorder } from '../action-trail/call-log.ts';
import type { CallerDirectory } from '../iam/identity.ts';
import { handleRequest, type OtsResponse, type OtsService } from './handle-request.ts';
import { type FaultPlan, OtsFaults } from './ots-faults.ts';
import { REQUEST_BODY_MAX_BYTES } from './ots-limits.ts';
import { Store } from './store/store.ts';

/** No protobuf message starts with field number 0. */
const GARBAGE = Buffer.from([0x07, 0xff, 0xff, 0xff, 0xff]);

async function deliverResponse(
  response: OtsResponse,
  carrier: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  switch (response.fault?.kind) {
    case 'hang':
      return;
    case 'lost-before-commit':
    case 'lost-after-commit':
      carrier.destroy();
      return;
    case 'cut-body':
      sendCut(response, carrier);
      return;
    case 'garbage':
      send({ ...response, body: GARBAGE }, carrier);
      return;
    case 'slow':
      await delay(response.fault.delayMs, undefined, { signal: closing }).catch(() => undefined);
      send(response, carrier);
      return;
    default:
      send(response, carrier);
  }
}

function send({ status, headers, body }: OtsResponse, carrier: ServerResponse): void {
  carrier.writeHead(status, { ...headers, 'content-length': body.length });
  carrier.end(body);
}

/** Promises one byte more than it sends, then drops the connection. */
function sendCut({ status, headers, body }: OtsResponse, carrier: ServerResponse): void {
  carrier.writeHead(status, { ...headers, 'content-length': body.length + 1 });
  carrier.write(body, () => carrier.destroy());
}

/** Longer than a client's pause between two requests, so that kept-alive connections seldom go stale in its hands. */
const KEEP_ALIVE_MS = 65_000;
const DEFAULT_REGION = 'cn-hangzhou';
const LOOPBACK = '127.0.0.1';

export interface LocalTablestoreOptions {
  readonly dataDir: string;
  readonly instance: string;
  readonly callers: CallerDirectory;
  readonly clock?: () => Date;
  /** Default 0: any that is free. */
  readonly port?: number;
  readonly host?: string;
  /** Part of the resource names that policies are matched against. */
  readonly region?: string;
  /** The account that owns the instance; others are refused. Left out, any known account is served. */
  readonly accountId?: string;
  /** Whether the instance is there now. Default: always. */
  readonly exists?: () => boolean;
  /** Records the calls of temporary keys. */
  readonly calls?: CallRecorder;
}

export interface LocalTablestore {
  readonly url: string;
  readonly faults: FaultPlan;
  /** How many tables there are. */
  countTables(): number;
  close(): Promise<void>;
}

/** Opens the data folder, or creates it, and resolves when the server listens. */
export async function startTablestore(options: LocalTablestoreOptions): Promise<LocalTablestore> {
  const faults = new OtsFaults();
  const store = new Store(options.dataDir);
  const closing = new AbortController();
  const server = serve(
    {
      store,
      faults,
      callers: options.callers,
      instance: options.instance,
      accountId: options.accountId,
      exists: options.exists ?? (() => true),
      region: options.region ?? DEFAULT_REGION,
      clock: options.clock ?? (() => new Date()),
      calls: options.calls,
    },
    closing.signal,
  );
  const host = options.host ?? LOOPBACK;
  const port = await listen(server, options.port ?? 0, host).catch(async (fault) => {
    await store.close();
    throw fault;
  });
  return {
    url: `http://${host}:${port}`,
    faults,
    countTables: () => store.tableNames().length,
    close: async () => {
      closing.abort();
      await stop(server);
      await store.close();
    },
  };
}

function serve(service: OtsService, closing: AbortSignal): Server {
  const server = createServer(async (incoming, carrier) => {
    try {
      const body = await readBody(incoming);
      const response = await handleRequest(service, {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body,
        remoteAddress: incoming.socket.remoteAddress ?? '',
      });
      await deliverResponse(response, carrier, closing);
    } catch (fault) {
      // A client that went away is no fault of the server's; anything else is a bug and must be seen.
      if (!incoming.destroyed || incoming.complete) console.error(fault);
      carrier.destroy();
    }
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

/** Reads on past the limit without keeping it, so that the client has sent all and can read the refusal. */
function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= REQUEST_BODY_MAX_BYTES) chunks.push(chunk);
      else chunks = [];
    });
    incoming.on('end', () => resolve(bytes > REQUEST_BODY_MAX_BYTES ? undefined : Buffer.concat(chunks)));
    incoming.on('error', reject);
  });
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
