// What Stint keeps about people, as rows of table `people`: their sessions, their passkeys with the last statement of the
// identity provider about them, and their recent activity. Each kind has owners of its own, so that reading one kind does not
// read the others. A row that is replaced must still be as it was read, so that no write brings an ended session or a removed
// passkey back.

import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { ConnectionId } from '../../kernel/names.ts';
import { readJson } from '../../kernel/read-json.ts';
import { ok, type Result } from '../../kernel/result.ts';
import { sha256 } from '../../kernel/sha256.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { Activity } from '../../people/activity.ts';
import type { ActivityStore } from '../../people/activity-store.ts';
import { LastSignOn, Passkey, type PasskeyId, passkeyId } from '../../people/passkey.ts';
import type { PasskeyStore } from '../../people/passkey-store.ts';
import { PersonKey, personKey } from '../../people/person.ts';
import { Session, SessionId, When } from '../../people/session.ts';
import type { SessionStore } from '../../people/session-store.ts';
import { SIGN_ON_AGE_SECONDS } from '../../rules/sign-on/sign-on.ts';
import { PEOPLE } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';

const SESSION_ITEM = 'session/';
/** The least text above every text that starts with the same owner. */
const AFTER = '\u0000';
/** Tablestore takes 200 rows in a BatchWriteRow, and a session may have two. */
const MAX_ENDED_AT_ONCE = 100;

const sessionsOwner = (person: PersonKey): string => `person/${person}`;

/** Owner of the rows that belong to one session of the identity provider: Stint's sessions, and the people it vouched for. */
function idpOwnerOf(connection: ConnectionId, idpSession: string): string {
  const digest = sha256(`${connection}|${idpSession}`, 'hex');
  return `idp-session/${digest}`;
}

const sessionKey = (person: PersonKey, id: SessionId): readonly string[] => [
  sessionsOwner(person),
  `${SESSION_ITEM}${id}`,
];

const keyOfSession = ({ connection, subject, id }: Session): readonly string[] =>
  sessionKey(personKey(connection, subject), id);

/** Key of the row by which a logout of the identity provider, which names its own session, finds ours. */
const sessionPointer = ({ connection, subject, id, idpSession }: Session): readonly string[] | undefined =>
  idpSession === undefined
    ? undefined
    : [idpOwnerOf(connection, idpSession), `${personKey(connection, subject)}/${id}`];

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
  const rangeOf = (owner: string) => rows.getRange(PEOPLE, owner, `${owner}${AFTER}`);

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
      const pointers = pointer ? [{ table: PEOPLE, key: pointer, columns: { version: '0' } }] : [];
      const put = await rows.putRows([sessionRow(session), ...pointers]);
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
      const found = await rangeOf(sessionsOwner(person));
      if (!found.ok) return toStoreFault(found.error);
      const own = found.value.filter(({ key: [, item = ''] }) => item.startsWith(SESSION_ITEM));
      return ok(own.flatMap((row) => readSession(row) ?? []));
    },

    async listByIdpSession(connection, idpSession) {
      const pointers = await rangeOf(idpOwnerOf(connection, idpSession));
      if (!pointers.ok) return toStoreFault(pointers.error);
      const keys = pointers.value.map(pointedSession).filter((key) => key !== undefined);
      return read(keys.slice(0, MAX_ENDED_AT_ONCE));
    },

    end: (sessions) => endSessions(rows, sessions),
  };
}

const LAST_SIGN_ON = 'last-sign-on';

const passkeysOwner = (person: PersonKey): string => `passkeys/${person}`;
const passkeyKey = (person: PersonKey, id: PasskeyId): readonly string[] => [passkeysOwner(person), id];
const signOnKey = (person: PersonKey): readonly string[] => [`person/${person}`, LAST_SIGN_ON];

/** For as long as a passkey can stand for a sign-on: a logout may name any session of that time. */
const NAMED_FOR_MS = SIGN_ON_AGE_SECONDS.max * 1000;
/** Bounds the rows of a person who signs on in a loop. */
const MAX_IDP_SESSIONS = 100;

