// One call to Tablestore and its answer: the SDK's codec and signer around one request of node:http. The SDK's own way of sending
// costs 1.4 to 2.6 times the CPU, in events, streams and states that a call without a fault has no use for: docs/own-code.md.
import { createHash } from 'node:crypto';
import TableStore from 'tablestore';
import protocol from 'tablestore/lib/protocol/tablestore_compiled_proto.js';
import type { CloudCredentials } from '../alibaba-cloud/cloud-credentials.ts';
import { type Exchanged, openExchange } from '../alibaba-cloud/kept-alive-exchange.ts';
import { isAnswerTo } from './is-answer-to.ts';
import { FaultError } from './tablestore-fault.ts';

const API_VERSION = '2015-12-31';
/** Tablestore ends the answer to a range at 4 MB; this is more than a hundred rows can have. */
const MAX_ANSWER_BYTES = 64_000_000;
/** Behind any other status the body is Tablestore's Error. */
const HTTP_OK = 200;

export interface TransportOptions {
  readonly endpoint: string;
  readonly instance: string;
  readonly credentials: () => CloudCredentials;
  /** A request that takes longer is ended. */
  readonly deadlineMs: number;
}

/** An operation in the SDK's spelling, as `batchGetRow`, and its parameters → the SDK's answer. */
type Send = (operation: string, params: object) => Promise<object>;

/**
 * Rejects with a FaultError for an error of Tablestore and for an answer that is none to this call, with another error when no whole
 * answer came. Repeats nothing.
 */
export function createTransport(options: TransportOptions): Send {
  const { endpoint, deadlineMs } = options;
  const exchange = openExchange(endpoint, { deadlineMs, maxBytes: MAX_ANSWER_BYTES });
  return async (operation, params) => {
    const message = TableStore.encoder.encode(operation, params);
    const body = Object.getPrototypeOf(message).constructor.encode(message).finish();
    const path = `/${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
    const answer = await exchange(path, headersOf(path, body, options), body);
    if (answer.response.statusCode !== HTTP_OK) throw faultIn(answer);
    const decoded = TableStore.decoder.decode(operation, answer.content);
    if (isAnswerTo(operation, params, decoded)) return decoded;
    answer.end();
    throw new FaultError({ code: UNREADABLE, requestId: undefined });
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

const UNREADABLE = 'Unreadable';
/** Tablestore's codes are words; anything else came from elsewhere, such as a page that happens to be readable. */
const OTS_CODE = /^OTS[A-Za-z]{1,60}$/;

/** The SDK looks for XML in an error and loses its code. */
function faultIn({ response, content }: Exchanged): FaultError {
  const requestId = response.headers['x-ots-requestid'];
  let code = UNREADABLE;
  try {
    const named = protocol.main.proto.Error.decode(content).code;
    if (OTS_CODE.test(named)) code = named;
  } catch {
    // A proxy's page or a cut body: what happened at the service is unknown.
  }
  return new FaultError({ code, requestId: typeof requestId === 'string' ? requestId : undefined });
}
