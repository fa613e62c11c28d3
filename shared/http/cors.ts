// What web pages need to read an answer (Fetch standard, CORS protocol). Always one origin by name: `*` would open the
// answer to every page, and cookies are no proof here, so credentials are never allowed.
import { type Answer, empty } from './answer.ts';

/** The request headers that mean something here; `dpop` carries a proof of possession (RFC 9449). */
const REQUEST_HEADERS = 'authorization, content-type, dpop';
/** What a page must see to go on after a refusal; everything else it needs is in the body. */
const EXPOSED_HEADERS = 'dpop-nonce, retry-after, www-authenticate';
/** Chromium keeps no permission for longer. Every request is judged again, so that an old permission opens nothing. */
const PREFLIGHT_SECONDS = 7_200;

/** RFC 6454 section 7.3: what a browser sends for a page without an origin, and here also for what is no origin. */
const NO_ORIGIN = 'null';
const MAX_ORIGIN_CHARACTERS = 300;

/**
 * The page that a browser says a request comes from; undefined outside browsers. Whatever is not one plain origin still
 * comes from a page, and from none that could be allowed.
 */
export function requestOrigin(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const isPlain = header.length <= MAX_ORIGIN_CHARACTERS && URL.canParse(header);
  return isPlain && new URL(header).origin === header ? header : NO_ORIGIN;
}

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
