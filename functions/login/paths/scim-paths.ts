// The routes of the SCIM server (RFC 7644 section 3.2). Administrators give the address of a directory to their identity
// provider, so a change here breaks provisioning until they change it there too.

export const SCIM_PREFIX = '/scim/v2/';

/** `directory`: a parameter of a route, or the id of a directory. */
const at = (directory: string, path: string): string => `${SCIM_PREFIX}${directory}${path}`;

export const SCIM_ROUTES = {
  config: at(':directory', '/ServiceProviderConfig'),
  resourceTypes: at(':directory', '/ResourceTypes'),
  resourceType: at(':directory', '/ResourceTypes/:id'),
  schemas: at(':directory', '/Schemas'),
  schema: at(':directory', '/Schemas/:id'),
  users: at(':directory', '/Users'),
  user: at(':directory', '/Users/:id'),
  searchUsers: at(':directory', '/Users/.search'),
  groups: at(':directory', '/Groups'),
  group: at(':directory', '/Groups/:id'),
  searchGroups: at(':directory', '/Groups/.search'),
  searchAll: at(':directory', '/.search'),
  bulk: at(':directory', '/Bulk'),
  me: at(':directory', '/Me'),
} as const;

/** The address of a directory, without a slash at its end. */
export const directoryUrl = (publicUrl: string, directory: string): string =>
  `${publicUrl}${at(directory, '')}`;
