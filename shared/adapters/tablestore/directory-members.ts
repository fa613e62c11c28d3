// Who is in which group of a directory: two rows of table `directory` for each, one by the group and one by the user. Each
// counts only with the other, so a change that was broken off between them gives no group, and the next one writes both again.
import { ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { ResourceId } from '../../people/directory.ts';
import type { DirectoryStore } from '../../people/directory-store.ts';
import { DIRECTORY } from './tables.ts';
import { type TablestoreFault, toStoreFault } from './tablestore-fault.ts';
import type { RowWrite, TablestoreRows } from './tablestore-rows.ts';
import { deleteInBatches, putInBatches } from './write-in-batches.ts';

/** The least text above every text that starts with the same owner. */
const AFTER = '\u0000';
/** Tablestore takes 100 rows in a BatchGetRow. */
const MAX_READ_ROWS = 100;

const membersOwner = (directory: string, group: ResourceId): string => `member/${directory}/${group}`;
const groupsOwner = (directory: string, user: ResourceId): string => `member-of/${directory}/${user}`;

type Key = readonly string[];

/** The row of the user first: once it is gone, the person is no longer in the group. */
const keysOf = (directory: string, group: ResourceId, user: ResourceId): readonly [Key, Key] => [
  [groupsOwner(directory, user), group],
  [membersOwner(directory, group), user],
];

const rowOf = (key: Key): RowWrite => ({ table: DIRECTORY, key, columns: { version: '1' } });

async function itemsOf(
  rows: Pick<TablestoreRows, 'getRange'>,
  owner: string,
): Promise<Result<readonly ResourceId[], StoreFault>> {
  const found = await rows.getRange(DIRECTORY, owner, `${owner}${AFTER}`);
  if (!found.ok) return toStoreFault(found.error);
  return ok(found.value.flatMap(({ key: [, item] }) => ResourceId.safeParse(item).data ?? []));
}

const toVoid = (done: Result<void, TablestoreFault>): Result<void, StoreFault> =>
  done.ok ? done : toStoreFault(done.error);

type MemberStore = Pick<DirectoryStore, 'members' | 'addMembers' | 'removeMembers' | 'groupIdsOf'> & {
  /** Of these groups, of which the user has a row, those that have a row of the user. */
  confirmedGroupsOf(
    directory: string,
    user: ResourceId,
    claimed: readonly ResourceId[],
  ): Promise<Result<ReadonlySet<ResourceId>, StoreFault>>;
};

export function createMemberStore(rows: TablestoreRows): MemberStore {
  return {
    members: (directory, group) => itemsOf(rows, membersOwner(directory, group)),
    groupIdsOf: (directory, user) => itemsOf(rows, groupsOwner(directory, user)),

    async addMembers(directory, group, users) {
      const writes = users.flatMap((user) => keysOf(directory, group, user).map(rowOf));
      return toVoid(await putInBatches(rows, writes, () => undefined));
    },

    async removeMembers(directory, group, users) {
      const doomed = users.flatMap((user) => keysOf(directory, group, user).map(rowOf));
      return toVoid(await deleteInBatches(rows, doomed));
    },

    async confirmedGroupsOf(directory, user, claimed) {
      const confirmed = new Set<ResourceId>();
      for (let i = 0; i < claimed.length; i += MAX_READ_ROWS) {
        const groups = claimed.slice(i, i + MAX_READ_ROWS);
        const found = await rows.getRows(
          DIRECTORY,
          groups.map((group) => keysOf(directory, group, user)[1]),
        );
        if (!found.ok) return toStoreFault(found.error);
        for (const [at, group] of groups.entries()) if (found.value[at] !== undefined) confirmed.add(group);
      }
      return ok(confirmed);
    },
  };
}
