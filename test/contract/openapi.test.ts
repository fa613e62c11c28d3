// openapi.yaml is what the code generates, is valid OpenAPI 3.1, and describes every route, answer and example as they
// are.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createVendApp } from '../../functions/vend/app.ts';
import type { VendDeps } from '../../functions/vend/deps.ts';
import { renderOpenapi } from '../../scripts/openapi/render-openapi.ts';
import { problem, toResponse } from '../../shared/http/answer.ts';
import { PROBLEMS } from '../../shared/http/problem.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import { RequestId } from '../../shared/kernel/names.ts';
import { assertMatchesOpenapi, faultsAt, type OperationObject, openapi } from '../support/openapi.ts';

const unused = (): never => {
  throw new Error('these tests reach no port');
};

const DEPS: VendDeps = {
  audience: 'https://vend.example.com',
  requestIdHeader: undefined,
  clientIpHeader: undefined,
  gateway: undefined,
  publicUrl: '',
  openDpop: unused,
  clock: { now: unused },
  random: unused,
  store: { current: unused, grantRows: unused },
  keys: { find: unused },
  known: { find: unused, remember: unused },
  callers: { whoSigned: unused },
  once: { consume: unused, putIfAbsent: unused },
  leavers: { find: unused },
  requestLimits: { admitAddress: unused, recordFailure: unused, admitCaller: unused },
  assumeRole: unused,
  auditLog: { record: unused },
  logger: { log: unused },
  numbers: { stopwatch: unused, count: unused, took: unused, requestEnded: unused, flush: unused },
  tracer: unused,
  probes: { tablestore: unused, sts: unused },
};
const app = createVendApp(DEPS);

interface Listed {
  readonly method: string;
  readonly path: string;
  readonly operation: OperationObject;
}

const OPERATIONS: readonly Listed[] = Object.entries(openapi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
);

const FAILURES: readonly Failure[] = [
  { code: 'invalid_request', reason: 'body-invalid', fields: [{ field: 'role', message: 'is missing' }] },
  { code: 'invalid_token', reason: 'token-missing' },
  { code: 'access_denied', reason: 'no-grant' },
  { code: 'step_up_required', reason: 'mfa-missing' },
  { code: 'not_found', reason: 'no-route' },
  { code: 'method_not_allowed', reason: 'method' },
  { code: 'too_large', reason: 'body-too-large' },
  { code: 'unsupported_media_type', reason: 'media-type' },
  {
    code: 'policy_not_narrower',
    reason: 'policy-wider-than-grant',
    fields: [{ field: 'policy.Statement[0]', message: 'is wider' }],
  },
  { code: 'policy_too_large', reason: 'policy-too-large' },
  { code: 'duration_too_long', reason: 'duration-over-grant' },
  { code: 'rate_limited', reason: 'sts-throttled' },
  { code: 'internal_error', reason: 'bug' },
  { code: 'role_misconfigured', reason: 'sts-refused' },
  { code: 'store_unavailable', reason: 'store-failed' },
  { code: 'sts_unavailable', reason: 'sts-failed' },
  { code: 'audit_unavailable', reason: 'audit-lost' },
  { code: 'keys_unavailable', reason: 'keys-unreachable' },
];

function everyValueOf(key: string, value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === key ? [String(inner)] : everyValueOf(key, inner),
  );
}

function resolve(reference: string): unknown {
  const parts = reference.replace(/^#\//, '').split('/');
  return parts.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined),
    openapi,
  );
}

/** A preflight's yes, and what the platform refuses before the app sees it. */
const WITHOUT_BODY = new Set(['204', '431']);

const codesOf = ({ responses }: OperationObject): readonly string[] =>
  Object.values(responses).flatMap(({ content }) =>
    Object.keys(content?.['application/problem+json']?.examples ?? {}),
  );

async function assertAnswerMatches(method: string, path: string, answer: Response): Promise<void> {
  assertMatchesOpenapi(method, path, answer.status, answer.headers, await answer.json());
}

