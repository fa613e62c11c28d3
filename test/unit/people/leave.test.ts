// What belongs to a name of a person who leaves.
import { expect, it } from 'vitest';
import { createLeaverStore } from '../../../shared/adapters/tablestore/tablestore-leaver-store.ts';
import { createPasskeyStore } from '../../../shared/adapters/tablestore/tablestore-passkey-store.ts';
import { createRecheckStore } from '../../../shared/adapters/tablestore/tablestore-recheck-store.ts';
import { createSessionStore } from '../../../shared/adapters/tablestore/tablestore-session-store.ts';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import { ok } from '../../../shared/kernel/result.ts';
import { findPerson } from '../../../shared/people/leave.ts';
import { FakeRows } from '../../support/fake-rows.ts';

it('marks the person link before the people whom it names, of which there may be too many', async () => {
  const rows = new FakeRows();
  const connection = ConnectionId.parse('corporate');
  const linked = Array.from({ length: 101 }, (_, i) => ({ connection, subject: `another-${i}` }));
  const alice = { connection, subject: 'alice' };
  const passkeys = createPasskeyStore(rows);
  const signedOn = { ...alice, person: '4711', groups: [], claims: {}, methods: [] };
  await passkeys.noteSignOn({ signedOn, at: new Date(0) });
  const found = await findPerson(alice, {
    sessions: { ...createSessionStore(rows), peopleOfLink: async () => ok(linked) },
    passkeys,
    rechecks: createRecheckStore(rows),
    leavers: createLeaverStore(rows),
  });
  expect(found.ok && found.value.names.slice(0, 3)).toEqual([
    'corporate:alice',
    'person:4711',
    'corporate:another-0',
  ]);
});
