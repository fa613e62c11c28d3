// Directories, as rows of table `directory`. Tablestore writes one row at a time, so a name that one resource holds alone is a row
// of its own, which is put on the condition that it is absent, before the resource has it. A row of a name counts only while the
// resource that it points to has that name; what a crash left behind is taken over by the next who wants it.
import { readJson } from '../../kernel/read-json.ts';
import { ok, type Result } from '../../kernel/result.ts';
import { sha256 } from '../../kernel/sha256.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { DirectoryResource, RESOURCE_KINDS, ResourceId, type ResourceKind } from '../../people/directory.ts';
import type { DirectoryStore } from '../../people/directory-store.ts';
import { createMemberStore } from './directory-members.ts';
import { DIRECTORY } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';

const MAX_READ_ROWS = 100;
/** Tablestore reads at most 5,000 rows at once. */
const PAGE_ROWS = 5_000;
/** The least text above every text that starts with the same owner. */
const AFTER = '\u0000';
/** Another request took or gave up the name at the same time. */
const ATTEMPTS = 5;
/** A request ends within 30 seconds: what is pending for longer was broken off. */
const PENDING_MS = 60_000;

const ownerOf = (directory: string, kind: ResourceKind): string => `${kind}/${directory}`;
const keyOf = (directory: string, kind: ResourceKind, id: ResourceId): readonly string[] => [
  ownerOf(directory, kind),
  id,
];
/** A hash, because a name may be longer than a key, and may have any character. */
const nameKey = (directory: string, name: string): readonly string[] => [
  `name/${directory}`,
  sha256(name, 'hex'),
];

const VERSION = 'version';
const STATE = 'state';
const HOLDER = 'holder';

const rowOf = (directory: string, resource: DirectoryResource): RowWrite => ({
  table: DIRECTORY,
  key: keyOf(directory, resource.kind, resource.id),
  columns: {
    [VERSION]: String(resource.version),
    [STATE]: resource.state,
    json: JSON.stringify(resource),
  },
});

/** `user/<id>`: which resource holds a name. */
const holderOf = ({ kind, id }: DirectoryResource): string => `${kind}/${id}`;

function readHolder(
  row: Row | undefined,
): { readonly kind: ResourceKind; readonly id: ResourceId } | undefined {
  const [kindText, idText] = (row?.columns[HOLDER] ?? '').split('/');
  const kind = RESOURCE_KINDS.find((one) => one === kindText);
  const id = ResourceId.safeParse(idText).data;
  return kind && id ? { kind, id } : undefined;
}

const fault = (code: string): Result<never, StoreFault> => toStoreFault({ code, requestId: undefined });
const UNREADABLE = 'DirectoryUnreadable';

type Found = Promise<Result<readonly DirectoryResource[], StoreFault>>;

async function findResources(
  rows: TablestoreRows,
  directory: string,
  kind: ResourceKind,
  ids: readonly ResourceId[],
): Found {
  const all: DirectoryResource[] = [];
  for (let i = 0; i < ids.length; i += MAX_READ_ROWS) {
    const keys = ids.slice(i, i + MAX_READ_ROWS).map((id) => keyOf(directory, kind, id));
    const found = await rows.getRows(DIRECTORY, keys);
    if (!found.ok) return toStoreFault(found.error);
    for (const row of found.value) {
      if (!row) continue;
      const resource = readJson(DirectoryResource, row.columns['json']);
      // A row in another's place, or one that cannot be read, may be that of a person who left.
      if (!resource || resource.id !== row.key[1] || resource.kind !== kind) return fault(UNREADABLE);
      all.push(resource);
    }
  }
  return ok(all);
}

/** Whether the row of a name stands for the resource that it points to. */
function holds(resource: DirectoryResource | undefined, name: string, now: Date): boolean {
  if (!resource?.names.includes(name)) return false;
  // One that is being deleted keeps its names until its person is a leaver.
  const isBrief = resource.state === 'pending' || resource.unsettled !== undefined;
  const isUnderWay = isBrief && now.getTime() - resource.changedAt.getTime() < PENDING_MS;
  return resource.state === 'live' || isUnderWay;
}

const atVersion = (version: number) => ({ column: VERSION, value: String(version) });

/**
 * Makes sure that a resource which does not hold the name cannot get it by a write that is under way: every such write expects
 * the version that the row has now.
 */
async function fence(
  rows: TablestoreRows,
  directory: string,
  resource: DirectoryResource,
): Promise<Result<void, StoreFault>> {
  if (resource.state === 'live') {
    const put = await rows.putRowIf(
      rowOf(directory, { ...resource, version: resource.version + 1 }),
      atVersion(resource.version),
    );
    return put.ok ? ok(undefined) : toStoreFault(put.error);
  }
  const key = keyOf(directory, resource.kind, resource.id);
  // One that is being deleted keeps its row: what is left of it is found by that.
  if (resource.state === 'deleted') return ok(undefined);
  const deleted = await rows.deleteRowsIf(DIRECTORY, [{ key, expected: atVersion(resource.version) }]);
  return deleted.ok ? ok(undefined) : toStoreFault(deleted.error);
}

