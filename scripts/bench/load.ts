// Load through autocannon, over 50 connections unless told otherwise, as one instance gets at most.
import autocannon from 'autocannon';

const CONNECTIONS = 50;
const VEND_BODY = JSON.stringify({ role: 'media-uploader' });

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
        path: '/v1/credentials',
        body: VEND_BODY,
        setupRequest: (request) => {
          const headers = { 'content-type': 'application/json', authorization: `Bearer ${nextToken()}` };
          return { ...request, headers };
        },
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
export async function load(url: string, tokens: readonly string[], extent: Extent): Promise<LoadResult> {
  const { granted, refused, failed, seconds } = await send({ url, nextToken: inTurn(tokens), extent });
  if (granted === 0 || refused > 0 || failed > 0) {
    throw new Error(`load: ${granted} answered, ${refused} refused, ${failed} failed`);
  }
  return { perSecond: granted / seconds, requests: granted };
}
