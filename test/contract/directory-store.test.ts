// Directories on rows in memory, as the tests of the login app have them, and on the local Tablestore: one suite for both.
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import {
  addScimToken,
  createScimTokenStore,
  listScimTokens,
  revokeScimToken,
} from '../../shared/adapters/tablestore/scim-token-rows.ts';
import { createDirectoryStore } from '../../shared/adapters/tablestore/tablestore-directory-store.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { ok } from '../../shared/kernel/result.ts';
import {
  type DirectoryResource,
  ResourceId,
  UNIQUE_NAMES,
  uniqueNames,
} from '../../shared/people/directory.ts';
import type { DirectoryStore } from '../../shared/people/directory-store.ts';
import { type ScimToken, ScimTokenId, ScimTokenName } from '../../shared/people/scim-token.ts';
import { NOW } from '../support/builders.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const instance = await startInstance();
afterAll(() => instance.server.close());

const ROWS: readonly (readonly [string, () => Promise<TablestoreRows>])[] = [
  ['rows in memory', async () => new FakeRows()],
  ['the local Tablestore', () => openLocalRows(instance)],
];
const MINUTE = 60_000;
const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

const resource = (
  kind: 'user' | 'group',
  name: string,
  more: Partial<DirectoryResource> = {},
): DirectoryResource => {
  const values = { [kind === 'user' ? 'userName' : 'displayName']: name };
  return {
    id: ResourceId.parse(randomUUID()),
    kind,
    state: 'pending',
    version: 1,
    createdAt: NOW,
    changedAt: NOW,
    names: [...uniqueNames(kind, values)],
    values,
    ...more,
  };
};
const live = (one: DirectoryResource): DirectoryResource => ({
  ...one,
  state: 'live',
  version: one.version + 1,
});

async function added(
  store: DirectoryStore,
  directory: string,
  one: DirectoryResource,
): Promise<DirectoryResource> {
  expect(await store.begin(directory, one, NOW)).toEqual(ok('ours'));
  expect(await store.replace(directory, one, live(one))).toEqual(ok('replaced'));
  return live(one);
}

