// GET of a JSON document from a configured address: no redirect is followed, size and time are capped, and the address
// that is connected to is a public one unless configuration says otherwise.
import { parseStrictJson } from '../../kernel/parse-strict-json.ts';
import { err, type Result } from '../../kernel/result.ts';
import { askServer, type ServerFault } from './ask-server.ts';
import { guardedLookup, isRefusedLiteral, type Resolve } from './guarded-lookup.ts';

/** A key set of 50 RSA keys with certificates is under 200 KB. */
const MAX_RESPONSE_BYTES = 262_144;
/** From the name lookup to the last byte; an issuer that drips a byte at a time does not hold a request for longer. */
const FETCH_DEADLINE_MS = 3_000;
const HTTP_OK = 200;

export type FetchFault = ServerFault | 'status' | 'too-large' | 'not-json';

export interface FetchOptions {
  /** The host may have an address of a private network. */
  readonly privateNetwork?: boolean | undefined;
  readonly deadlineMs?: number;
  readonly resolve?: Resolve;
}

export async function fetchJson(url: URL, options: FetchOptions = {}): Promise<Result<unknown, FetchFault>> {
  const { privateNetwork = false, deadlineMs = FETCH_DEADLINE_MS, resolve } = options;
  if (isRefusedLiteral(url, privateNetwork)) return err('address-refused');
  const answer = await askServer(url, {
    method: 'GET',
    headers: { accept: 'application/json' },
    lookup: guardedLookup(url, privateNetwork, resolve),
    deadlineMs,
    maxBytes: MAX_RESPONSE_BYTES,
    readsBodyOf: (status) => status === HTTP_OK,
  });
  if (!answer.ok) return answer;
  const { status, text } = answer.value;
  if (status !== HTTP_OK) return err('status');
  if (text === undefined) return err('too-large');
  const parsed = parseStrictJson(text);
  return parsed.ok ? parsed : err('not-json');
}
