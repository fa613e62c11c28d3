// Passkeys, and what the identity provider last said of their owners, as rows of `people` under owners of their own. A
// passkey's row is written only where it still stands as it was read, so that no write brings a removed one back.
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import { err, ok } from '../kernel/result.ts';
import { LastSignOn, Passkey, type PasskeyId, passkeyId } from '../people/passkey.ts';
import { type PersonKey, personKey } from '../people/person.ts';
import type { PasskeyStore } from '../ports.ts';
import { PEOPLE } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';

/** The least text above every text that starts with the same owner. */
const AFTER = '\u0000';
const LAST_SIGN_ON = 'last-sign-on';

const ownerOf = (person: PersonKey): string => `passkeys/${person}`;
const keyOf = (person: PersonKey, id: PasskeyId): readonly string[] => [ownerOf(person), id];
const signOnKey = (person: PersonKey): readonly string[] => [`person/${person}`, LAST_SIGN_ON];

const failed = ({ code }: TablestoreFault) => err({ reason: 'store-failed', cause: code } as const);

/** A row that cannot be read is nobody's passkey. */
function fromRow(row: Row | undefined): Passkey | undefined {
  const json = parseStrictJson(row?.columns['json'] ?? '');
  return json.ok ? Passkey.safeParse(json.value).data : undefined;
}

function toRow(passkey: Passkey): RowWrite {
  const { connection, subject, credential, version } = passkey;
  const key = keyOf(personKey(connection, subject), passkeyId(credential));
  return { table: PEOPLE, key, columns: { version: String(version), json: JSON.stringify(passkey) } };
}

export function createPasskeyStore(rows: TablestoreRows): PasskeyStore {
  const lastSignOn: PasskeyStore['lastSignOn'] = async (person) => {
    const found = await rows.getRows(PEOPLE, [signOnKey(person)]);
    if (!found.ok) return failed(found.error);
    const json = parseStrictJson(found.value[0]?.columns['json'] ?? '');
    return ok(json.ok ? LastSignOn.safeParse(json.value).data : undefined);
  };

  return {
    lastSignOn,

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
      const { connection, subject } = last.signedOn;
      const key = signOnKey(personKey(connection, subject));
      const put = await rows.putRows([{ table: PEOPLE, key, columns: { json: JSON.stringify(last) } }]);
      return put.ok ? put : failed(put.error);
    },

    async forgetSignOn(person, by) {
      const last = await lastSignOn(person);
      if (!last.ok || !last.value || last.value.at > by) return last.ok ? ok(undefined) : last;
      const deleted = await rows.deleteRows(PEOPLE, [signOnKey(person)]);
      return deleted.ok ? deleted : failed(deleted.error);
    },
  };
}
