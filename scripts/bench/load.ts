// Load through autocannon, over 50 connections unless told otherwise, as one instance gets at most.
import autocannon from 'autocannon';

const CONNECTIONS = 50;

/** A request as one wire has it. */
interface WireRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type RequestOf = (token: string) => WireRequest;

const VEND_BODY = JSON.stringify({ role: 'media-uploader' });

export const nativeRequest: RequestOf = (token) => ({
  path: '/v1/credentials',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  body: VEND_BODY,
});

/** As a token that fits into no header is sent. */
export const bodyRequest: RequestOf = (token) => ({
  path: '/v1/credentials',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ role: 'media-uploader', token }),
});

/** As the Go and Java libraries ask. */
export const stsRequest: RequestOf = (token) => ({
  path: '/?Action=AssumeRoleWithOIDC&Format=JSON&Timestamp=2026-11-30T13%3A56%3A49Z&Version=2015-04-01',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({
    DurationSeconds: '3600',
    OIDCProviderArn: 'acs:ram::1234567890123456:oidc-provider/stint',
    OIDCToken: token,
    RoleArn: 'media-uploader',
    RoleSessionName: 'bench',
  }).toString(),
});

export interface LoadResult {
  readonly perSecond: number;
  readonly requests: number;
}

type Extent = { readonly seconds: number } | { readonly requests: number };

interface Traffic {
  readonly url: string;
  readonly nextToken: () => string;
  readonly extent: Extent;
  readonly connections?: number;
  /** Default: POST /v1/credentials. */
  readonly requestOf?: RequestOf;
  /** Undefined: as many as the server answers. */
  readonly perSecond?: number;
}

interface Answered {
  readonly granted: number;
  readonly refused: number;
  readonly failed: number;
  readonly seconds: number;
}

/** Sends the requests, and counts the answers of each kind. */
export async function send({
  url,
  nextToken,
  extent,
  perSecond,
  connections = CONNECTIONS,
  requestOf = nativeRequest,
}: Traffic): Promise<Answered> {
  const startedAt = performance.now();
  const result = await autocannon({
    url,
    connections,
    ...('seconds' in extent ? { duration: extent.seconds } : { amount: extent.requests }),
    ...(perSecond === undefined ? {} : { overallRate: perSecond }),
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => ({ ...request, ...requestOf(nextToken()) }),
      },
    ],
  });
  const seconds = (performance.now() - startedAt) / 1000;
  return { granted: result['2xx'], refused: result.non2xx, failed: result.errors, seconds };
}

/** Gives the tokens one after the other, again and again. */
export function inTurn(tokens: readonly string[]): () => string {
  let next = 0;
  return () => {
    next += 1;
    return tokens[next % tokens.length] ?? '';
  };
}

/** Sends the tokens in turn. Throws unless every request is granted. */
export async function load(
  url: string,
  tokens: readonly string[],
  extent: Extent,
  requestOf = nativeRequest,
): Promise<LoadResult> {
  const traffic = { url, nextToken: inTurn(tokens), extent, requestOf };
  const { granted, refused, failed, seconds } = await send(traffic);
  if (granted === 0 || refused > 0 || failed > 0) {
    throw new Error(`load: ${granted} answered, ${refused} refused, ${failed} failed`);
  }
  return { perSecond: granted / seconds, requests: granted };
}
