// An HTTP request as the RPC style reads it: parameters from the query and from a form body, then the action that it
// names. Nothing in it is verified yet.
import type { IncomingMessage } from 'node:http';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { RpcError } from './rpc-error.ts';

export interface RpcRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, string>;
  /** Query and form body. No source says whether V3 reads business parameters from a JSON body; here it does not. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly sourceIp: string;
}

/** Far above any AssumeRole: 2,048 bytes of policy take 6,144 when encoded. */
const MAX_BODY_BYTES = 256 * 1024;

async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    // Read on, so that the sender is there to hear the refusal, but keep nothing.
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

function mediaType(headers: ReadonlyMap<string, string>): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
}

/** Undefined when a name occurs twice. */
function uniquePairs(...sources: readonly URLSearchParams[]): ReadonlyMap<string, string> | undefined {
  const pairs = sources.flatMap((source) => [...source]);
  const map = new Map(pairs);
  return map.size === pairs.length ? map : undefined;
}

function headersOf(message: IncomingMessage): ReadonlyMap<string, string> {
  const pairs = Object.entries(message.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]],
  );
  return new Map(pairs);
}

const isRoot = (path: string): boolean => path === '/';

/**
 * Reads a request of at most 256 KB; the error is one of the API gateway's. In the ROA style, whose paths `isPath` knows, the
 * gateway and the signature are the same.
 */
export async function readRpcRequest(
  message: IncomingMessage,
  isPath: (path: string) => boolean = isRoot,
): Promise<Result<RpcRequest, RpcError>> {
  const body = await readBody(message);
  if (body === undefined) return err({ code: 'RequestEntityTooLarge' });
  const { method = '' } = message;
  const [path = '', ...queryParts] = (message.url ?? '').split('?');
  if (!isPath(path) || (method !== 'GET' && method !== 'POST')) {
    return err({ code: 'InvalidAction.NotFound' });
  }
  const headers = headersOf(message);
  const type = mediaType(headers);
  if ((type !== undefined || body.length > 0) && type !== FORM && type !== JSON_TYPE) {
    return err({ code: 'InvalidParameter.ContentType' });
  }
  const form = new URLSearchParams(type === FORM ? body.toString('utf8') : '');
  const inUrl = new URLSearchParams(queryParts.join('?'));
  const query = uniquePairs(inUrl);
  const parameters = uniquePairs(inUrl, form);
  if (query === undefined || parameters === undefined) return err({ code: 'InvalidParameter' });
  const sourceIp = (message.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return ok({ method, path, headers, query, parameters, body, sourceIp });
}

/** The version of an API and the actions that a service offers. */
interface Api<Action extends string> {
  readonly version: string;
  readonly actions: readonly Action[];
}

/** The action that the request names; V3 names it in signed headers, V2 in parameters. */
export function readAction<Action extends string>(
  { headers, parameters }: RpcRequest,
  { version: offered, actions }: Api<Action>,
): Result<Action, RpcError> {
  const isV3 = headers.has('authorization');
  const named = isV3 ? headers.get('x-acs-action') : parameters.get('Action');
  const version = isV3 ? headers.get('x-acs-version') : parameters.get('Version');
  if (named === undefined || named === '') return err({ code: 'MissingAction' });
  if (version === undefined || version === '') return err({ code: 'MissingVersion' });
  if (version !== offered) return err({ code: 'InvalidVersion' });
  const action = actions.find((known) => known === named);
  return action === undefined ? err({ code: 'InvalidAction.NotFound' }) : ok(action);
}
