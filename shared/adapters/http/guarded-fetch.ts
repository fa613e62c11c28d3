// Requests to addresses that the access document names: issuers and identity providers. No redirect is followed, size and
// time are capped, and the address that is connected to is a public one unless the configuration says otherwise.
import { parseStrictJson } from '../../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { FetchDocument, SendToIdp } from '../../people/idp-port.ts';
import { askServer, type ServerFault } from './ask-server.ts';
import { guardedLookup, isRefusedLiteral, type Resolve } from './guarded-lookup.ts';

/** A key set of 50 RSA keys with certificates is under 200 KB. */
const MAX_RESPONSE_BYTES = 262_144;
/** From the name lookup to the last byte, so that an issuer that sends a byte at a time cannot hold a request for longer. */
const FETCH_DEADLINE_MS = 3_000;
const HTTP_OK = 200;

type FetchFault = ServerFault | 'status' | 'too-large' | 'not-json';

interface FetchOptions {
  /** The host may have an address of a private network. */
  readonly privateNetwork?: boolean | undefined;
  readonly deadlineMs?: number;
  readonly resolve?: Resolve;
}

/** GETs a JSON document, such as a key set. The fault says what failed, and nothing of what the server sent. */
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

/** SAML metadata, which may be larger than a key set. */
const DOCUMENT_DEADLINE_MS = 5_000;
const isRedirect = (status: number): boolean => status >= 300 && status < 400;

type DocumentOptions = Parameters<FetchDocument>[1] & Pick<FetchOptions, 'resolve'>;

/** The fault says what failed, and nothing of what the server sent. */
export async function fetchDocument(
  url: URL,
  { privateNetwork, accept, maxBytes, resolve }: DocumentOptions,
): ReturnType<FetchDocument> {
  if (isRefusedLiteral(url, privateNetwork)) return err('address-refused');
  const answer = await askServer(url, {
    method: 'GET',
    headers: { accept },
    lookup: guardedLookup(url, privateNetwork, resolve),
    deadlineMs: DOCUMENT_DEADLINE_MS,
    maxBytes,
    readsBodyOf: (status) => status === HTTP_OK,
  });
  if (!answer.ok) return answer;
  const { status, headers, text } = answer.value;
  if (status !== HTTP_OK) return err(isRedirect(status) ? 'redirected' : 'status');
  return text === undefined ? err('too-large') : ok({ text, cacheControl: headers['cache-control'] });
}

/** Sends a request to an identity provider. */
export const sendToIdp: SendToIdp = async (url, { privateNetwork, ...request }) => {
  if (isRefusedLiteral(url, privateNetwork)) return err('address-refused');
  let isConnected = false;
  const answer = await askServer(url, {
    ...request,
    lookup: guardedLookup(url, privateNetwork),
    maxBytes: MAX_RESPONSE_BYTES,
    readsBodyOf: () => true,
    onConnect: () => {
      isConnected = true;
    },
  });
  if (!answer.ok) {
    const { error } = answer;
    if (isConnected) return err('no-answer');
    return err(error === 'tls' || error === 'address-refused' ? error : 'unreachable');
  }
  const { status, headers, text } = answer.value;
  return text === undefined ? err('no-answer') : ok({ status, headers, body: text });
};
