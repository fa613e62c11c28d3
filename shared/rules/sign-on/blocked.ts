// People who are kept out of every way of signing in: of one connection, or by their subject at every connection.
import * as z from 'zod';
import type { PathFault } from '../values/document-fault.ts';

const MAX_PERSON_CHARACTERS = 600;

/** Stands for every connection; no connection's id can be this. */
const EVERY_CONNECTION = '*';

export const BlockedPerson = z
  .string()
  .max(MAX_PERSON_CHARACTERS)
  .regex(
    /^(?:\*|[a-z0-9-]+):./s,
    'write connection:subject, as in corporate:mallory, or *:subject for every connection',
  );

/** `person` as personName gives it, which is the `sub` of session tokens. */
export function isBlocked(blocked: readonly string[], person: string): boolean {
  const subject = person.slice(person.indexOf(':') + 1);
  return blocked.includes(person) || blocked.includes(`${EVERY_CONNECTION}:${subject}`);
}

interface WhoSignsOn {
  readonly blocked: readonly string[];
  readonly connections: readonly { readonly id: string }[];
}

const PERSON_HELP = 'name each person: * stands for every connection and for no name, and would block nobody';

/** An entry for a connection that does not exist keeps no one out: its author likely misspelt the id. */
export function checkBlocked({ blocked, connections }: WhoSignsOn): readonly PathFault[] {
  const known = [EVERY_CONNECTION, ...connections.map(({ id }) => id)];
  return blocked.flatMap((person, i): readonly PathFault[] => {
    const path = ['signOn', 'blocked', i];
    if (person.slice(1).includes('*')) return [{ path, message: PERSON_HELP }];
    const connection = person.slice(0, person.indexOf(':'));
    if (known.includes(connection)) return [];
    const message = `there is no connection ${connection}: write one of ${known.join(', ')} in front of the colon`;
    return [{ path, message }];
  });
}
