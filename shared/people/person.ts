// The identity of a person who signs on: a connection, and the subject that it vouches for.
import * as z from 'zod';
import type { ConnectionId } from '../kernel/names.ts';
import { sha256 } from '../kernel/sha256.ts';

/** The first key column of table `people`, and part of a session cookie. It is a hash, so it reveals no name. */
export const PersonKey = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand<'PersonKey'>();
export type PersonKey = z.infer<typeof PersonKey>;

export interface Person {
  readonly connection: ConnectionId;
  readonly subject: string;
}

/** The `sub` of session tokens. The id of a connection cannot contain a colon, so the name is unique. */
export const personName = (connection: ConnectionId, subject: string): string => `${connection}:${subject}`;

export function personKey(connection: ConnectionId, subject: string): PersonKey {
  const digest = sha256(personName(connection, subject), 'hex');
  return PersonKey.parse(digest.slice(0, 32));
}
