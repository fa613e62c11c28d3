// Calls vend's HTTP API as any other client does: with a token, over the network, and no right of its own.

import type { VendAnswer, VendClient, VendFault } from '../../http/vend-call.ts';
import { parseStrictJson } from '../../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { Secret } from '../../kernel/secret.ts';
import { fetchWithin, isUntrusted } from './fetch-within.ts';

/** vend ends its own calls sooner; a person waits for this. */
const DEADLINE_MS = 20_000;
/** Enough for a person with a thousand roles. */
const MAX_ANSWER_BYTES = 2_000_000;

async function read(response: Response): Promise<Result<VendAnswer, VendFault>> {
  const body = parseStrictJson(await response.text());
  if (!body.ok) return err('vend-unreachable');
  const age = Number(response.headers.get('age') ?? 0);
  const ageSeconds = Number.isSafeInteger(age) && age > 0 ? age : 0;
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
  const told = Number.isSafeInteger(wait) && wait > 0 ? { retryAfterSeconds: wait } : {};
  return ok({ status: response.status, body: new Secret(body.value), ageSeconds, ...told });
}

/** `deadlineMs`: for tests, which must not wait. */
export function createVendClient(vendUrl: string, deadlineMs = DEADLINE_MS): VendClient {
  const base = vendUrl.replace(/\/$/, '');
  const bounds = { deadlineMs, maxBytes: MAX_ANSWER_BYTES };
  return {
    async call(token, { path, body, headers }) {
      const request = {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, token: token.reveal() }),
      };
      try {
        return await read(await fetchWithin(`${base}${path}`, request, bounds));
      } catch (error) {
        return err(isUntrusted(error) ? 'vend-untrusted' : 'vend-unreachable');
      }
    },
  };
}