/** The last sign-on, and the identity provider's sessions in which it vouched for the person, the latest first. */
const KeptSignOn = z.object({
  ...LastSignOn.shape,
  idpSessions: z.array(z.object({ name: z.string(), at: When })),
});
type KeptSignOn = z.infer<typeof KeptSignOn>;

/** Unlike a session's pointer, this one stays when the session has ended. */
const signOnPointer = (
  connection: ConnectionId,
  idpSession: string,
  person: PersonKey,
): readonly string[] => [idpOwnerOf(connection, idpSession), `${person}/${LAST_SIGN_ON}`];

function named(
  { signedOn: { idpSession }, at }: LastSignOn,
  before: KeptSignOn['idpSessions'],
): KeptSignOn['idpSessions'] {
  const latest = idpSession === undefined ? [] : [{ name: idpSession, at }];
  const others = before.filter(
    ({ name, at: since }) => name !== idpSession && at.getTime() - since.getTime() < NAMED_FOR_MS,
  );
  return [...latest, ...others].slice(0, MAX_IDP_SESSIONS);
}

/** An unreadable row is not a passkey. */
const readPasskey = (row: Row | undefined): Passkey | undefined => readJson(Passkey, row?.columns['json']);

function passkeyRow(passkey: Passkey): RowWrite {
  const { connection, subject, credential, version } = passkey;
  const key = passkeyKey(personKey(connection, subject), passkeyId(credential));
  return { table: PEOPLE, key, columns: { version: String(version), json: JSON.stringify(passkey) } };
}

/** The person whom the identity provider vouched for in a session; undefined for a row of one of Stint's sessions. */
function vouchedPerson({ key: [, item = ''] }: Row): PersonKey | undefined {
  const [person, what] = item.split('/');
  return what === LAST_SIGN_ON ? PersonKey.safeParse(person).data : undefined;
}

type SignOns = Pick<PasskeyStore, 'lastSignOn' | 'noteSignOn' | 'vouchedFor' | 'forgetSignOn'>;

/** The last sign-on of each person, and the sessions of the identity provider that vouched for it. */
function createSignOns(rows: TablestoreRows): SignOns {
  const lastSignOn = async (person: PersonKey): Promise<Result<KeptSignOn | undefined, StoreFault>> => {
    const found = await rows.getRows(PEOPLE, [signOnKey(person)]);
    if (!found.ok) return toStoreFault(found.error);
    return ok(readJson(KeptSignOn, found.value[0]?.columns['json']));
  };

  const remove = async (keys: readonly (readonly string[])[]): Promise<Result<void, StoreFault>> => {
    const deleted = keys.length === 0 ? ok(undefined) : await rows.deleteRows(PEOPLE, keys);
    return deleted.ok ? deleted : toStoreFault(deleted.error);
  };

  return {
    async lastSignOn(person) {
      const kept = await lastSignOn(person);
      return kept.ok ? ok(kept.value && LastSignOn.parse(kept.value)) : kept;
    },

    async noteSignOn(last) {
      const { connection, subject, idpSession } = last.signedOn;
      const person = personKey(connection, subject);
      const before = await lastSignOn(person);
      if (!before.ok) return before;
      const known = before.value?.idpSessions ?? [];
      const idpSessions = named(last, known);
      const json = JSON.stringify({ ...last, idpSessions } satisfies KeptSignOn);
      const pointer = idpSession === undefined ? undefined : signOnPointer(connection, idpSession, person);
      const put = await rows.putRows([
        ...(pointer ? [{ table: PEOPLE, key: pointer, columns: { version: '0' } }] : []),
        { table: PEOPLE, key: signOnKey(person), columns: { json } },
      ]);
      if (!put.ok) return toStoreFault(put.error);
      const dropped = known.filter(({ name }) => !idpSessions.some((one) => one.name === name));
      return remove(dropped.map(({ name }) => signOnPointer(connection, name, person)));
    },

    async vouchedFor(connection, idpSession) {
      const owner = idpOwnerOf(connection, idpSession);
      const found = await rows.getRange(PEOPLE, owner, `${owner}${AFTER}`);
      if (!found.ok) return toStoreFault(found.error);
      return ok(found.value.map(vouchedPerson).filter((person) => person !== undefined));
    },

    async forgetSignOn(person, by) {
      const last = await lastSignOn(person);
      if (!last.ok || !last.value || last.value.at > by) return last.ok ? ok(undefined) : last;
      const { signedOn, idpSessions } = last.value;
      const pointers = idpSessions.map(({ name }) => signOnPointer(signedOn.connection, name, person));
      return remove([signOnKey(person), ...pointers]);
    },
  };
}

