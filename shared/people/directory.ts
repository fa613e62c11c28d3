// A directory: the people and groups that an identity provider keeps at Stint by SCIM. The resources as they are stored, and the
// names that each may have alone. Pure.
import * as z from 'zod';
import type { PersonAttribute } from '../kernel/person-attribute.ts';
import { When } from './session.ts';

export const RESOURCE_KINDS = ['user', 'group'] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/** Random, and never used again: a resource that is created anew has another. */
export const ResourceId = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  .brand<'ResourceId'>();
export type ResourceId = z.infer<typeof ResourceId>;

/** For a change that takes several writes. A request ends long before; after a crash the next one waits until then. */
const Lock = z.object({ by: z.string(), until: When });

export const DirectoryResource = z.object({
  id: ResourceId,
  kind: z.enum(RESOURCE_KINDS),
  /** Only `live` ones exist for clients and for sign-ins. `pending`: its names are being taken. `deleted`: what it had is being removed. */
  state: z.enum(['pending', 'live', 'deleted']),
  /** Each write has another: its ETag, and for optimistic locking. */
  version: z.int().min(1),
  createdAt: When,
  changedAt: When,
  /** The names that it holds alone; see uniqueNames. */
  names: z.array(z.string()),
  /** Its attributes, by the names of the SCIM schema. */
  values: z.record(z.string(), z.json()),
  /** Of a user: `active` was false last. Only `active: true` ends it; a request without `active` does not. */
  deactivatedAt: When.optional(),
  /** Person links of which the table of leavers does not say yet what this user's state says. Absent: it does. */
  unsettled: z.array(z.string()).optional(),
  /** Of a group whose members are being changed. */
  lock: Lock.optional(),
});
export type DirectoryResource = Readonly<z.infer<typeof DirectoryResource>>;

/** Only the letters A to Z have two cases here: another rule would take two names for one that the provider tells apart. */
export const foldCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

export const UNIQUE_NAMES = {
  userName: (name: string): string => `user-name:${foldCase(name)}`,
  userExternalId: (id: string): string => `user-external-id:${id}`,
  groupName: (name: string): string => `group-name:${foldCase(name)}`,
  groupExternalId: (id: string): string => `group-external-id:${id}`,
} as const;

/** The name by which the user of a person link is found. */
export const nameOfLink = (attribute: PersonAttribute, link: string): string =>
  attribute === 'userName' ? UNIQUE_NAMES.userName(link) : UNIQUE_NAMES.userExternalId(link);

const textOf = (values: DirectoryResource['values'], name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** The person link of a user; undefined where it lacks the attribute. */
export const linkOf = (
  { values }: Pick<DirectoryResource, 'values'>,
  attribute: PersonAttribute,
): string | undefined => textOf(values, attribute);

/** The name of a group, by which grants name it. */
export const groupNameOf = ({ values }: Pick<DirectoryResource, 'values'>): string | undefined =>
  textOf(values, 'displayName');

/**
 * The names that no other resource of the directory may have at the same time. Two groups of one name would be one to grants:
 * people who may make groups at the provider could then give out what the other group has.
 */
export function uniqueNames(kind: ResourceKind, values: DirectoryResource['values']): readonly string[] {
  const [externalId, name] = [
    textOf(values, 'externalId'),
    textOf(values, kind === 'user' ? 'userName' : 'displayName'),
  ];
  const ofKind =
    kind === 'user'
      ? [name && UNIQUE_NAMES.userName(name), externalId && UNIQUE_NAMES.userExternalId(externalId)]
      : [name && UNIQUE_NAMES.groupName(name), externalId && UNIQUE_NAMES.groupExternalId(externalId)];
  return ofKind.filter((one) => one !== undefined && one !== '') as string[];
}
