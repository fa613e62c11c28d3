// What the SCIM server says of itself (RFC 7643 sections 5 to 7, RFC 7644 section 4).
import { ENTERPRISE_SCHEMA, RESOURCE_TYPES, type ResourceType, type Schema } from './attributes.ts';

/** Resources in one page of a list. */
export const MAX_RESULTS = 200;
export const DEFAULT_RESULTS = 100;

export const URN = {
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
  config: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  resourceType: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
  schema: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
} as const;

const DOCUMENTATION = 'https://www.rfc-editor.org/rfc/rfc6750';

/** `base`: the address of the directory, without a slash at its end. */
export const serviceProviderConfig = (base: string) => ({
  schemas: [URN.config],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: MAX_RESULTS },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Bearer token',
      description: 'A token that stint scim token create made.',
      specUri: DOCUMENTATION,
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
});

const describeType = (base: string, { name, endpoint, schema, extensions }: ResourceType) => ({
  schemas: [URN.resourceType],
  id: name,
  name,
  endpoint,
  description: schema.description,
  schema: schema.id,
  schemaExtensions: extensions.map(({ id }) => ({ schema: id, required: false })),
  meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
});

const describeSchema = (base: string, schema: Schema) => ({
  schemas: [URN.schema],
  ...schema,
  meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema.id}` },
});

export const resourceTypes = (base: string) => RESOURCE_TYPES.map((type) => describeType(base, type));

export const schemas = (base: string) =>
  [...RESOURCE_TYPES.map(({ schema }) => schema), ENTERPRISE_SCHEMA].map((schema) =>
    describeSchema(base, schema),
  );

/** A list whose resources all fit into one answer. */
export const listResponse = (
  resources: readonly object[],
  startIndex = 1,
  totalResults = resources.length,
) => ({
  schemas: [URN.list],
  totalResults,
  startIndex,
  itemsPerPage: resources.length,
  Resources: resources,
});