describe.each(ROWS)('DirectoryStore on %s', (_, open) => {
  /** A directory of its own, since one instance serves all tests. */
  const start = async () => ({
    store: createDirectoryStore(await open()),
    d: `d-${randomUUID().slice(0, 8)}`,
  });

  it('finds and lists what is live, each in its own directory and kind', async () => {
    const { store, d } = await start();
    const [alice, bob] = [
      await added(store, d, resource('user', 'alice')),
      await added(store, d, resource('user', 'bob')),
    ];
    const team = await added(store, d, resource('group', 'alice'));
    await store.begin(d, resource('user', 'pending'), NOW);
    expect(must(await store.listIds(d, 'user'))).toEqual([alice.id, bob.id].sort());
    expect(must(await store.listIds(d, 'group'))).toEqual([team.id]);
    expect(must(await store.listIds(`${d}-2`, 'user'))).toEqual([]);
    expect(must(await store.find(d, 'user', [bob.id, team.id, alice.id]))).toEqual([bob, alice]);
    expect(must(await store.findByName(d, 'user', UNIQUE_NAMES.userName('ALICE')))).toEqual(alice);
    expect(must(await store.findByName(`${d}-2`, 'user', UNIQUE_NAMES.userName('alice')))).toBeUndefined();
    expect(must(await store.findByName(d, 'user', UNIQUE_NAMES.userName('pending')))).toBeUndefined();
  });

  it('gives a name to one, of any that want it at one time', async () => {
    const { store, d } = await start();
    const many = Array.from({ length: 6 }, () => resource('user', 'alice'));
    const outcomes = await Promise.all(many.map((one) => store.begin(d, one, NOW)));
    expect(outcomes.map(must).sort()).toEqual(['ours', ...Array.from({ length: 5 }, () => 'taken')]);
  });

  it('takes a name from what was broken off, and lets that have it no more', async () => {
    const { store, d } = await start();
    const broken = resource('user', 'alice');
    expect(must(await store.begin(d, broken, NOW))).toBe('ours');
    const next = resource('user', 'alice');
    expect(must(await store.begin(d, next, later(MINUTE - 1)))).toBe('taken');
    expect(must(await store.begin(d, next, later(MINUTE)))).toBe('ours');
    expect(must(await store.replace(d, broken, live(broken)))).toBe('changed');
    expect(must(await store.replace(d, next, live(next)))).toBe('replaced');
  });

  it('lets no rename end that began before another took the name', async () => {
    const { store, d } = await start();
    const [alice, bob] = [
      await added(store, d, resource('user', 'alice')),
      await added(store, d, resource('user', 'bob')),
    ];
    const name = UNIQUE_NAMES.userName('dora');
    expect(must(await store.takeNames(d, alice, [name], NOW))).toBe('ours');
    expect(must(await store.takeNames(d, bob, [name], NOW))).toBe('ours');
    const renamed = (one: DirectoryResource) => ({ ...one, names: [name], version: one.version + 1 });
    expect(must(await store.replace(d, alice, renamed(alice)))).toBe('changed');
    expect(must(await store.replace(d, bob, renamed(bob)))).toBe('replaced');
    must(await store.dropNames(d, alice, [name]));
    expect(must(await store.findByName(d, 'user', name))?.id).toBe(bob.id);
  });

  it('removes what is as it was read, with its names', async () => {
    const { store, d } = await start();
    const alice = await added(store, d, resource('user', 'alice'));
    must(await store.remove(d, { ...alice, version: 1, names: [] }));
    expect(must(await store.find(d, 'user', [alice.id]))).toEqual([alice]);
    must(await store.remove(d, alice));
    expect(must(await store.find(d, 'user', [alice.id]))).toEqual([]);
    expect(must(await store.begin(d, resource('user', 'alice'), NOW))).toBe('ours');
  });

  it('keeps who is in which group, hundreds too, and gives the live groups of a user', async () => {
    const { store, d } = await start();
    const users = Array.from({ length: 250 }, () => ResourceId.parse(randomUUID()));
    const [one = ResourceId.parse(randomUUID()), two = one] = users;
    const [team, other] = [await added(store, d, resource('group', 'team')), resource('group', 'other')];
    must(await store.begin(d, other, NOW));
    must(await store.addMembers(d, team.id, users));
    must(await store.addMembers(d, other.id, [one]));
    expect(must(await store.members(d, team.id))).toEqual([...users].sort());
    expect(must(await store.groupsOf(d, one))).toEqual([team]);
    expect(must(await store.groupIdsOf(d, one))).toEqual([team.id, other.id].sort());
    expect(must(await store.groupsOf(`${d}-2`, one))).toEqual([]);
    must(await store.removeMembers(d, team.id, users.slice(1)));
    expect(must(await store.members(d, team.id))).toEqual([one]);
    expect(must(await store.groupsOf(d, two))).toEqual([]);
    must(await store.addMembers(d, team.id, []));
  });
});

describe.each(ROWS)('tokens of SCIM clients on %s', (_, open) => {
  it('are found, listed and revoked, and stay when they are', async () => {
    const rows = await open();
    const store = createScimTokenStore(rows);
    const token: ScimToken = {
      id: ScimTokenId.parse('0123456789abcdef'),
      directory: 'staff',
      name: ScimTokenName.parse('entra'),
      hash: 'hash',
      createdAt: NOW,
      createdBy: 'ada',
      expiresAt: later(MINUTE),
    };
    must(await addScimToken(rows, token));
    expect(await addScimToken(rows, token)).toMatchObject({ error: { code: 'IdConflict' } });
    expect(must(await store.find(token.id))).toEqual(token);
    expect(must(await store.find(ScimTokenId.parse('f'.repeat(16))))).toBeUndefined();
    const revoked = { ...token, revokedAt: later(1), revokedBy: 'bea' };
    expect(must(await revokeScimToken(rows, token.id, { at: later(1), by: 'bea' }))).toEqual(revoked);
    expect(must(await revokeScimToken(rows, token.id, { at: later(2), by: 'cleo' }))).toEqual(revoked);
    expect(must(await listScimTokens(rows))).toEqual([revoked]);
    expect(
      must(await revokeScimToken(rows, ScimTokenId.parse('f'.repeat(16)), { at: NOW, by: 'x' })),
    ).toBeUndefined();
  });
});
