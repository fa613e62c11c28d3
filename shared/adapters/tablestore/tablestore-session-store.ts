// People's sessions, as rows of table `people`. A row that is replaced must still be as it was read, so that no write brings an
// ended session back.

import * as z from 'zod';
import { ConnectionId } from '../../kernel/names.ts';
import { readJson } from '../../kernel/read-json.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { PersonKey, personKey } from '../../people/person.ts';
import { Session, SessionId } from '../../people/session.ts';
import type { SessionStore } from '../../people/session-store.ts';
import { idpOwnerOf, linkOwner, POINTER_TIME, personOwner, rowsOf } from './people-rows.ts';
import { PEOPLE } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';

export const SESSION_ITEM = 'session/';
/** Tablestore takes 200 rows in a BatchWriteRow, and a session may have two. */
const MAX_ENDED_AT_ONCE = 100;

const sessionKey = (person: PersonKey, id: SessionId): readonly string[] => [
  personOwner(person),
  `${SESSION_ITEM}${id}`,
];

const keyOfSession = ({ connection, subject, id }: Session): readonly string[] =>
  sessionKey(personKey(connection, subject), id);

/** Key of the row by which a logout of the identity provider, which names its own session, finds ours. */
const sessionPointer = ({ connection, subject, id, idpSession }: Session): readonly string[] | undefined =>
  idpSession === undefined
    ? undefined
    : [idpOwnerOf(connection, idpSession), `${personKey(connection, subject)}/${id}`];

const PERSON_COLUMN = 'json';
const LinkedPerson = z.object({ connection: ConnectionId, subject: z.string() });

/** By which the people of a person link are found. It stays when the session has ended, and is written anew with each one. */
function linkPointer({ connection, subject, person, lastSeenAt }: Session): RowWrite | undefined {
  if (person === undefined) return undefined;
  const columns = {
    [PERSON_COLUMN]: JSON.stringify({ connection, subject }),
    [POINTER_TIME]: lastSeenAt.toISOString(),
  };
  return { table: PEOPLE, key: [linkOwner(person), personKey(connection, subject)], columns };
}

const sessionRow = (session: Session): RowWrite => ({
  table: PEOPLE,
  key: keyOfSession(session),
  columns: { version: String(session.version), json: JSON.stringify(session) },
});

/** An unreadable row is not a session. */
const readSession = (row: Row | undefined): Session | undefined => readJson(Session, row?.columns['json']);

async function endSessions(
  rows: TablestoreRows,
  sessions: readonly Session[],
): Promise<Result<void, StoreFault>> {
  for (let i = 0; i < sessions.length; i += MAX_ENDED_AT_ONCE) {
    const batch = sessions.slice(i, i + MAX_ENDED_AT_ONCE);
    const keys = batch.flatMap((session) => [keyOfSession(session), sessionPointer(session)]);
    const deleted = await rows.deleteRows(
      PEOPLE,
      keys.filter((key) => key !== undefined),
    );
    if (!deleted.ok) return toStoreFault(deleted.error);
  }
  return ok(undefined);
}

/** Key of the session that a pointer's row names; undefined if the row is unreadable. */
function pointedSession({ key: [, item = ''] }: Row): readonly string[] | undefined {
  const [person, id] = item.split('/');
  const parsed = [PersonKey.safeParse(person).data, SessionId.safeParse(id).data] as const;
  return parsed[0] && parsed[1] ? sessionKey(parsed[0], parsed[1]) : undefined;
}

/** Sessions, each a row of its person, with a pointer from the identity provider's session. */
export function createSessionStore(rows: TablestoreRows): SessionStore {
  const read = async (
    keys: readonly (readonly string[])[],
  ): Promise<Result<readonly Session[], StoreFault>> => {
    if (keys.length === 0) return ok([]);
    const found = await rows.getRows(PEOPLE, keys);
    return found.ok ? ok(found.value.flatMap((row) => readSession(row) ?? [])) : toStoreFault(found.error);
  };

  return {
    async create(session) {
      const pointer = sessionPointer(session);
      const pointers = pointer
        ? [
            {
              table: PEOPLE,
              key: pointer,
              columns: { version: '0', [POINTER_TIME]: session.signedOnAt.toISOString() },
            },
          ]
        : [];
      const link = linkPointer(session);
      const put = await rows.putRows([sessionRow(session), ...pointers, ...(link ? [link] : [])]);
      return put.ok ? put : toStoreFault(put.error);
    },

    async find(person, id) {
      const found = await read([sessionKey(person, id)]);
      return found.ok ? ok(found.value[0]) : found;
    },

    async replace(before, after) {
      const put = await rows.putRowIf(sessionRow(after), {
        column: 'version',
        value: String(before.version),
      });
      if (!put.ok) return toStoreFault(put.error);
      return ok(put.value === 'written' ? 'replaced' : 'changed');
    },

    async list(person) {
      const found = await rowsOf(rows, personOwner(person));
      if (!found.ok) return toStoreFault(found.error);
      const own = found.value.filter(({ key: [, item = ''] }) => item.startsWith(SESSION_ITEM));
      return ok(own.flatMap((row) => readSession(row) ?? []));
    },

    async listByIdpSession(connection, idpSession) {
      const pointers = await rowsOf(rows, idpOwnerOf(connection, idpSession));
      if (!pointers.ok) return toStoreFault(pointers.error);
      const keys = pointers.value.map(pointedSession).filter((key) => key !== undefined);
      return read(keys.slice(0, MAX_ENDED_AT_ONCE));
    },

    async peopleOfLink(link) {
      const found = await rowsOf(rows, linkOwner(link));
      if (!found.ok) return toStoreFault(found.error);
      return ok(found.value.flatMap(({ columns }) => readJson(LinkedPerson, columns[PERSON_COLUMN]) ?? []));
    },

    end: (sessions) => endSessions(rows, sessions),
  };
}
