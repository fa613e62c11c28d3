// The directories that identity providers keep at Stint by SCIM (RFC 7643, RFC 7644), and whose people they are about.
import * as z from 'zod';
import { ConnectionId } from '../../kernel/names.ts';
import { PERSON_ATTRIBUTES } from '../../kernel/person-attribute.ts';
import type { PathFault } from '../values/document-fault.ts';
import { GROUPS_FILTER } from '../values/groups-source.ts';

/** Each is a client with a token, and a list of people. */
export const MAX_DIRECTORIES = 5;
const MAX_NAME_CHARACTERS = 60;

export const Directory = z.strictObject({
  id: ConnectionId.describe('Part of the address that the identity provider is given: /scim/v2/<id>.'),
  name: z.string().min(1).max(MAX_NAME_CHARACTERS).optional().describe('A name to show.'),
  connections: z
    .array(ConnectionId)
    .min(1)
    .describe(
      'The connections whose people the directory is about. Each declares person. Only people who signed in there have the groups of the directory.',
    ),
  person: z
    .enum(PERSON_ATTRIBUTES)
    .default('externalId')
    .describe(
      'The attribute of a SCIM user that is the value of the claim of person: externalId or userName, letter for letter.',
    ),
  groups: z
    .strictObject(GROUPS_FILTER)
    .optional()
    .describe('Which groups of the directory count. Unset: all. A session token holds some 360 names.'),
});
export type Directory = z.infer<typeof Directory>;

interface WhoSignsOn {
  readonly directories: readonly Directory[];
  readonly connections: readonly { readonly id: string; readonly person?: object | undefined }[];
}

/** A connection without a person link, or in two directories, would leave open whose groups and whose leaving count. */
export function checkDirectories({ directories, connections }: WhoSignsOn): readonly PathFault[] {
  const named = new Map<string, string>();
  return directories.flatMap((directory, i) =>
    directory.connections.flatMap((id, at): readonly PathFault[] => {
      const path = ['signOn', 'directories', i, 'connections', at];
      const connection = connections.find((one) => one.id === id);
      if (!connection) return [{ path, message: `there is no connection ${id}` }];
      if (!connection.person)
        return [{ path, message: `add person to connection ${id}: without it no one can be found` }];
      const other = named.get(id);
      named.set(id, directory.id);
      return other === undefined ? [] : [{ path, message: `name it once: directory ${other} has it` }];
    }),
  );
}

/** The directory whose groups people of this connection have. */
export const directoryOf = (
  { directories }: Pick<WhoSignsOn, 'directories'>,
  connection: ConnectionId,
): Directory | undefined => directories.find(({ connections }) => connections.includes(connection));
