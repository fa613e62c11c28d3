// An HTTP answer as a value, and its one way out: never cached, never sniffed.
import type { Failure } from '../kernel/failure.ts';
import type { RequestId } from '../kernel/names.ts';
import { challengeHeaders, PROBLEMS, type ProblemSpec, problemBody } from './problem.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Of every answer. Written out and assigned to, because spreads cost microseconds of every request. */
const headersOfAll = (): Record<string, string> => ({
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Whether a page may read an answer depends on the page (cors.ts).
  vary: 'Origin',
});

const headersOf = (contentType: string, ...own: readonly Answer['headers'][]): Answer['headers'] =>
  Object.assign(headersOfAll(), ...own, { 'content-type': contentType });

/** 204: success without a body. */
export const empty = (headers: Answer['headers']): Answer => ({
  status: 204,
  headers: Object.assign(headersOfAll(), headers),
  body: '',
});

/** Leads a browser to a page. A path, so that it stays at the host that was asked. */
export const redirection = (location: `/${string}`): Answer => ({
  status: 302,
  headers: Object.assign(headersOfAll(), { location }),
  body: '',
});

/** An answer in the form of another protocol; `own` are its further headers. */
export const foreignAnswer = (
  status: number,
  contentType: string,
  body: string,
  own: Answer['headers'] = {},
): Answer => ({ status, headers: headersOf(contentType, own), body });

/** 200 with a JSON body. */
export function success(body: object, own: Answer['headers'] = {}): Answer {
  return { status: 200, headers: headersOf('application/json', own), body: JSON.stringify(body) };
}

/** Retry-After (RFC 9110 section 10.2.3) for failures that pass: the time where it is known, else the code's constant one. */
export function retryHeaders(failure: Failure): Answer['headers'] {
  const known = 'retryAfterSeconds' in failure ? failure.retryAfterSeconds : undefined;
  if (known !== undefined) return { 'retry-after': String(known) };
  const spec: ProblemSpec = PROBLEMS[failure.code];
  const constant = spec.headers?.['retry-after'];
  return constant === undefined ? {} : { 'retry-after': constant };
}

/** The answer to a failure (RFC 9457). */
export function problem(failure: Failure, requestId: RequestId, headers: Answer['headers'] = {}): Answer {
  const spec: ProblemSpec = PROBLEMS[failure.code];
  const own = [spec.headers ?? {}, retryHeaders(failure), challengeHeaders(failure), headers];
  return {
    status: spec.status,
    headers: headersOf('application/problem+json', ...own),
    body: JSON.stringify(problemBody(failure, requestId)),
  };
}

/** The answer as the Fetch standard's Response, which Hono sends. */
export const toResponse = ({ status, headers, body }: Answer): Response =>
  new Response(body === '' ? null : body, { status, headers });
