// Calls vend's HTTP API as any other client does: with a token, over the network, and no right of its own.
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { Secret } from '../kernel/secret.ts';
import type { VendAnswer, VendClient } from '../ports.ts';

/** vend ends its own calls sooner; a person waits for this. */
const DEADLINE_MS = 20_000;
/** The roles of somebody with a thousand of them. */
const MAX_ANSWER_BYTES = 2_000_000;

async function read(response: Response): Promise<Result<VendAnswer, 'vend-unreachable'>> {
  const text = await response.text();
  const body = text.length > MAX_ANSWER_BYTES ? undefined : parseStrictJson(text);
  if (!body?.ok) return err('vend-unreachable');
  return ok({ status: response.status, body: new Secret(body.value) });
}

export function createVendClient(vendUrl: string): VendClient {
  const base = vendUrl.replace(/\/$/, '');
  return {
    async call(token, { method, path, body }) {
      try {
        const response = await fetch(`${base}${path}`, {
          method,
          redirect: 'error',
          signal: AbortSignal.timeout(DEADLINE_MS),
          headers: {
            authorization: `Bearer ${token.reveal()}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return await read(response);
      } catch {
        return err('vend-unreachable');
      }
    },
  };
}
