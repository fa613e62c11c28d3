// One call to Tablestore and its answer: the SDK's codec and signer around one request of node:http. The SDK's own way of sending
// costs more than twice the CPU, in events, streams and states that a call without a fault has no use for: docs/own-code.md.
import { createHash } from 'node:crypto';
import { type Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import TableStore from 'tablestore';
import protocol from 'tablestore/lib/protocol/tablestore_compiled_proto.js';
import type { CloudCredentials } from '../alibaba-cloud/cloud-credentials.ts';
import { FaultError } from './tablestore-fault.ts';

const API_VERSION = '2015-12-31';
/**
 * Function Compute freezes an instance between requests, and meanwhile the other end closes connections unseen. A timer does not
 * tell, since it was frozen as well: after such a pause by the clock on the wall no kept connection is used.
 */
const MAX_PAUSE_MS = 2_000;
/** From here on the body is Tablestore's Error. */
const FIRST_STATUS_OF_ERRORS = 300;

export interface TransportOptions {
  readonly endpoint: string;
  readonly instance: string;
  readonly credentials: () => CloudCredentials;
  readonly agent: Agent;
}

/** An operation in the SDK's spelling, as `batchGetRow`, and its parameters → the SDK's answer. */
type Send = (operation: string, params: object) => Promise<object>;

/** Rejects with a FaultError for an error of Tablestore, with another error when no whole answer came. Repeats nothing. */
export function createTransport(options: TransportOptions): Send {
  const exchange = exchangeWith(options);
  const endIdle = idleEnder(options.agent);
  return async (operation, params) => {
    const message = TableStore.encoder.encode(operation, params);
    const body = Object.getPrototypeOf(message).constructor.encode(message).finish();
    endIdle(Date.now());
    const path = `/${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
    const { response, content } = await exchange(path, headersOf(path, body, options), body);
    if ((response.statusCode ?? 0) >= FIRST_STATUS_OF_ERRORS) throw faultIn(response, content);
    return TableStore.decoder.decode(operation, content);
  };
}

/** Ends the connections that wait for a request, if the last call was too long ago. Takes milliseconds since 1970. */
function idleEnder(agent: Agent): (now: number) => void {
  let last = 0;
  return (now) => {
    const isLate = now - last > MAX_PAUSE_MS;
    last = now;
    if (isLate) for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
  };
}

function headersOf(path: string, body: Uint8Array, { instance, credentials }: TransportOptions) {
  const { accessKeyId, accessKeySecret, securityToken } = credentials();
  const headers = {
    'x-ots-apiversion': API_VERSION,
    'x-ots-instancename': instance,
    'x-ots-contentmd5': createHash('md5').update(body).digest('base64'),
    'content-length': body.length,
  };
  const signed = { method: 'POST', path, headers };
  // Adds the date, the key and the signature to the headers.
  new TableStore.Signer(signed).addAuthorization(
    { accessKeyId, secretAccessKey: accessKeySecret.reveal(), securityToken: securityToken?.reveal() },
    new Date(),
  );
  return signed.headers;
}

interface Exchanged {
  readonly response: IncomingMessage;
  readonly content: Buffer;
}

/** Rejects when the connection ends before the whole answer has come, for whatever reason. */
function exchangeWith({ endpoint, agent }: TransportOptions) {
  const { protocol: scheme, hostname, port } = new URL(endpoint);
  const request = scheme === 'https:' ? httpsRequest : httpRequest;
  // An address of IPv6 has brackets in a URL alone.
  const server = { agent, method: 'POST', host: hostname.replace(/^\[(.*)\]$/, '$1'), port };
  return (path: string, headers: RequestOptions['headers'], body: Uint8Array): Promise<Exchanged> =>
    new Promise((resolve, reject) => {
      const sent = request({ ...server, path, headers });
      sent.on('error', reject);
      // A request may end without an error and without an answer.
      sent.on('close', () => reject(new Error('closed')));
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ response, content: joined(chunks) }));
      });
      sent.end(body);
    });
}

const joined = (chunks: readonly Buffer[]): Buffer => {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
};

/** The SDK looks for XML in an error and loses its code. */
function faultIn({ headers }: IncomingMessage, content: Buffer): FaultError {
  const requestId = headers['x-ots-requestid'];
  let code = 'Unreadable';
  try {
    code = protocol.main.proto.Error.decode(content).code;
  } catch {
    // A proxy's page or a cut body: what happened at the service is unknown.
  }
  return new FaultError({ code, requestId: typeof requestId === 'string' ? requestId : undefined });
}
