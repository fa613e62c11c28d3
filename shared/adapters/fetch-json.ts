// GET of a JSON document from a configured address: no redirect is followed, size and time are capped, and the address
// that is connected to is a public one unless configuration says otherwise.
// Uses node:http, which is loaded anyway; the built-in fetch would add its start-up time to a cold start.
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import { err, type Result } from '../kernel/result.ts';
import { AddressRefused, guardedLookup, isRefusedLiteral, type Resolve } from './guarded-lookup.ts';
import { readCappedBody } from './read-capped-body.ts';

/** A key set of 50 RSA keys with certificates is under 200 KB. */
const MAX_RESPONSE_BYTES = 262_144;
/** From connecting to the last byte; an issuer that drips a byte at a time does not hold a request for longer. */
const FETCH_DEADLINE_MS = 3_000;

export type FetchFault = 'address-refused' | 'unreachable' | 'status' | 'too-large' | 'deadline' | 'not-json';

export interface FetchOptions {
  /** The host may have an address of a private network. */
  readonly privateNetwork?: boolean | undefined;
  readonly deadlineMs?: number;
  readonly resolve?: Resolve;
}

function open(
  url: URL,
  signal: AbortSignal,
  { privateNetwork = false, resolve }: FetchOptions,
): Promise<IncomingMessage> {
  const get = url.protocol === 'https:' ? httpsGet : httpGet;
  const lookup = guardedLookup(url, privateNetwork, resolve);
  const headers = { accept: 'application/json' };
  return new Promise((respond, reject) => {
    // A shared agent could hand over a connection to this host that was opened without the guard.
    get(url, { signal, headers, lookup, agent: false }, respond).on('error', reject);
  });
}

export async function fetchJson(url: URL, options: FetchOptions = {}): Promise<Result<unknown, FetchFault>> {
  if (isRefusedLiteral(url, options.privateNetwork ?? false)) return err('address-refused');
  const signal = AbortSignal.timeout(options.deadlineMs ?? FETCH_DEADLINE_MS);
  try {
    const response = await open(url, signal, options);
    if (response.statusCode !== 200) {
      response.destroy();
      return err('status');
    }
    const text = await readCappedBody(response, MAX_RESPONSE_BYTES);
    if (text === undefined) {
      response.destroy();
      return err('too-large');
    }
    const parsed = parseStrictJson(text);
    return parsed.ok ? parsed : err('not-json');
  } catch (error) {
    if (error instanceof AddressRefused) return err('address-refused');
    return err(signal.aborted ? 'deadline' : 'unreachable');
  }
}