test('openapi.yaml is what the code generates, byte for byte', () => {
  expect(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')).toBe(renderOpenapi());
});

describe('the document is OpenAPI 3.1', () => {
  test('with a version, a title, a license and operations', () => {
    expect(openapi.openapi).toMatch(/^3\.1\.\d+$/);
    expect(openapi.info).toMatchObject({ title: 'Stint', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(openapi.info).toMatchObject({ license: { identifier: 'Apache-2.0' } });
    expect(OPERATIONS.length).toBeGreaterThanOrEqual(5);
  });

  test('every reference leads somewhere, and every schema and header is referred to', () => {
    const references = new Set(everyValueOf('$ref', openapi));
    expect(references.size).toBeGreaterThan(20);
    for (const reference of references) expect(resolve(reference), reference).toBeDefined();
    for (const section of ['schemas', 'headers'] as const) {
      const names = Object.keys(openapi.components[section]);
      expect(names.filter((name) => !references.has(`#/components/${section}/${name}`))).toEqual([]);
    }
  });

  test('operations have an id of their own', () => {
    const ids = OPERATIONS.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(OPERATIONS)('$method $path answers and authenticates in defined ways', ({ path, operation }) => {
    expect(path).toMatch(/^\/[a-z0-9/{}]+$/);
    const responses = Object.entries(operation.responses);
    expect(responses.some(([status]) => status === '200' || status === '204')).toBe(true);
    for (const [status, { description, content }] of responses) {
      expect(status).toMatch(/^[2-5]\d\d$/);
      expect(description).not.toBe('');
      expect(Object.keys(content ?? {})).toHaveLength(WITHOUT_BODY.has(status) ? 0 : 1);
    }
    const schemes = operation.security.flatMap((requirement) => Object.keys(requirement));
    expect(Object.keys(openapi.components.securitySchemes)).toEqual(expect.arrayContaining(schemes));
  });
});

describe('the document and the app agree', () => {
  const routes = app.routes.filter(({ method }) => method !== 'ALL');

  test('on the routes, both ways', () => {
    const listed = OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(listed.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  test.each(Object.keys(openapi.paths))('any other method on %s answers 405', async (path) => {
    await assertAnswerMatches('DELETE', path, await app.request(path, { method: 'DELETE' }));
  });

  test('an unlisted path answers 404', async () => {
    await assertAnswerMatches('GET', '/v1/unknown', await app.request('/v1/unknown'));
  });

  test('GET /healthz answers without any dependency', async () => {
    await assertAnswerMatches('GET', '/healthz', await app.request('/healthz'));
  });
});

describe('failures', () => {
  test('the table of this test has every code of the problem table', () => {
    expect(FAILURES.map(({ code }) => code).sort()).toEqual(Object.keys(PROBLEMS).sort());
  });

  test('every code is listed by an operation, but for that of unlisted paths', () => {
    const listed = new Set(OPERATIONS.flatMap(({ operation }) => codesOf(operation)));
    const missing = Object.keys(PROBLEMS).filter((code) => !listed.has(code));
    expect(missing).toEqual(['not_found']);
  });

  test.each(FAILURES)('$code is answered as documented, wherever it is listed', async (failure) => {
    const headers = failure.code === 'method_not_allowed' ? { allow: 'GET' } : {};
    const listing = OPERATIONS.filter(({ operation }) => codesOf(operation).includes(failure.code));
    const unlisted = { method: failure.code === 'not_found' ? 'get' : 'delete', path: '/healthz' };
    const places = listing.length > 0 ? listing : [unlisted];
    for (const { method, path } of places) {
      const answer = toResponse(problem(failure, RequestId.parse('request-1'), headers));
      await assertAnswerMatches(method, failure.code === 'not_found' ? '/unlisted' : path, answer);
    }
  });
});

function everySchema(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(everySchema);
  return Array.isArray(value) ? inner : [{ ...value }, ...inner];
}

describe('a generated client can use it:', () => {
  const schemas = everySchema(openapi.components.schemas);
  const answered = Object.entries(openapi.components.schemas).filter(
    ([name]) => !/Request$|Caller$|Question$/.test(name),
  );

  test('patterns are anchored at both ends, since Python’s match() is at the start alone', () => {
    const patterns = everySchema(openapi).flatMap(({ pattern }) =>
      typeof pattern === 'string' ? [pattern] : [],
    );
    expect(patterns).not.toEqual([]);
    expect(patterns.filter((pattern) => !/^\^.*\$$/.test(pattern))).toEqual([]);
  });

  test('times have a format and no pattern', () => {
    const times = schemas.filter(({ format }) => format === 'date-time');
    expect(times.length).toBeGreaterThanOrEqual(4);
    expect(times.filter((time) => 'pattern' in time)).toEqual([]);
  });

  test('alternatives have a discriminator that names each of them', () => {
    const alternatives = schemas.filter((schema) => 'oneOf' in schema || 'anyOf' in schema);
    expect(alternatives).not.toEqual([]);
    for (const { oneOf, discriminator } of alternatives) {
      expect(discriminator).toMatchObject({ propertyName: 'kind' });
      expect(everyValueOf('$ref', oneOf)).toEqual(Object.values(Object(discriminator).mapping));
    }
  });

  test('answers are open to members and values of later versions', () => {
    expect(answered.length).toBeGreaterThanOrEqual(10);
    const open = everySchema(answered.map(([, schema]) => schema));
    expect(open.filter((schema) => schema['additionalProperties'] === false)).toEqual([]);
    expect(open.filter((schema) => 'enum' in schema)).toEqual([]);
  });

  test('operations are grouped, and the document says who answers for it', () => {
    const known = openapi.tags.map(({ name }) => name);
    for (const { operation } of OPERATIONS)
      expect(known).toEqual(expect.arrayContaining([...operation.tags]));
    expect(OPERATIONS.filter(({ operation }) => operation.tags.length !== 1)).toEqual([]);
    expect(openapi.info).toMatchObject({ contact: { name: expect.any(String) } });
  });

  test('every operation says how a request of the caller’s can be wrong', () => {
    const without = OPERATIONS.filter(
      ({ operation }) => !Object.keys(operation.responses).some((status) => status.startsWith('4')),
    );
    expect(without).toEqual([]);
  });

  const preflights = OPERATIONS.filter(({ method }) => method === 'options');

  test.each(preflights)(
    'the preflight of $path asks for the headers without which it is none',
    async ({ path, operation }) => {
      const required = (operation.parameters ?? []).filter((parameter) => parameter.required);
      expect(required.map(({ name }) => name)).toEqual(['Origin', 'Access-Control-Request-Method']);
      for (const { name } of required) {
        const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' };
        Reflect.deleteProperty(headers, name.toLowerCase());
        await assertAnswerMatches('OPTIONS', path, await app.request(path, { method: 'OPTIONS', headers }));
      }
    },
  );
});

describe('bodies', () => {
  const requests = OPERATIONS.flatMap(({ operation }) =>
    operation.requestBody ? everyValueOf('$ref', operation.requestBody) : [],
  );

  test.each(requests)('%s refuses unknown fields', (reference) => {
    expect(resolve(reference)).toMatchObject({ type: 'object', additionalProperties: false });
  });

  test('there is a request to refuse unknown fields in', () => {
    expect(requests).not.toEqual([]);
  });

  const problems = OPERATIONS.flatMap(({ method, path, operation }) =>
    Object.entries(operation.responses).flatMap(([status, { content }]) =>
      Object.entries(content?.['application/problem+json']?.examples ?? {}).map(([code, { value }]) => ({
        place: ['paths', path, method, 'responses', status, 'content', 'application/problem+json', 'schema'],
        code,
        value,
      })),
    ),
  );

  test('every problem has an example, and it fits', () => {
    expect(problems.length).toBeGreaterThan(Object.keys(PROBLEMS).length);
    for (const { place, code, value } of problems) {
      expect([code, faultsAt(place, value)]).toEqual([value['code'], undefined]);
    }
  });

  const withBodies = OPERATIONS.filter(({ operation }) => operation.responses['200']);

  test.each(withBodies)('the examples of $method $path fit their schemas', ({ method, path, operation }) => {
    const place = ['paths', path, method];
    const { example } = operation.responses['200']?.content?.['application/json'] ?? {};
    expect(example).toBeDefined();
    const schema = ['responses', '200', 'content', 'application/json', 'schema'];
    expect(faultsAt([...place, ...schema], example)).toBeUndefined();
    if (!operation.requestBody) return;
    const request = operation.requestBody.content['application/json']?.example;
    const requestSchema = ['requestBody', 'content', 'application/json', 'schema'];
    expect(faultsAt([...place, ...requestSchema], request)).toBeUndefined();
  });
});
