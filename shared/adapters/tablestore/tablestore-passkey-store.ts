// Passkeys, and what the identity provider last said of their owners, as rows of `people` under owners of their own. A
// passkey's row is written only where it still stands as it was read, so that no write brings a removed one back.
import * as z from 'zod';
import type { ConnectionId } from '../../kernel/names.ts';
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { LastSignOn, Passkey, type PasskeyId, passkeyId } from '../../people/passkey.ts';
import type { PasskeyStore } from '../../people/passkey-store.ts';
import { PersonKey, personKey } from '../../people/person.ts';
import { When } from '../../people/session.ts';
import { SIGN_ON_AGE_SECONDS } from '../../rules/sign-on/sign-on.ts';
import { PEOPLE } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';
import { idpOwnerOf } from './tablestore-session-store.ts';

/** The least text above every text that starts with the same owner. */
const AFTER = '\u0000';
const LAST_SIGN_ON = 'last-sign-on';

const ownerOf = (person: PersonKey): string => `passkeys/${person}`;
const keyOf = (person: PersonKey, id: PasskeyId): readonly string[] => [ownerOf(person), id];
const signOnKey = (person: PersonKey): readonly string[] => [`person/${person}`, LAST_SIGN_ON];

/** As long as a passkey may stand for a sign-on: a logout may name any session of that time. */
const NAMED_FOR_MS = SIGN_ON_AGE_SECONDS.max * 1000;
/** Whoever signs on in a loop fills no table. */
const MAX_IDP_SESSIONS = 100;

/** What was last said, and the sessions of the identity provider in which it vouched for the person, the latest first. */
const Kept = z.object({
  ...LastSignOn.shape,
  idpSessions: z.array(z.object({ name: z.string(), at: When })),
});
type Kept = z.infer<typeof Kept>;

/** Not as a session's: this one lasts when the session is over. */
const pointerKey = (connection: ConnectionId, idpSession: string, person: PersonKey): readonly string[] => [
  idpOwnerOf(connection, idpSession),
  `${person}/${LAST_SIGN_ON}`,
];

function named(
  { signedOn: { idpSession }, at }: LastSignOn,
  before: Kept['idpSessions'],
): Kept['idpSessions'] {
  const latest = idpSession === undefined ? [] : [{ name: idpSession, at }];
  const others = before.filter(
    ({ name, at: since }) => name !== idpSession && at.getTime() - since.getTime() < NAMED_FOR_MS,
  );
  return [...latest, ...others].slice(0, MAX_IDP_SESSIONS);
}

const failed = ({ code }: TablestoreFault) => err({ reason: 'store-failed', cause: code } as const);

/** A row that cannot be read is nobody's passkey. */
const fromRow = (row: Row | undefined): Passkey | undefined => readJson(Passkey, row?.columns['json']);

function toRow(passkey: Passkey): RowWrite {
  const { connection, subject, credential, version } = passkey;
  const key = keyOf(personKey(connection, subject), passkeyId(credential));
  return { table: PEOPLE, key, columns: { version: String(version), json: JSON.stringify(passkey) } };
}

export function createPasskeyStore(rows: TablestoreRows): PasskeyStore {
  const lastSignOn = async (person: PersonKey): Promise<Result<Kept | undefined, StoreFault>> => {
    const found = await rows.getRows(PEOPLE, [signOnKey(person)]);
    if (!found.ok) return failed(found.error);
    return ok(readJson(Kept, found.value[0]?.columns['json']));
  };

  const remove = async (keys: readonly (readonly string[])[]): Promise<Result<void, StoreFault>> => {
    const deleted = keys.length === 0 ? ok(undefined) : await rows.deleteRows(PEOPLE, keys);
    return deleted.ok ? deleted : failed(deleted.error);
  };

  return {
    async lastSignOn(person) {
      const kept = await lastSignOn(person);
      return kept.ok ? ok(kept.value && LastSignOn.parse(kept.value)) : kept;
    },

    async list(person) {
      const owner = ownerOf(person);
      const found = await rows.getRange(PEOPLE, owner, `${owner}${AFTER}`);
      return found.ok ? ok(found.value.flatMap((row) => fromRow(row) ?? [])) : failed(found.error);
    },

    async find(person, id) {
      const found = await rows.getRows(PEOPLE, [keyOf(person, id)]);
      return found.ok ? ok(fromRow(found.value[0])) : failed(found.error);
    },

    async add(passkey) {
      const put = await rows.putRowIf(toRow(passkey), 'absent');
      if (!put.ok) return failed(put.error);
      return ok(put.value === 'written' ? 'added' : 'known');
    },

    async replace(before, after) {
      const put = await rows.putRowIf(toRow(after), { column: 'version', value: String(before.version) });
      if (!put.ok) return failed(put.error);
      return ok(put.value === 'written' ? 'replaced' : 'changed');
    },

    async remove(person, id) {
      const deleted = await rows.deleteRows(PEOPLE, [keyOf(person, id)]);
      return deleted.ok ? deleted : failed(deleted.error);
    },

    async noteSignOn(last) {
      const { connection, subject, idpSession } = last.signedOn;
      const person = personKey(connection, subject);
      const before = await lastSignOn(person);
      if (!before.ok) return before;
      const known = before.value?.idpSessions ?? [];
      const idpSessions = named(last, known);
      const json = JSON.stringify({ ...last, idpSessions } satisfies Kept);
      const pointer = idpSession === undefined ? undefined : pointerKey(connection, idpSession, person);
      const put = await rows.putRows([
        ...(pointer ? [{ table: PEOPLE, key: pointer, columns: { version: '0' } }] : []),
        { table: PEOPLE, key: signOnKey(person), columns: { json } },
      ]);
      if (!put.ok) return failed(put.error);
      const dropped = known.filter(({ name }) => !idpSessions.some((one) => one.name === name));
      return remove(dropped.map(({ name }) => pointerKey(connection, name, person)));
    },

    async vouchedFor(connection, idpSession) {
      const owner = idpOwnerOf(connection, idpSession);
      const found = await rows.getRange(PEOPLE, owner, `${owner}${AFTER}`);
      if (!found.ok) return failed(found.error);
      const people = found.value.flatMap(({ key: [, item = ''] }) => {
        const [person, what] = item.split('/');
        const key = PersonKey.safeParse(person).data;
        return what === LAST_SIGN_ON && key ? [key] : [];
      });
      return ok(people);
    },

    async forgetSignOn(person, by) {
      const last = await lastSignOn(person);
      if (!last.ok || !last.value || last.value.at > by) return last.ok ? ok(undefined) : last;
      const { signedOn, idpSessions } = last.value;
      const pointers = idpSessions.map(({ name }) => pointerKey(signedOn.connection, name, person));
      return remove([signOnKey(person), ...pointers]);
    },
  };
}
