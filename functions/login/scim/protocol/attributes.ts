// The attributes of the resources that Stint keeps, as /Schemas describes them (RFC 7643 sections 4 and 7). Everything that reads
// a resource, a filter or a path goes by these definitions: what they lack does not exist for Stint, a password above all.

import { foldCase } from '../../../../shared/people/directory.ts';

interface Characteristics {
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readWrite' | 'readOnly' | 'immutable';
  readonly returned: 'always' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server';
}

/** RFC 7643 section 7. */
export interface Attribute extends Characteristics {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'dateTime' | 'reference' | 'complex';
  readonly multiValued: boolean;
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
}

export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

type More = Partial<Omit<Attribute, 'name' | 'type' | 'description'>>;

const USUAL = {
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  multiValued: false,
} as const;

const text = (name: string, description: string, more: More = {}): Attribute => ({
  ...USUAL,
  name,
  type: 'string',
  description,
  ...more,
});

const link = (name: string, description: string, referenceTypes: readonly string[], more: More = {}) =>
  ({
    ...USUAL,
    name,
    type: 'reference',
    description,
    caseExact: true,
    referenceTypes,
    ...more,
  }) satisfies Attribute;

const complex = (
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  more: More = {},
): Attribute => ({ ...USUAL, name, type: 'complex', description, subAttributes, ...more });

const PRIMARY: Attribute = {
  ...USUAL,
  name: 'primary',
  type: 'boolean',
  description: 'Whether this is the preferred value.',
};

/** RFC 7643 section 2.4. */
const several = (
  name: string,
  description: string,
  canonicalValues: readonly string[],
  value: Attribute = text('value', 'The value.'),
): Attribute =>
  complex(
    name,
    description,
    [
      value,
      text('display', 'A name to show.'),
      text('type', 'What the value is for.', canonicalValues.length > 0 ? { canonicalValues } : {}),
      PRIMARY,
    ],
    { multiValued: true },
  );

const ADDRESS: readonly Attribute[] = [
  text('formatted', 'The whole address.'),
  text('streetAddress', 'Street and house.'),
  text('locality', 'City.'),
  text('region', 'State or region.'),
  text('postalCode', 'Postal code.'),
  text('country', 'Country.'),
  text('type', 'What the address is for.', { canonicalValues: ['work', 'home', 'other'] }),
  PRIMARY,
];

const NAME: readonly Attribute[] = [
  text('formatted', 'The whole name.'),
  text('familyName', 'Family name.'),
  text('givenName', 'Given name.'),
  text('middleName', 'Middle names.'),
  text('honorificPrefix', 'Title.'),
  text('honorificSuffix', 'Suffix.'),
];

const PLACES = ['work', 'home', 'other'];

const USER_SCHEMA: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'A person.',
  attributes: [
    text('userName', 'The name by which the identity provider knows the person.', {
      required: true,
      uniqueness: 'server',
    }),
    complex('name', 'The parts of the person’s name.', NAME),
    text('displayName', 'The name to show.'),
    text('nickName', 'A casual name.'),
    link('profileUrl', 'The person’s page.', ['external']),
    text('title', 'Job title.'),
    text('userType', 'The relation to the company.'),
    text('preferredLanguage', 'Language.'),
    text('locale', 'Locale.'),
    text('timezone', 'Time zone.'),
    {
      ...USUAL,
      name: 'active',
      type: 'boolean',
      description:
        'false: the person has left. Stint signs the person out and lets the person sign in no more.',
    },
    several('emails', 'E-mail addresses.', PLACES),
    several('phoneNumbers', 'Telephone numbers.', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    several('ims', 'Addresses of messengers.', []),
    several('photos', 'Pictures.', ['photo', 'thumbnail'], link('value', 'The address.', ['external'])),
    complex('addresses', 'Postal addresses.', ADDRESS, { multiValued: true }),
    complex(
      'groups',
      'The groups that the person is in. Change them at the group.',
      [
        text('value', 'The id of the group.', { mutability: 'readOnly', caseExact: true }),
        link('$ref', 'The address of the group.', ['Group'], { mutability: 'readOnly' }),
        text('display', 'The name of the group.', { mutability: 'readOnly' }),
      ],
      { multiValued: true, mutability: 'readOnly', returned: 'request' },
    ),
    several('entitlements', 'Entitlements at other services.', []),
    several('roles', 'Roles at other services.', []),
  ],
};

export const ENTERPRISE_SCHEMA: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'What a company knows of a person.',
  attributes: [
    text('employeeNumber', 'The number of the person.'),
    text('costCenter', 'Cost center.'),
    text('organization', 'Organization.'),
    text('division', 'Division.'),
    text('department', 'Department.'),
    complex('manager', 'The person’s manager.', [
      text('value', 'The id of the manager.', { caseExact: true }),
      link('$ref', 'The address of the manager.', ['User']),
      text('displayName', 'The name of the manager.', { mutability: 'readOnly' }),
    ]),
  ],
};

