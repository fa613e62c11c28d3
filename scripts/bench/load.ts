// Load through autocannon: a share of tokens in turn, over 50 connections, as one instance gets at most.
import autocannon from 'autocannon';

const CONNECTIONS = 50;
const VEND_BODY = JSON.stringify({ role: 'media-uploader' });

export interface LoadResult {
  readonly perSecond: number;
  readonly requests: number;
}

type Extent = { readonly seconds: number } | { readonly requests: number };

export async function load(url: string, tokens: readonly string[], extent: Extent): Promise<LoadResult> {
  let next = 0;
  const startedAt = performance.now();
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    ...('seconds' in extent ? { duration: extent.seconds } : { amount: extent.requests }),
    requests: [
      {
        method: 'POST',
        path: '/v1/credentials',
        body: VEND_BODY,
        setupRequest: (request) => {
          const token = tokens[next % tokens.length];
          next += 1;
          const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
          return { ...request, headers };
        },
      },
    ],
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const answered = result['2xx'];
  if (answered === 0 || result.non2xx > 0 || result.errors > 0) {
    throw new Error(`load: ${answered} answered, ${result.non2xx} refused, ${result.errors} failed`);
  }
  return { perSecond: answered / seconds, requests: answered };
}
