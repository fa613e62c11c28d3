// The response headers that a client may use.
import type { ProblemSpec } from '../../shared/http/problem.ts';

const header = (description: string, schema: Readonly<Record<string, unknown>>, required = true) => ({
  description,
  required,
  schema,
});

/** Spelled as RFC 9110 does. */
export const HEADERS = {
  'Cache-Control': header('Caches must not store the answer.', { type: 'string', const: 'no-store' }),
  'X-Content-Type-Options': header('Browsers must not guess another content type.', {
    type: 'string',
    const: 'nosniff',
  }),
  Age: header('Seconds since these credentials were issued; more than 0 if they are handed out again.', {
    type: 'integer',
    minimum: 0,
  }),
  Vary: header('The answer depends on the origin of the page.', { type: 'string', const: 'Origin' }),
  'Access-Control-Allow-Origin': header(
    'The only origin whose pages may read the answer.',
    {
      type: 'string',
      format: 'uri',
    },
    false,
  ),
  'Access-Control-Expose-Headers': header(
    'The headers that such a page may read.',
    {
      type: 'string',
      const: 'dpop-nonce, retry-after, www-authenticate',
    },
    false,
  ),
  'Access-Control-Allow-Methods': header('The methods of this path.', {
    type: 'string',
    minLength: 1,
  }),
  'Access-Control-Allow-Headers': header('The request headers that a page may send.', {
    type: 'string',
    const: 'authorization, content-type, dpop',
  }),
  'Access-Control-Max-Age': header('Seconds for which a browser may keep this answer.', {
    type: 'integer',
    minimum: 1,
  }),
  'Retry-After': header('Seconds to wait.', { type: 'integer', minimum: 1 }),
  'WWW-Authenticate': header('The authentication scheme to use.', {
    type: 'string',
    pattern: '^(?:Bearer|DPoP error="(?:invalid_token|use_dpop_nonce)", algs="[A-Za-z0-9 ]+")$',
  }),
  'DPoP-Nonce': header(
    'The nonce that the next DPoP proof must contain (RFC 9449 section 9).',
    { type: 'string', minLength: 1 },
    false,
  ),
  Allow: header('The methods of this path.', { type: 'string', minLength: 1 }),
};

export type HeaderName = keyof typeof HEADERS;

const ON_EVERY_ANSWER = ['Cache-Control', 'X-Content-Type-Options', 'Vary'];
const FOR_PAGES = ['Access-Control-Allow-Origin', 'Access-Control-Expose-Headers'];
const ON_PERMISSION = [
  'Access-Control-Allow-Origin',
  'Access-Control-Allow-Methods',
  'Access-Control-Allow-Headers',
  'Access-Control-Max-Age',
];

/** Headers of a status beyond those of its problem. RFC 9110 section 15.5.6: 405 comes with Allow. */
const OF_STATUS: Readonly<Record<number, readonly string[]>> = { 401: ['DPoP-Nonce'], 405: ['Allow'] };

function spelled(lowerCase: string): string {
  const name = Object.keys(HEADERS).find((known) => known.toLowerCase() === lowerCase);
  if (name === undefined) throw new Error(`describe the header ${lowerCase} in scripts/openapi/headers.ts`);
  return name;
}

const refsTo = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** `forPages`: web pages may be allowed to read it. */
export const answerHeaders = (forPages: boolean, own: readonly HeaderName[] = []) =>
  refsTo([...ON_EVERY_ANSWER, ...(forPages ? FOR_PAGES : []), ...own]);

export const permissionHeaders = () => refsTo([...ON_EVERY_ANSWER, ...ON_PERMISSION]);

export function problemHeaders({ status, headers = {} }: ProblemSpec, forPages: boolean) {
  const own = Object.keys(headers).map(spelled);
  return refsTo([...ON_EVERY_ANSWER, ...(forPages ? FOR_PAGES : []), ...own, ...(OF_STATUS[status] ?? [])]);
}
