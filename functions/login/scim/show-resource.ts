// A stored resource → what clients are shown (RFC 7643 section 3).
import type { DirectoryResource, ResourceId } from '../../../shared/people/directory.ts';
import { groupNameOf } from '../../../shared/people/directory.ts';
import { MEMBERS, type ResourceType } from './protocol/attributes.ts';
import { etagOf } from './scim-request.ts';

type Shown = Readonly<Record<string, unknown>>;

export const locationOf = (base: string, { endpoint }: ResourceType, id: ResourceId): string =>
  `${base}${endpoint}/${id}`;

/** Every attribute that is known of the resource itself. */
export function showResource(type: ResourceType, base: string, resource: DirectoryResource): Shown {
  const { id, values, createdAt, changedAt } = resource;
  const present = type.extensions.filter((extension) => values[extension.id] !== undefined);
  return {
    schemas: [type.schema.id, ...present.map((extension) => extension.id)],
    id,
    ...values,
    meta: {
      resourceType: type.name,
      created: createdAt.toISOString(),
      lastModified: changedAt.toISOString(),
      location: locationOf(base, type, id),
      version: etagOf(resource),
    },
  };
}

/** With the people in the group. */
export const withMembers = (shown: Shown, base: string, members: readonly ResourceId[]): Shown =>
  members.length === 0
    ? shown
    : {
        ...shown,
        [MEMBERS]: members.map((value) => ({ value, $ref: `${base}/Users/${value}`, type: 'User' })),
      };

/** With the groups that the user is in. */
export const withGroups = (shown: Shown, base: string, groups: readonly DirectoryResource[]): Shown =>
  groups.length === 0
    ? shown
    : {
        ...shown,
        groups: groups.map((group) => ({
          value: group.id,
          $ref: `${base}/Groups/${group.id}`,
          display: groupNameOf(group),
        })),
      };
