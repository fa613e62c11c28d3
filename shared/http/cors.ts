// What web pages need to read an answer (Fetch standard, CORS protocol). Always one origin by name: `*` would open the
// answer to every page, and cookies are no proof here, so credentials are never allowed.
import { type Answer, empty } from './answer.ts';

/** The request headers that Stint reads; `dpop` carries a proof of possession (RFC 9449). */
const REQUEST_HEADERS = 'authorization, content-type, dpop';
/** What a page must see to go on after a refusal; everything else it needs is in the body. */
const EXPOSED_HEADERS = 'dpop-nonce, retry-after, www-authenticate';
/** Chromium keeps no permission for longer. Every request is judged again, so that an old permission opens nothing. */
const PREFLIGHT_SECONDS = 7_200;

/** RFC 6454 section 7.3: browsers send it for a page without an origin. Malformed origins count as this one. */
const NO_ORIGIN = 'null';
const MAX_ORIGIN_CHARACTERS = 300;

/**
 * The origin of the page that sent the request; undefined outside browsers. Anything but one plain origin comes from a page
 * as well, but from one that cannot be allowed, and gives `null`.
 */
export function requestOrigin(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const isPlain = header.length <= MAX_ORIGIN_CHARACTERS && URL.canParse(header);
  return isPlain && new URL(header).origin === header ? header : NO_ORIGIN;
}

/** Lets pages of this origin read the answer. */
export function allowOrigin(answer: Answer, origin: string): Answer {
  const headers = {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED_HEADERS,
  };
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** The answer to a preflight of a page that may call. */
export const permission = (origin: string, methods: string): Answer =>
  empty({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': methods,
    'access-control-allow-headers': REQUEST_HEADERS,
    'access-control-max-age': String(PREFLIGHT_SECONDS),
  });
