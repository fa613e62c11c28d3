// Headers at the border between client, platform and function. A client's own x-fc-* header never passes.
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { FunctionSpec } from './read-deployment.ts';

export interface RoleSession {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  /** ISO 8601, UTC. */
  readonly expiration: string;
}

export interface Invocation {
  readonly requestId: string;
  readonly accountId: string;
  readonly session: RoleSession;
}

const PLATFORM_PREFIX = 'x-fc-';
// Hop-by-hop fields end here in both directions (RFC 9110 §7.6.1); transfer-encoding is rebuilt by node:http.
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]);
// What a function may not set (help.aliyun.com: HTTP trigger, "Response limits"). Node.js checks content-length.
const PLATFORM_RESPONSE = new Set(['date', 'server']);

/** Total of all names and values, as the platform counts it. */
export function headerBytes(request: IncomingMessage): number {
  return request.rawHeaders.reduce((total, part) => total + Buffer.byteLength(part), 0);
}

function passing(
  rawHeaders: readonly string[],
  alsoDropped: ReadonlySet<string>,
): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (name.startsWith(PLATFORM_PREFIX) || HOP_BY_HOP.has(name) || alsoDropped.has(name)) continue;
    const value = rawHeaders[i + 1] ?? '';
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return headers;
}

/** The headers that every call of a function has. `controlPath` tells an HTTP call from an event. */
export const platformHeaders = (
  spec: Pick<FunctionSpec, 'functionName' | 'memorySize' | 'region'>,
  { requestId, accountId, session }: Invocation,
  controlPath: '/http-invoke' | '/invoke',
): Readonly<Record<string, string>> => ({
  'x-fc-request-id': requestId,
  'x-fc-access-key-id': session.accessKeyId,
  'x-fc-access-key-secret': session.accessKeySecret,
  'x-fc-security-token': session.securityToken,
  'x-fc-function-name': spec.functionName,
  'x-fc-function-memory': String(spec.memorySize),
  'x-fc-region': spec.region,
  'x-fc-account-id': accountId,
  'x-fc-qualifier': 'LATEST',
  'x-fc-control-path': controlPath,
});

/** The headers that a function gets: the client's, without x-fc-* and hop-by-hop ones, and the platform's own. */
export function requestHeaders(
  request: IncomingMessage,
  spec: FunctionSpec,
  invocation: Invocation,
  clientIpHeader: string | undefined,
): OutgoingHttpHeaders {
  const alsoDropped = new Set(clientIpHeader === undefined ? [] : [clientIpHeader.toLowerCase()]);
  return {
    ...passing(request.rawHeaders, alsoDropped),
    ...(clientIpHeader === undefined ? {} : { [clientIpHeader]: request.socket.remoteAddress ?? '' }),
    ...platformHeaders(spec, invocation, '/http-invoke'),
  };
}

/** The headers that the client gets: the function's, without those that a function may not set. */
export function functionResponseHeaders(response: IncomingMessage, requestId: string): OutgoingHttpHeaders {
  return { ...passing(response.rawHeaders, PLATFORM_RESPONSE), 'x-fc-request-id': requestId };
}
