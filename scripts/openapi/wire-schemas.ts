// The zod schemas of the wire → JSON Schema 2020-12 components. Adds nothing to them: what is validated is published.
import * as z from 'zod';
import { CredentialsRequest, ExplainRequest } from '../../functions/vend/request-schemas.ts';
import {
  Credentials,
  CredentialsResponse,
  ExplainResponse,
  HealthResponse,
  IdentityResponse,
  ReadyResponse,
  RolesResponse,
} from '../../functions/vend/response-schemas.ts';

const REQUESTS = { CredentialsRequest, ExplainRequest };
const RESPONSES = {
  CredentialsResponse,
  Credentials,
  ExplainResponse,
  RolesResponse,
  IdentityResponse,
  HealthResponse,
  ReadyResponse,
};

export type SchemaName = keyof typeof REQUESTS | keyof typeof RESPONSES;
export type JsonSchema = z.core.JSONSchema.BaseSchema;

export const schemaRef = (name: string) => `#/components/schemas/${name}`;

/** zod writes a schema that refers to itself under this name; so far that is z.json() alone. */
const SELF_REFERENCE = `${schemaRef('__shared')}#`;
const JSON_TYPES = ['string', 'number', 'boolean', 'null', 'array', 'object'];

function refuseUnlessAnyJson(definitions: Record<string, JsonSchema> = {}): void {
  for (const [name, { anyOf = [] }] of Object.entries(definitions)) {
    const types = anyOf.map(({ type }) => type);
    if (types.join() !== JSON_TYPES.join()) throw new Error(`${name} refers to itself: give it a name here`);
  }
}

/** What zod's writer adds for its own sake: limits of JavaScript's numbers, leap years, TypeScript's readonly. */
function simplify({ jsonSchema }: { readonly jsonSchema: JsonSchema }): void {
  if (jsonSchema.format === 'date-time') jsonSchema.pattern = 'Z$';
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (JSON.stringify(jsonSchema.propertyNames) === '{"type":"string"}') delete jsonSchema.propertyNames;
  delete jsonSchema.readOnly;
}

function publish(key: string, value: unknown): unknown {
  if (key === '$schema' || key === '$id') return undefined;
  if (key !== 'additionalProperties' || typeof value !== 'object' || value === null) return value;
  const isAnything = Object.keys(value).length === 0;
  const isAnyJson = '$ref' in value && String(value.$ref).startsWith(SELF_REFERENCE);
  return isAnything || isAnyJson ? true : value;
}

function toComponents(named: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output') {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    target: 'draft-2020-12',
    io,
    uri: schemaRef,
    override: simplify,
  });
  const { __shared: shared, ...components } = schemas;
  refuseUnlessAnyJson(shared?.$defs);
  const published: Record<string, JsonSchema> = JSON.parse(JSON.stringify(components, publish));
  return published;
}

export const wireSchemas = (): Readonly<Record<string, JsonSchema>> => ({
  ...toComponents(REQUESTS, 'input'),
  ...toComponents(RESPONSES, 'output'),
});
