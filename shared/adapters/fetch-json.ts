// GET of a JSON document from a configured address: no redirect is followed, size and time are capped.
// Uses node:http, which is loaded anyway; the built-in fetch would add its start-up time to a cold start.
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../kernel/result.ts';

/** A key set of 50 RSA keys with certificates is under 200 KB. */
const MAX_RESPONSE_BYTES = 262_144;
/** From connecting to the last byte; an issuer that drips a byte at a time does not hold a request for longer. */
const FETCH_DEADLINE_MS = 3_000;

export type FetchFault = 'unreachable' | 'status' | 'too-large' | 'deadline' | 'not-json';

async function readBody(response: IncomingMessage): Promise<Result<string, FetchFault>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) return err('too-large');
    chunks.push(chunk);
  }
  return ok(Buffer.concat(chunks).toString('utf8'));
}

function open(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const get = url.protocol === 'https:' ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    get(url, { signal, headers: { accept: 'application/json' } }, resolve).on('error', reject);
  });
}

export async function fetchJson(
  url: URL,
  deadlineMs: number = FETCH_DEADLINE_MS,
): Promise<Result<unknown, FetchFault>> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const response = await open(url, signal);
    if (response.statusCode !== 200) {
      response.destroy();
      return err('status');
    }
    const body = await readBody(response);
    if (!body.ok) {
      response.destroy();
      return body;
    }
    const parsed = parseStrictJson(body.value);
    return parsed.ok ? parsed : err('not-json');
  } catch {
    return err(signal.aborted ? 'deadline' : 'unreachable');
  }
}
