// People who are kept out of every way of signing in: of one connection, by their subject at every connection, or by their person
// link.
import * as z from 'zod';
import { LINK_PLACE, linkName } from '../../kernel/person-link.ts';
import type { PathFault } from '../values/document-fault.ts';

const MAX_PERSON_CHARACTERS = 600;

/** Stands for every connection; no connection's id can be this. */
const EVERY_CONNECTION = '*';

export const BlockedPerson = z
  .string()
  .max(MAX_PERSON_CHARACTERS)
  .regex(
    /^(?:\*|[a-z0-9-]+):./s,
    'write connection:subject, as in corporate:mallory, *:subject for every connection, or person:VALUE for a person link',
  );

/** `person` as personName gives it, which is the `sub` of session tokens. `link`: the person link, if there is one. */
export function isBlocked(blocked: readonly string[], person: string, link: string | undefined): boolean {
  const subject = person.slice(person.indexOf(':') + 1);
  const names = [person, `${EVERY_CONNECTION}:${subject}`, ...(link === undefined ? [] : [linkName(link)])];
  return names.some((name) => blocked.includes(name));
}

interface WhoSignsOn {
  readonly blocked: readonly string[];
  readonly connections: readonly { readonly id: string; readonly person?: object | undefined }[];
}

const PERSON_HELP = 'name each person: * stands for every connection and for no name, and would block nobody';

/** An entry for a connection that does not exist keeps no one out: its author likely misspelt the id. */
export function checkBlocked({ blocked, connections }: WhoSignsOn): readonly PathFault[] {
  const links = connections.some(({ person }) => person !== undefined) ? [LINK_PLACE] : [];
  const known = [EVERY_CONNECTION, ...links, ...connections.map(({ id }) => id)];
  return blocked.flatMap((person, i): readonly PathFault[] => {
    const path = ['signOn', 'blocked', i];
    if (person.slice(1).includes('*')) return [{ path, message: PERSON_HELP }];
    const connection = person.slice(0, person.indexOf(':'));
    if (known.includes(connection)) return [];
    const message = `there is no connection ${connection}: write one of ${known.join(', ')} in front of the colon`;
    return [{ path, message }];
  });
}

/** `person:alice` must mean one thing: a link where there are links, and never a person of a connection with this id. */
export function checkLinkPlace({ connections }: Pick<WhoSignsOn, 'connections'>): readonly PathFault[] {
  if (connections.every(({ person }) => person === undefined)) return [];
  return connections.flatMap(({ id }, i): readonly PathFault[] =>
    id === LINK_PLACE
      ? [
          {
            path: ['signOn', 'connections', i, 'id'],
            message: `use another id: ${LINK_PLACE}:VALUE names people by their link, since a connection declares person`,
          },
        ]
      : [],
  );
}
