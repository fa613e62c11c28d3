// Sessions as rows of `people`. A session's row is written only where it still stands as it was read, so that no write
// brings an ended session back.

import type { ConnectionId } from '../../kernel/names.ts';
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { sha256 } from '../../kernel/sha256.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { PersonKey, personKey } from '../../people/person.ts';
import { Session, SessionId } from '../../people/session.ts';
import type { SessionStore } from '../../people/session-store.ts';
import { PEOPLE } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';

const SESSION_ITEM = 'session/';
/** The least text above every text that starts with the same owner. */
const AFTER = '\u0000';
/** Tablestore takes 200 rows in a BatchWriteRow, and a session may have two. */
const MAX_ENDED_AT_ONCE = 100;

const ownerOf = (person: PersonKey): string => `person/${person}`;

/** Under it stands all that came of one session of the identity provider, and the people whom it vouched for there. */
export function idpOwnerOf(connection: ConnectionId, idpSession: string): string {
  const digest = sha256(`${connection}|${idpSession}`, 'hex');
  return `idp-session/${digest}`;
}

const sessionKey = (person: PersonKey, id: SessionId): readonly string[] => [
  ownerOf(person),
  `${SESSION_ITEM}${id}`,
];

const keyOf = ({ connection, subject, id }: Session): readonly string[] =>
  sessionKey(personKey(connection, subject), id);

/** The person and the session, so that the logout of an identity provider finds them by its own name. */
const pointerKey = ({ connection, subject, id, idpSession }: Session): readonly string[] | undefined =>
  idpSession === undefined
    ? undefined
    : [idpOwnerOf(connection, idpSession), `${personKey(connection, subject)}/${id}`];

const failed = ({ code }: TablestoreFault) => err({ reason: 'store-failed', cause: code } as const);

const toRow = (session: Session): RowWrite => ({
  table: PEOPLE,
  key: keyOf(session),
  columns: { version: String(session.version), json: JSON.stringify(session) },
});

/** A row that cannot be read is nobody's session. */
const fromRow = (row: Row | undefined): Session | undefined => readJson(Session, row?.columns['json']);

export function createSessionStore(rows: TablestoreRows): SessionStore {
  const rangeOf = (owner: string) => rows.getRange(PEOPLE, owner, `${owner}${AFTER}`);

  const read = async (
    keys: readonly (readonly string[])[],
  ): Promise<Result<readonly Session[], StoreFault>> => {
    if (keys.length === 0) return ok([]);
    const found = await rows.getRows(PEOPLE, keys);
    return found.ok ? ok(found.value.flatMap((row) => fromRow(row) ?? [])) : failed(found.error);
  };

  return {
    async create(session) {
      const pointer = pointerKey(session);
      const pointers = pointer ? [{ table: PEOPLE, key: pointer, columns: { version: '0' } }] : [];
      const put = await rows.putRows([toRow(session), ...pointers]);
      return put.ok ? put : failed(put.error);
    },

    async find(person, id) {
      const found = await read([sessionKey(person, id)]);
      return found.ok ? ok(found.value[0]) : found;
    },

    async replace(before, after) {
      const put = await rows.putRowIf(toRow(after), { column: 'version', value: String(before.version) });
      if (!put.ok) return failed(put.error);
      return ok(put.value === 'written' ? 'replaced' : 'changed');
    },

    async list(person) {
      const found = await rangeOf(ownerOf(person));
      if (!found.ok) return failed(found.error);
      const own = found.value.filter(({ key: [, item = ''] }) => item.startsWith(SESSION_ITEM));
      return ok(own.flatMap((row) => fromRow(row) ?? []));
    },

    async listByIdpSession(connection, idpSession) {
      const pointers = await rangeOf(idpOwnerOf(connection, idpSession));
      if (!pointers.ok) return failed(pointers.error);
      const keys = pointers.value.flatMap(({ key: [, item = ''] }) => {
        const [person, id] = item.split('/');
        const parsed = [PersonKey.safeParse(person).data, SessionId.safeParse(id).data] as const;
        return parsed[0] && parsed[1] ? [sessionKey(parsed[0], parsed[1])] : [];
      });
      return read(keys.slice(0, MAX_ENDED_AT_ONCE));
    },

    async end(sessions) {
      for (let i = 0; i < sessions.length; i += MAX_ENDED_AT_ONCE) {
        const batch = sessions.slice(i, i + MAX_ENDED_AT_ONCE);
        const keys = batch.flatMap((session) => [keyOf(session), pointerKey(session)]);
        const deleted = await rows.deleteRows(
          PEOPLE,
          keys.filter((key) => key !== undefined),
        );
        if (!deleted.ok) return failed(deleted.error);
      }
      return ok(undefined);
    },
  };
}
