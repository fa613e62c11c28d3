// The store of directories: users, groups, and who is in which group.
import type { Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';
import type { DirectoryResource, ResourceId, ResourceKind } from './directory.ts';

/** `taken`: another resource holds one of the names. */
type Taken = Result<'ours' | 'taken', StoreFault>;

/** Reads find resources of every state, unless they say so. Each method takes the id of the directory first. */
export interface DirectoryStore {
  find(
    directory: string,
    kind: ResourceKind,
    ids: readonly ResourceId[],
  ): Promise<Result<readonly DirectoryResource[], StoreFault>>;
  /** The resource that holds the name, live or deleted; see UNIQUE_NAMES. */
  findByName(
    directory: string,
    kind: ResourceKind,
    name: string,
  ): Promise<Result<DirectoryResource | undefined, StoreFault>>;
  /** The ids of all live resources, in their order. */
  listIds(directory: string, kind: ResourceKind): Promise<Result<readonly ResourceId[], StoreFault>>;
  /** Stores a new resource, which is pending, and takes its names. */
  begin(directory: string, resource: DirectoryResource, now: Date): Promise<Taken>;
  /** Takes more names for a resource that is stored. They count once its row has them. */
  takeNames(
    directory: string,
    resource: DirectoryResource,
    names: readonly string[],
    now: Date,
  ): Promise<Taken>;
  /** Gives up names that its row no longer has. Names of other resources stay. */
  dropNames(
    directory: string,
    resource: DirectoryResource,
    names: readonly string[],
  ): Promise<Result<void, StoreFault>>;
  /** `changed`: another request wrote or removed it since `before` was read. `after` has the next version. */
  replace(
    directory: string,
    before: DirectoryResource,
    after: DirectoryResource,
  ): Promise<Result<'replaced' | 'changed', StoreFault>>;
  /** Deletes its row if it is still as it was read, and its names. */
  remove(directory: string, resource: DirectoryResource): Promise<Result<void, StoreFault>>;
  members(directory: string, group: ResourceId): Promise<Result<readonly ResourceId[], StoreFault>>;
  addMembers(
    directory: string,
    group: ResourceId,
    users: readonly ResourceId[],
  ): Promise<Result<void, StoreFault>>;
  removeMembers(
    directory: string,
    group: ResourceId,
    users: readonly ResourceId[],
  ): Promise<Result<void, StoreFault>>;
  /**
   * The live groups that the user is in: those for which both the group and the user say so. A change that was broken off gives
   * no group.
   */
  groupsOf(directory: string, user: ResourceId): Promise<Result<readonly DirectoryResource[], StoreFault>>;
  /** The groups of which the user has a row, also where the rest of a change that was broken off is missing. */
  groupIdsOf(directory: string, user: ResourceId): Promise<Result<readonly ResourceId[], StoreFault>>;
}
