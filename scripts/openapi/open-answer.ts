// The published schemas of answers allow members and values that later versions add. A generated client refuses what its
// document excludes, so with closed schemas every new member or value would break the clients that are in use.
import * as z from 'zod';

/** The values known today. Generators ignore this keyword, which makes the member plain text for them. */
export const KNOWN_VALUES = 'x-extensible-enum';

type JsonObject = Readonly<Record<string, unknown>>;
type Components = Readonly<Record<string, JsonObject>>;

const JsonObject = z.record(z.string(), z.unknown());
const Reference = z.object({ $ref: z.string() });
const Tagged = z.object({
  properties: z.record(z.string(), z.looseObject({ const: z.string().optional() })),
});

const referred = ({ $ref }: z.infer<typeof Reference>, components: Components): unknown =>
  components[$ref.slice($ref.lastIndexOf('/') + 1)];

const tagOf = (component: unknown, member: string): string | undefined =>
  Tagged.safeParse(component).data?.properties[member]?.const;

/**
 * OpenAPI 3.1 section 4.8.25. Alternatives that differ by the constant of one member need a discriminator: generated Go
 * tries each alternative, ignores the constants, and gives up where two fit.
 */
function discriminatorOf(oneOf: unknown, components: Components): JsonObject | undefined {
  const references = z.array(Reference).safeParse(oneOf).data;
  const [first] = references ?? [];
  if (references === undefined || first === undefined) return undefined;
  const members = Object.keys(Tagged.safeParse(referred(first, components)).data?.properties ?? {});
  const propertyName = members.find((member) => tagOf(referred(first, components), member) !== undefined);
  if (propertyName === undefined) return undefined;
  const mapping = references.map((reference) => [
    tagOf(referred(reference, components), propertyName),
    reference.$ref,
  ]);
  return { propertyName, mapping: Object.fromEntries(mapping) };
}

function openMembers(schemas: unknown, components: Components): JsonObject {
  const named = Object.entries(JsonObject.parse(schemas));
  return Object.fromEntries(named.map(([name, schema]) => [name, openSchema(schema, components)]));
}

function openSchema(schema: unknown, components: Components): unknown {
  const { data } = JsonObject.safeParse(schema);
  if (data === undefined) return schema;
  const { additionalProperties, enum: known, properties, items, oneOf, ...rest } = data;
  const discriminator = discriminatorOf(oneOf, components);
  return {
    ...rest,
    ...(properties !== undefined && { properties: openMembers(properties, components) }),
    ...(items !== undefined && { items: openSchema(items, components) }),
    ...(Array.isArray(oneOf) && { oneOf: oneOf.map((one) => openSchema(one, components)) }),
    ...(discriminator && { type: 'object', discriminator }),
    ...(additionalProperties !== undefined && additionalProperties !== false && { additionalProperties }),
    ...(known !== undefined && { [KNOWN_VALUES]: known }),
  };
}

export const openAnswers = (components: Components): Components =>
  Object.fromEntries(
    Object.entries(components).map(([name, schema]) => [
      name,
      JsonObject.parse(openSchema(schema, components)),
    ]),
  );
