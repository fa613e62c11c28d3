// Compares an answer with openapi.yaml, the file that is published. Knows nothing of the code that answers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { parse } from 'yaml';
import * as z from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface HeaderObject {
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export interface MediaType {
  readonly schema: JsonSchema;
  readonly example?: unknown;
  /** Of problems: what each code that the response lists is answered with. */
  readonly examples?: Readonly<Record<string, { readonly value: Readonly<Record<string, unknown>> }>>;
}

export interface ResponseObject {
  readonly description: string;
  /** Absent where the platform answers. */
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
  /** Absent where the answer has no body. */
  readonly content?: Readonly<Record<string, MediaType>>;
}

export interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly { readonly name: string; readonly required: boolean }[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, MediaType>>;
  };
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

export interface OpenapiDocument {
  readonly openapi: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, unknown>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
    readonly headers: Readonly<Record<string, HeaderObject>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}

const FILE = new URL('../../openapi.yaml', import.meta.url);
const ID = 'openapi';

export const openapi: OpenapiDocument = parse(readFileSync(FILE, 'utf8'));

/**
 * The document is open to members and values of later versions, for the sake of clients. What this version answers must
 * be in it: for these tests its schemas are closed.
 */
function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== 'object' || value === null) return value;
  const closed = Object.entries(value).map(([name, inner]) => [
    name === 'x-extensible-enum' ? 'enum' : name,
    close(inner),
  ]);
  const isOpen = 'properties' in value && !('additionalProperties' in value);
  return { ...Object.fromEntries(closed), ...(isOpen && { additionalProperties: false }) };
}

const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);
// The document is the root of every reference in it, and not itself a schema.
ajv.addVocabulary([...Object.keys(openapi), 'discriminator']);
ajv.addSchema({
  ...openapi,
  components: { ...openapi.components, schemas: close(openapi.components.schemas) },
  $id: ID,
});

const pointer = (parts: readonly string[]) =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

const describe = (errors: readonly ErrorObject[] | null | undefined): string =>
  (errors ?? [])
    .map(({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`)
    .join('\n');

/** What is wrong with a value under the schema at this place of the document; undefined when nothing is. */
export function faultsAt(place: readonly string[], value: unknown): string | undefined {
  const validate = ajv.getSchema(`${ID}#${pointer(place)}`);
  assert.ok(validate, `openapi.yaml has nothing at ${place.join(' → ')}`);
  return validate(value) ? undefined : describe(validate.errors);
}

interface Found {
  readonly place: readonly string[];
  readonly response: ResponseObject | undefined;
}

function findResponse(method: string, path: string, status: number): Found {
  const operations = openapi.paths[path];
  const operation = operations?.[method];
  if (operation) {
    const place = ['paths', path, method, 'responses', String(status)];
    return { place, response: operation.responses[status] };
  }
  const [expected, name] = operations ? [405, 'MethodNotAllowed'] : [404, 'NotFound'];
  const response = status === expected ? openapi.components.responses[name] : undefined;
  return { place: ['components', 'responses', name], response };
}

function assertHeaders(where: string, { headers: documented = {} }: ResponseObject, headers: Headers): void {
  for (const [name, { required, schema }] of Object.entries(openapi.components.headers)) {
    const text = headers.get(name);
    if (!(name in documented)) {
      assert.equal(text, null, `${where}: the header ${name} is not documented`);
    } else if (text === null) {
      assert.ok(!required, `${where}: the header ${name} is missing`);
    } else {
      const value = schema['type'] === 'integer' && /^\d+$/.test(text) ? Number(text) : text;
      const faults = faultsAt(['components', 'headers', name, 'schema'], value);
      assert.equal(faults, undefined, `${where}: the header ${name} is wrong: ${faults}`);
    }
  }
}

const Coded = z.looseObject({ code: z.string(), requestId: z.string(), errors: z.unknown().optional() });

/** A problem is what its code's example says, but for the id and the fields that it names. */
function assertIsListed(where: string, examples: NonNullable<MediaType['examples']>, body: unknown): void {
  const { code, requestId: _, errors, ...constants } = Coded.parse(body);
  const example = examples[code]?.value;
  assert.ok(example, `${where}: the code ${code} is not documented`);
  const { requestId: __, errors: exampleErrors, ...documented } = example;
  assert.deepEqual({ code, ...constants }, documented, `${where}: ${code} differs from its example`);
  assert.equal(errors === undefined, exampleErrors === undefined, `${where}: errors of ${code}`);
}

/** `path` as in the document, without a query. A path or method that is not listed must answer 404 or 405. */
export function assertMatchesOpenapi(
  method: string,
  path: string,
  status: number,
  headers: Headers,
  body: unknown,
): void {
  const where = `${method} ${path} → ${status}`;
  const { place, response } = findResponse(method.toLowerCase(), path, status);
  assert.ok(response, `${where}: the status is not documented`);
  const mediaType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  assertHeaders(where, response, headers);
  if (!response.content) {
    assert.deepEqual([mediaType, body], ['', {}], `${where}: there is a body`);
    return;
  }
  const documented = response.content[mediaType];
  assert.ok(documented, `${where}: the content type “${mediaType}” is not documented`);
  const faults = faultsAt([...place, 'content', mediaType, 'schema'], body);
  assert.equal(faults, undefined, `${where}: the body differs from the document:\n${faults}`);
  if (documented.examples) assertIsListed(where, documented.examples, body);
}