async function takeName(
  rows: TablestoreRows,
  directory: string,
  resource: DirectoryResource,
  name: string,
  now: Date,
): Promise<Result<'ours' | 'taken', StoreFault>> {
  const write = {
    table: DIRECTORY,
    key: nameKey(directory, name),
    columns: { [HOLDER]: holderOf(resource) },
  };
  for (let i = 0; i < ATTEMPTS; i++) {
    const put = await rows.putRowIf(write, 'absent');
    if (!put.ok) return toStoreFault(put.error);
    if (put.value === 'written') return ok('ours');
    const found = await rows.getRows(DIRECTORY, [write.key]);
    if (!found.ok) return toStoreFault(found.error);
    const [row] = found.value;
    if (!row) continue;
    const holder = readHolder(row);
    if (!holder) return fault(UNREADABLE);
    if (holder.id === resource.id) return ok('ours');
    const held = await findResources(rows, directory, holder.kind, [holder.id]);
    if (!held.ok) return held;
    if (holds(held.value[0], name, now)) return ok('taken');
    const fenced = held.value[0] ? await fence(rows, directory, held.value[0]) : ok(undefined);
    if (!fenced.ok) return fenced;
    // Read again: the holder may have got the name just before it was fenced.
    const after = await findResources(rows, directory, holder.kind, [holder.id]);
    if (!after.ok) return after;
    if (holds(after.value[0], name, now)) return ok('taken');
    const over = await rows.putRowIf(write, { column: HOLDER, value: row.columns[HOLDER] ?? '' });
    if (!over.ok) return toStoreFault(over.error);
    if (over.value === 'written') return ok('ours');
  }
  return fault('NameConflict');
}

/** The port to directories. `DirectoryUnreadable`: a row is damaged. `NameConflict`: others wanted the name at the same time. */
export function createDirectoryStore(rows: TablestoreRows): DirectoryStore {
  const { confirmedGroupsOf, ...members } = createMemberStore(rows);
  const find: DirectoryStore['find'] = (directory, kind, ids) => findResources(rows, directory, kind, ids);

  const dropNames: DirectoryStore['dropNames'] = async (directory, resource, names) => {
    if (names.length === 0) return ok(undefined);
    const expected = { column: HOLDER, value: holderOf(resource) };
    const doomed = names.map((name) => ({ key: nameKey(directory, name), expected }));
    const deleted = await rows.deleteRowsIf(DIRECTORY, doomed);
    return deleted.ok ? ok(undefined) : toStoreFault(deleted.error);
  };

  const takeNames: DirectoryStore['takeNames'] = async (directory, resource, names, now) => {
    const taken: string[] = [];
    // One after the other: of two that want the same names at one time, at the first of them one is ahead, and it gets all.
    for (const name of names) {
      const one = await takeName(rows, directory, resource, name, now);
      if (one.ok && one.value === 'ours') {
        taken.push(name);
        continue;
      }
      const dropped = await dropNames(directory, resource, taken);
      return dropped.ok ? one : dropped;
    }
    return ok('ours');
  };

  const remove: DirectoryStore['remove'] = async (directory, resource) => {
    const dropped = await dropNames(directory, resource, resource.names);
    if (!dropped.ok) return dropped;
    const key = keyOf(directory, resource.kind, resource.id);
    const deleted = await rows.deleteRowsIf(DIRECTORY, [{ key, expected: atVersion(resource.version) }]);
    return deleted.ok ? ok(undefined) : toStoreFault(deleted.error);
  };

  return {
    ...members,
    find,
    takeNames,
    dropNames,
    remove,

    async findByName(directory, kind, name) {
      const found = await rows.getRows(DIRECTORY, [nameKey(directory, name)]);
      if (!found.ok) return toStoreFault(found.error);
      const [row] = found.value;
      const holder = readHolder(row);
      if (row && !holder) return fault(UNREADABLE);
      if (!holder || holder.kind !== kind) return ok(undefined);
      const resources = await find(directory, kind, [holder.id]);
      if (!resources.ok) return resources;
      const [resource] = resources.value;
      return ok(resource?.state !== 'pending' && resource?.names.includes(name) ? resource : undefined);
    },

    async listIds(directory, kind) {
      const owner = ownerOf(directory, kind);
      const ids: ResourceId[] = [];
      let from: readonly string[] | undefined = [owner];
      while (from) {
        const range = { from, to: [`${owner}${AFTER}`], limit: PAGE_ROWS, columns: [STATE] };
        const page = await rows.getPage(DIRECTORY, range);
        if (!page.ok) return toStoreFault(page.error);
        const live = page.value.rows.filter(({ columns }) => columns[STATE] === 'live');
        ids.push(...live.flatMap(({ key }) => ResourceId.safeParse(key[1]).data ?? []));
        from = page.value.next;
      }
      return ok(ids);
    },

    async begin(directory, resource, now) {
      const put = await rows.putRowIf(rowOf(directory, resource), 'absent');
      if (!put.ok) return toStoreFault(put.error);
      if (put.value === 'conflict') return fault('IdConflict');
      const taken = await takeNames(directory, resource, resource.names, now);
      if (taken.ok && taken.value === 'ours') return taken;
      const removed = await remove(directory, { ...resource, names: [] });
      return removed.ok ? taken : removed;
    },

    async replace(directory, before, after) {
      const put = await rows.putRowIf(rowOf(directory, after), atVersion(before.version));
      if (!put.ok) return toStoreFault(put.error);
      return ok(put.value === 'written' ? 'replaced' : 'changed');
    },

    async groupsOf(directory, user) {
      const claimed = await members.groupIdsOf(directory, user);
      if (!claimed.ok) return claimed;
      // At one time: this is read for each session token.
      const [confirmed, groups] = await Promise.all([
        confirmedGroupsOf(directory, user, claimed.value),
        find(directory, 'group', claimed.value),
      ]);
      if (!confirmed.ok) return confirmed;
      return groups.ok
        ? ok(groups.value.filter(({ id, state }) => state === 'live' && confirmed.value.has(id)))
        : groups;
    },
  };
}
