// The zod schemas of the wire → JSON Schema 2020-12 components, in the form that client generators can use. Requests are
// published as they are validated. Answers are published open: a client that refuses a member or a value which a later
// version adds would throw issued credentials away, so members are never closed and known values are only listed.
import * as z from 'zod';
import {
  ArrivalQuestion,
  CredentialsRequest,
  ExplainedCaller,
  ExplainRequest,
  TokenRequest,
} from '../../functions/vend/request-schemas.ts';
import {
  Arrival,
  BlockReason,
  ClaimReason,
  Credentials,
  CredentialsResponse,
  ExplainResponse,
  GrantReason,
  HealthResponse,
  IdentityResponse,
  ReadyResponse,
  RequirementReason,
  RoleItem,
  RolesResponse,
  SessionPolicyBody,
  SizeReason,
  StatementReason,
} from '../../functions/vend/response-schemas.ts';
import { openAnswers } from './open-answer.ts';

const REQUESTS = { CredentialsRequest, ExplainRequest, TokenRequest };
const ANSWERS = {
  CredentialsResponse,
  ExplainResponse,
  RolesResponse,
  IdentityResponse,
  HealthResponse,
  ReadyResponse,
};

/** Parts that deserve a name: generators call a part without one after the place where it first occurs. */
const PARTS_OF_REQUESTS = { ExplainedCaller, ArrivalQuestion };
const PARTS_OF_ANSWERS = {
  Credentials,
  SessionPolicy: SessionPolicyBody,
  GrantReason,
  ClaimReason,
  RequirementReason,
  StatementReason,
  SizeReason,
  BlockReason,
  Arrival,
  Role: RoleItem,
};

export type SchemaName = keyof typeof REQUESTS | keyof typeof ANSWERS;
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

/**
 * What zod's writer adds for its own sake goes: limits of JavaScript's numbers, leap years, TypeScript's readonly. A time
 * has its format and no pattern, since generated Python anchors a pattern at the start of the text.
 */
function simplify({ jsonSchema }: { readonly jsonSchema: JsonSchema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
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

export const wireSchemas = (): Readonly<Record<string, unknown>> => ({
  ...toComponents({ ...REQUESTS, ...PARTS_OF_REQUESTS }, 'input'),
  ...openAnswers(toComponents({ ...ANSWERS, ...PARTS_OF_ANSWERS }, 'output')),
});
