// One request over node:http to a server that is not trusted: no redirect is followed, time and size are capped, and every
// request settles, also when the answer is broken. The connection is used once, and destroyed at the end.
// node:http is loaded anyway; the built-in fetch would add its start-up time to a cold start.
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { err, ok, type Result } from '../../kernel/result.ts';
import { withinDeadline } from '../../kernel/within-deadline.ts';
import { isCertificateFault } from './fetch-within.ts';
import { AddressRefused } from './guarded-lookup.ts';

class BodyUnreadable extends Error {}

/** zlib's code for an output that would be longer than allowed. */
const TOO_LARGE = 'ERR_BUFFER_TOO_LARGE';

type Decompress = (bytes: Buffer, maxOutputLength: number) => Promise<Buffer>;

/** Loaded with the first compressed answer: most servers send none. */
async function decompressorOf(encoding: string): Promise<Decompress> {
  const { brotliDecompress, unzip } = await import('node:zlib');
  const { promisify } = await import('node:util');
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return (bytes, maxOutputLength) => promisify(unzip)(bytes, { maxOutputLength });
    case 'br':
      return (bytes, maxOutputLength) => promisify(brotliDecompress)(bytes, { maxOutputLength });
    default:
      // Some servers put a character set here, or `none`. With another compression the text is not JSON, and is refused.
      return async (bytes) => bytes;
  }
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === TOO_LARGE;

/** Undefined when it has more than `maxBytes` once it is decompressed. */
async function decompress(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer | undefined> {
  const how = await decompressorOf(encoding);
  try {
    return await how(bytes, maxBytes);
  } catch (error) {
    if (isTooLarge(error)) return undefined;
    throw new BodyUnreadable();
  }
}

/**
 * The text of a body. Servers compress without being asked (RFC 9110 section 12.5.3 lets them), and some put a
 * byte-order mark first, which a reader may ignore (RFC 8259 section 8.1). Undefined when the text has more than
 * `maxBytes`; throws BodyUnreadable when the compression is broken.
 */
export async function decodeBody(
  bytes: Buffer,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<string | undefined> {
  const encoding = (contentEncoding ?? '').trim().toLowerCase();
  const isPlain = encoding === '' || encoding === 'identity' || bytes.length === 0;
  const plain = isPlain ? bytes : await decompress(bytes, encoding, maxBytes);
  return plain && new TextDecoder().decode(plain);
}

/** 100 Continue, 103 Early Hints: one or two may come before an answer, and a server can send them without an end. */
const MAX_INTERIM_ANSWERS = 8;
const FIRST_FINAL_STATUS = 200;

interface ServerRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** In place of the path of the URL, byte for byte. */
  readonly path?: string;
  readonly lookup?: LookupFunction;
  /** From the name lookup to the last byte. */
  readonly deadlineMs: number;
  /** Of the body, compressed or not. */
  readonly maxBytes: number;
  /** The body of another status is left unread. */
  readonly readsBodyOf: (status: number) => boolean;
  /** The server accepted the connection: from now on it may have received the request. */
  readonly onConnect?: () => void;
}

export interface ServerAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: longer than `maxBytes`, or of a status whose body is not read. */
  readonly text: string | undefined;
}

/** `tls`: no TLS, or a certificate that is not accepted. `unreadable`: compressed, and broken. */
export type ServerFault = 'address-refused' | 'unreachable' | 'tls' | 'deadline' | 'unreadable';

class NoAnswer extends Error {}
class DeadlinePassed extends Error {}

function send(url: URL, wanted: ServerRequest, signal: AbortSignal): ClientRequest {
  const { method, headers, body, path, lookup, onConnect } = wanted;
  const isSecure = url.protocol === 'https:';
  const start = isSecure ? httpsRequest : httpRequest;
  // A shared agent could hand over a connection to this host that was opened without the guard of the lookup.
  const options = { method, headers, signal, agent: false, ...(lookup && { lookup }), ...(path && { path }) };
  const sent = start(url, options);
  if (onConnect)
    sent.once('socket', (socket) => socket.once(isSecure ? 'secureConnect' : 'connect', onConnect));
  sent.end(body);
  return sent;
}

/** Each way in which node:http ends a request without a response is an event of its own. */
function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  let interim = 0;
  return new Promise((respond, reject) => {
    const refuse = () => {
      reject(new NoAnswer());
      sent.destroy();
    };
    sent.on('response', (response) => {
      // node:http takes a 101 that names no other protocol for an answer.
      if ((response.statusCode ?? 0) < FIRST_FINAL_STATUS) refuse();
      else respond(response);
    });
    sent.on('error', reject);
    sent.on('upgrade', (_, socket) => {
      socket.destroy();
      refuse();
    });
    sent.on('information', () => {
      interim += 1;
      if (interim > MAX_INTERIM_ANSWERS) refuse();
    });
    sent.on('close', refuse);
  });
}

const headersOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );

/** Undefined when there is more than that; the rest is left unread. */
async function readBytes(response: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function exchange(url: URL, wanted: ServerRequest, signal: AbortSignal): Promise<ServerAnswer> {
  const sent = send(url, wanted, signal);
  try {
    const response = await responseTo(sent);
    response.on('error', () => undefined); // of a body that is not read
    const { statusCode: status = 0 } = response;
    const headers = headersOf(response);
    if (!wanted.readsBodyOf(status)) return { status, headers, text: undefined };
    const bytes = await readBytes(response, wanted.maxBytes);
    const text = bytes && (await decodeBody(bytes, headers['content-encoding'], wanted.maxBytes));
    return { status, headers, text };
  } finally {
    sent.destroy();
  }
}

/** OpenSSL's errors of the handshake, as with a server that speaks no TLS, or one that is too old. */
const HANDSHAKE_FAULT = /^(?:EPROTO$|ERR_SSL_)/;

const isTlsFault = (error: unknown): boolean =>
  isCertificateFault(error) ||
  (error instanceof Error && 'code' in error && HANDSHAKE_FAULT.test(String(error.code)));

function faultOf(error: unknown): ServerFault {
  if (error instanceof AddressRefused) return 'address-refused';
  if (error instanceof DeadlinePassed) return 'deadline';
  if (error instanceof BodyUnreadable) return 'unreadable';
  return isTlsFault(error) ? 'tls' : 'unreachable';
}

/** Gives the answer, whatever its status; a fault means that there is none to read. */
export async function askServer(url: URL, wanted: ServerRequest): Promise<Result<ServerAnswer, ServerFault>> {
  try {
    const work = (signal: AbortSignal) => exchange(url, wanted, signal);
    return ok(await withinDeadline(wanted.deadlineMs, work, () => new DeadlinePassed()));
  } catch (error) {
    return err(faultOf(error)); // whatever node:http and the lookup throw
  }
}