export const MEMBERS = 'members';

const GROUP_SCHEMA: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'A group of people, which a grant can name.',
  attributes: [
    text('displayName', 'The name of the group, by which grants name it, letter for letter.', {
      required: true,
      uniqueness: 'server',
    }),
    complex(
      MEMBERS,
      'The people in the group.',
      [
        text('value', 'The id of the person.', { mutability: 'immutable', caseExact: true }),
        link('$ref', 'The address of the person.', ['User'], { mutability: 'immutable' }),
        text('type', 'User.', { mutability: 'immutable', canonicalValues: ['User'] }),
      ],
      { multiValued: true },
    ),
  ],
};

/** Of every resource, and in no schema of its own (RFC 7643 section 3.1). */
const COMMON: readonly Attribute[] = [
  text('id', 'The id that Stint gave.', { mutability: 'readOnly', returned: 'always', caseExact: true }),
  text('externalId', 'The id that the identity provider gave.', { caseExact: true, uniqueness: 'server' }),
  complex(
    'meta',
    'What Stint knows of the resource.',
    [
      text('resourceType', 'User or Group.', { caseExact: true, mutability: 'readOnly' }),
      { ...USUAL, name: 'created', type: 'dateTime', description: 'When it came.', mutability: 'readOnly' },
      {
        ...USUAL,
        name: 'lastModified',
        type: 'dateTime',
        description: 'Last change.',
        mutability: 'readOnly',
      },
      link('location', 'Its address.', ['uri'], { mutability: 'readOnly' }),
      text('version', 'Its ETag.', { caseExact: true, mutability: 'readOnly' }),
    ],
    { mutability: 'readOnly' },
  ),
];

export interface ResourceType {
  readonly kind: 'user' | 'group';
  readonly name: 'User' | 'Group';
  readonly endpoint: '/Users' | '/Groups';
  readonly schema: Schema;
  readonly extensions: readonly Schema[];
  /** Those of the schema, and of every resource. */
  readonly attributes: readonly Attribute[];
}

export const USER: ResourceType = {
  kind: 'user',
  name: 'User',
  endpoint: '/Users',
  schema: USER_SCHEMA,
  extensions: [ENTERPRISE_SCHEMA],
  attributes: [...COMMON, ...USER_SCHEMA.attributes],
};

export const GROUP: ResourceType = {
  kind: 'group',
  name: 'Group',
  endpoint: '/Groups',
  schema: GROUP_SCHEMA,
  extensions: [],
  attributes: [...COMMON, ...GROUP_SCHEMA.attributes],
};

export const RESOURCE_TYPES: readonly ResourceType[] = [USER, GROUP];

/** Names of attributes have no case (RFC 7643 section 2.1). Lengths first: a body may have 100,000 names that are none. */
export function findAttribute(attributes: readonly Attribute[], name: string): Attribute | undefined {
  const wanted = foldCase(name);
  return attributes.find((own) => own.name.length === name.length && foldCase(own.name) === wanted);
}

/** The part of a filter, path or list of attributes that names one. `extension`: undefined for the resource’s own schema. */
export interface AttributePath {
  readonly extension: Schema | undefined;
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
}

/** Whether the path is behind the URN of a schema. */
const startsWith = (path: string, urn: string): boolean =>
  path[urn.length] === ':' && foldCase(path).startsWith(foldCase(urn));

/** `attribute`, `attribute.sub`, or the same behind the URN of a schema. Undefined for what this type of resource lacks. */
export function resolvePath(type: ResourceType, path: string): AttributePath | undefined {
  const schema = [type.schema, ...type.extensions].find(({ id }) => startsWith(path, id));
  const extension = schema === type.schema ? undefined : schema;
  const rest = schema ? path.slice(schema.id.length + 1) : path;
  const [name = '', subName, ...more] = rest.split('.');
  const attribute = findAttribute(extension?.attributes ?? type.attributes, name);
  if (!attribute || more.length > 0) return undefined;
  if (subName === undefined) return { extension, attribute, sub: undefined };
  const sub = findAttribute(attribute.subAttributes ?? [], subName);
  return sub && { extension, attribute, sub };
}

/** Whether a name is the URN of the type's own schema, or is behind it. */
export const isUnderOwnSchema = ({ schema }: ResourceType, name: string): boolean =>
  startsWith(`${name}:`, schema.id);

/** The extension whose URN is the whole path. */
export const extensionAt = (type: ResourceType, path: string): Schema | undefined =>
  type.extensions.find(({ id }) => foldCase(id) === foldCase(path));
