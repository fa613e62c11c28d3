// The response headers that mean something to a client.
import type { ProblemSpec } from '../../shared/http/problem.ts';

const header = (description: string, schema: Readonly<Record<string, unknown>>, required = true) => ({
  description,
  required,
  schema,
});

/** Spelled as RFC 9110 does. */
export const HEADERS = {
  'Cache-Control': header('Nothing may keep an answer.', { type: 'string', const: 'no-store' }),
  'X-Content-Type-Options': header('The content type is final.', { type: 'string', const: 'nosniff' }),
  'Retry-After': header('Seconds to wait.', { type: 'integer', minimum: 1 }),
  'WWW-Authenticate': header('The scheme to authenticate with.', {
    type: 'string',
    pattern: '^(?:Bearer|DPoP error="(?:invalid_token|use_dpop_nonce)", algs="[A-Za-z0-9 ]+")$',
  }),
  'DPoP-Nonce': header(
    'What the next DPoP proof must contain as nonce (RFC 9449 section 9).',
    { type: 'string', minLength: 1 },
    false,
  ),
  Allow: header('The methods that are answered here.', { type: 'string', minLength: 1 }),
};

export type HeaderName = keyof typeof HEADERS;

const ON_EVERY_ANSWER = ['Cache-Control', 'X-Content-Type-Options'];

/** What differs from one answer of a status to the next. RFC 9110 section 15.5.6: 405 comes with Allow. */
const OF_STATUS: Readonly<Record<number, readonly string[]>> = { 401: ['DPoP-Nonce'], 405: ['Allow'] };

function spelled(lowerCase: string): string {
  const name = Object.keys(HEADERS).find((known) => known.toLowerCase() === lowerCase);
  if (name === undefined) throw new Error(`describe the header ${lowerCase} in scripts/openapi/headers.ts`);
  return name;
}

const refsTo = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

export const answerHeaders = (own: readonly HeaderName[] = []) => refsTo([...ON_EVERY_ANSWER, ...own]);

export function problemHeaders({ status, headers = {} }: ProblemSpec) {
  const own = Object.keys(headers).map(spelled);
  return refsTo([...ON_EVERY_ANSWER, ...own, ...(OF_STATUS[status] ?? [])]);
}
