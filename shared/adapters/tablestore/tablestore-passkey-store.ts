// People's passkeys, and the last statement of the identity provider about each person, as rows of table `people`. A passkey's
// row that is replaced must still be as it was read, so that no write brings a removed passkey back.

import * as z from 'zod';
import type { ConnectionId } from '../../kernel/names.ts';
import { readJson } from '../../kernel/read-json.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { LastSignOn, Passkey, type PasskeyId, passkeyId } from '../../people/passkey.ts';
import type { PasskeyStore } from '../../people/passkey-store.ts';
import { PersonKey, personKey } from '../../people/person.ts';
import { When } from '../../people/session.ts';
import { SIGN_ON_AGE_SECONDS } from '../../rules/sign-on/sign-on.ts';
import { idpOwnerOf, POINTER_TIME, personOwner, rowsOf } from './people-rows.ts';
import { PEOPLE } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';

export const LAST_SIGN_ON = 'last-sign-on';

const passkeysOwner = (person: PersonKey): string => `passkeys/${person}`;
const passkeyKey = (person: PersonKey, id: PasskeyId): readonly string[] => [passkeysOwner(person), id];
const signOnKey = (person: PersonKey): readonly string[] => [personOwner(person), LAST_SIGN_ON];

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
        ...(pointer
          ? [
              {
                table: PEOPLE,
                key: pointer,
                columns: { version: '0', [POINTER_TIME]: last.at.toISOString() },
              },
            ]
          : []),
        { table: PEOPLE, key: signOnKey(person), columns: { json } },
      ]);
      if (!put.ok) return toStoreFault(put.error);
      const dropped = known.filter(({ name }) => !idpSessions.some((one) => one.name === name));
      return remove(dropped.map(({ name }) => signOnPointer(connection, name, person)));
    },

    async vouchedFor(connection, idpSession) {
      const owner = idpOwnerOf(connection, idpSession);
      const found = await rowsOf(rows, owner);
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
      const found = await rowsOf(rows, owner);
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