/** Passkeys, and the last sign-on that each of them stands for. */
export function createPasskeyStore(rows: TablestoreRows): PasskeyStore {
  return {
    ...createSignOns(rows),

    async list(person) {
      const owner = passkeysOwner(person);
      const found = await rows.getRange(PEOPLE, owner, `${owner}${AFTER}`);
      return found.ok ? ok(found.value.flatMap((row) => readPasskey(row) ?? [])) : toStoreFault(found.error);
    },

    async find(person, id) {
      const found = await rows.getRows(PEOPLE, [passkeyKey(person, id)]);
      return found.ok ? ok(readPasskey(found.value[0])) : toStoreFault(found.error);
    },

    async add(passkey) {
      const put = await rows.putRowIf(passkeyRow(passkey), 'absent');
      if (!put.ok) return toStoreFault(put.error);
      return ok(put.value === 'written' ? 'added' : 'known');
    },

    async replace(before, after) {
      const put = await rows.putRowIf(passkeyRow(after), {
        column: 'version',
        value: String(before.version),
      });
      if (!put.ok) return toStoreFault(put.error);
      return ok(put.value === 'written' ? 'replaced' : 'changed');
    },

    async remove(person, id) {
      const deleted = await rows.deleteRows(PEOPLE, [passkeyKey(person, id)]);
      return deleted.ok ? deleted : toStoreFault(deleted.error);
    },
  };
}

/** One page; older activity is in the audit log. */
const KEPT_ACTIVITIES = 50;
/** Tablestore takes 200 deletes at once. */
const MAX_DELETED_AT_ONCE = 200;
/** Milliseconds until the year 2286, and as many digits as those until today. */
const LAST_MILLISECOND = 9_999_999_999_999;
const DIGITS = String(LAST_MILLISECOND).length;

const activityOwner = (person: PersonKey): string => `activity/${person}`;

/** Counts down, so that a range read from its start gives the newest first. */
function activityItem(at: string): string {
  const left = LAST_MILLISECOND - new Date(at).getTime();
  return `${String(left).padStart(DIGITS, '0')}/${randomUUID()}`;
}

const readActivity = (row: Row): Activity | undefined => readJson(Activity, row.columns['json']);

/** The recent activity of each person. */
export function createActivityStore(rows: TablestoreRows): ActivityStore {
  /** Reading also deletes what is too old to be shown, so that a person's rows stay bounded. */
  async function recent(person: PersonKey): Promise<Result<readonly Activity[], StoreFault>> {
    const owner = activityOwner(person);
    const found = await rows.getRange(PEOPLE, owner, `${owner}${AFTER}`);
    if (!found.ok) return toStoreFault(found.error);
    const old = found.value
      .slice(KEPT_ACTIVITIES, KEPT_ACTIVITIES + MAX_DELETED_AT_ONCE)
      .map(({ key }) => key);
    const deleted = old.length > 0 ? await rows.deleteRows(PEOPLE, old) : ok(undefined);
    return deleted.ok
      ? ok(found.value.slice(0, KEPT_ACTIVITIES).flatMap((row) => readActivity(row) ?? []))
      : toStoreFault(deleted.error);
  }

  return {
    recent,
    async note(person, activity) {
      const key = [activityOwner(person), activityItem(activity.at)];
      const columns = { json: JSON.stringify(activity) };
      const put = await rows.putRows([{ table: PEOPLE, key, columns }]);
      if (!put.ok) return toStoreFault(put.error);
      if (activity.kind !== 'signed_in') return ok(undefined);
      const kept = await recent(person);
      return kept.ok ? ok(undefined) : kept;
    },
  };
}
