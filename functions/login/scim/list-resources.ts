// Lists and searches (RFC 7644 sections 3.4.2 and 3.4.3): a filter by a name or an id reads one row, any other reads the directory.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type DirectoryResource, ResourceId, UNIQUE_NAMES } from '../../../shared/people/directory.ts';
import { showGroups } from './groups.ts';
import { MEMBERS, RESOURCE_TYPES, type ResourceType } from './protocol/attributes.ts';
import { DEFAULT_RESULTS, listResponse, MAX_RESULTS } from './protocol/discovery.ts';
import { matchesFilter } from './protocol/match-filter.ts';
import { type Filter, parseFilter } from './protocol/parse-filter.ts';
import { invalid, type ScimFault } from './protocol/scim-fault.ts';
import type { Selection } from './protocol/select-attributes.ts';
import { type Answered, storeFault } from './scim-answer.ts';
import type { ScimRequest } from './scim-request.ts';
import { showResource, withMembers } from './show-resource.ts';
import { finishDeletion, showUsers } from './users.ts';

/** A filter that no index serves reads this many resources at most: some 30 MB. */
const MAX_SCANNED = 20_000;
const BATCH = 100;

export interface ListQuery {
  readonly filter: string | undefined;
  readonly startIndex: string | undefined;
  readonly count: string | undefined;
  readonly selection: Selection;
}

type Found<T> = Promise<Result<T, ScimFault>>;

/** Where the resources that can meet a filter are found. Undefined: anywhere. */
type Lookup =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'member'; readonly id: string };

function nameFor(type: ResourceType, attribute: string, value: string): string | undefined {
  if (type.kind === 'user' && attribute === 'userName') return UNIQUE_NAMES.userName(value);
  if (type.kind === 'group' && attribute === 'displayName') return UNIQUE_NAMES.groupName(value);
  if (attribute !== 'externalId') return undefined;
  return type.kind === 'user' ? UNIQUE_NAMES.userExternalId(value) : UNIQUE_NAMES.groupExternalId(value);
}

/** `inside`: the attribute before the brackets. */
function lookupOf(type: ResourceType, filter: Filter, inside?: string): readonly Lookup[] | undefined {
  if (filter.kind === 'and')
    return lookupOf(type, filter.left, inside) ?? lookupOf(type, filter.right, inside);
  if (filter.kind === 'or') {
    const [left, right] = [lookupOf(type, filter.left, inside), lookupOf(type, filter.right, inside)];
    return left && right && [...left, ...right];
  }
  if (filter.kind === 'value') return lookupOf(type, filter.of, filter.path.attribute.name);
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string')
    return undefined;
  const { value, path } = filter;
  const isOfExtension = path.extension !== undefined;
  const attribute = inside ?? path.attribute.name;
  const sub = inside === undefined ? path.sub?.name : path.attribute.name;
  if (isOfExtension) return undefined;
  if (attribute === MEMBERS && (sub === undefined || sub === 'value')) return [{ kind: 'member', id: value }];
  if (sub !== undefined) return undefined;
  if (attribute === 'id') return [{ kind: 'id', id: value }];
  const name = nameFor(type, attribute, value);
  return name === undefined ? undefined : [{ kind: 'name', name }];
}

function mentions(filter: Filter, attribute: string): boolean {
  if (filter.kind === 'and' || filter.kind === 'or')
    return mentions(filter.left, attribute) || mentions(filter.right, attribute);
  if (filter.kind === 'not') return mentions(filter.of, attribute);
  return filter.path.attribute.name === attribute && filter.path.extension === undefined;
}

const isLive = ({ state }: DirectoryResource): boolean => state === 'live';

/** The one resource that has the name. A deletion that was broken off is finished, as by a GET. */
async function lookUpName(
  request: ScimRequest,
  type: ResourceType,
  name: string,
): Found<readonly DirectoryResource[]> {
  const { deps, directory } = request;
  const found = await deps.directories.findByName(directory.id, type.kind, name);
  if (!found.ok) return err(storeFault(found.error));
  if (!found.value || isLive(found.value)) return ok(found.value ? [found.value] : []);
  const finished = type.kind === 'user' ? await finishDeletion(request, found.value) : ok(undefined);
  return finished.ok ? ok([]) : finished;
}

async function lookUp(
  request: ScimRequest,
  type: ResourceType,
  lookup: Lookup,
): Found<readonly DirectoryResource[]> {
  const { deps, directory } = request;
  const { directories } = deps;
  if (lookup.kind === 'name') return lookUpName(request, type, lookup.name);
  const id = ResourceId.safeParse(lookup.id).data;
  if (!id) return ok([]);
  const found =
    lookup.kind === 'id'
      ? await directories.find(directory.id, type.kind, [id])
      : await directories.groupsOf(directory.id, id);
  return found.ok ? ok(found.value.filter(isLive)) : err(storeFault(found.error));
}

/** As the filter sees it. */
async function seen(
  { deps, directory, base }: ScimRequest,
  type: ResourceType,
  resource: DirectoryResource,
  needsMembers: boolean,
): Found<object> {
  const shown = showResource(type, base, resource);
  if (!needsMembers) return ok(shown);
  const members = await deps.directories.members(directory.id, resource.id);
  return members.ok ? ok(withMembers(shown, base, members.value)) : err(storeFault(members.error));
}

async function matching(
  request: ScimRequest,
  type: ResourceType,
  resources: readonly DirectoryResource[],
  filter: Filter,
): Found<readonly DirectoryResource[]> {
  const needsMembers = type.kind === 'group' && mentions(filter, MEMBERS);
  const matches: DirectoryResource[] = [];
  for (const resource of resources) {
    const one = await seen(request, type, resource, needsMembers);
    if (!one.ok) return one;
    if (matchesFilter(filter, one.value)) matches.push(resource);
  }
  return ok(matches);
}

async function scan(
  request: ScimRequest,
  type: ResourceType,
  filter: Filter,
): Found<readonly DirectoryResource[]> {
  const { deps, directory } = request;
  if (mentions(filter, MEMBERS))
    return err(invalid('invalidFilter', 'scim-filter', 'Compare members with eq.'));
  const ids = await deps.directories.listIds(directory.id, type.kind);
  if (!ids.ok) return err(storeFault(ids.error));
  if (ids.value.length > MAX_SCANNED)
    return err(
      invalid('tooMany', 'scim-filter-too-wide', 'Filter by userName, displayName, externalId or id.'),
    );
  const all: DirectoryResource[] = [];
  for (let i = 0; i < ids.value.length; i += BATCH) {
    const found = await deps.directories.find(directory.id, type.kind, ids.value.slice(i, i + BATCH));
    if (!found.ok) return err(storeFault(found.error));
    const matches = await matching(request, type, found.value.filter(isLive), filter);
    if (!matches.ok) return matches;
    all.push(...matches.value);
  }
  return ok(all);
}

/** All resources that meet the filter, in the order of their ids. */
async function findAll(
  request: ScimRequest,
  type: ResourceType,
  text: string,
): Found<readonly DirectoryResource[]> {
  const filter = parseFilter(text, type);
  if (!filter.ok) return filter;
  // They are not in the row of the user: the filter would see none, and find no user, or one that it excludes.
  if (mentions(filter.value, 'groups'))
    return err(
      invalid('invalidFilter', 'scim-filter', 'To find the groups of a user, filter /Groups by members.'),
    );
  const lookups = lookupOf(type, filter.value);
  if (!lookups) return scan(request, type, filter.value);
  const candidates = new Map<string, DirectoryResource>();
  for (const lookup of lookups) {
    const found = await lookUp(request, type, lookup);
    if (!found.ok) return found;
    for (const resource of found.value) candidates.set(resource.id, resource);
  }
  const ordered = [...candidates.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return matching(request, type, ordered, filter.value);
}

interface Page {
  readonly startIndex: number;
  readonly count: number;
}

/** Less than 1 is 1, and a negative count is none (RFC 7644 section 3.4.2.4). */
function readPage({ startIndex = '1', count = String(DEFAULT_RESULTS) }: ListQuery): Result<Page, ScimFault> {
  if (!/^-?\d{1,9}$/.test(startIndex) || !/^-?\d{1,9}$/.test(count))
    return err(invalid('invalidValue', 'scim-value', 'startIndex and count are whole numbers.'));
  return ok({
    startIndex: Math.max(1, Number(startIndex)),
    count: Math.min(MAX_RESULTS, Math.max(0, Number(count))),
  });
}

interface Listed {
  readonly total: number;
  readonly resources: readonly DirectoryResource[];
}

async function select(request: ScimRequest, type: ResourceType, query: ListQuery, page: Page): Found<Listed> {
  const { deps, directory } = request;
  const [from, to] = [page.startIndex - 1, page.startIndex - 1 + page.count];
  if (query.filter !== undefined && query.filter !== '') {
    const found = await findAll(request, type, query.filter);
    return found.ok ? ok({ total: found.value.length, resources: found.value.slice(from, to) }) : found;
  }
  const ids = await deps.directories.listIds(directory.id, type.kind);
  if (!ids.ok) return err(storeFault(ids.error));
  const found = await deps.directories.find(directory.id, type.kind, ids.value.slice(from, to));
  if (!found.ok) return err(storeFault(found.error));
  return ok({ total: ids.value.length, resources: found.value.filter(isLive) });
}

/** POST of `/.search` beside the types: users, then groups. A type that lacks an attribute of the filter has no match. */
export async function searchAll(request: ScimRequest, query: ListQuery): Answered {
  const page = readPage(query);
  if (!page.ok) return page;
  const { startIndex, count } = page.value;
  let [total, left] = [0, count];
  const shown: object[] = [];
  const unfit: ScimFault[] = [];
  for (const type of RESOURCE_TYPES) {
    const from = Math.max(1, startIndex - total);
    const listed = await select(request, type, query, { startIndex: from, count: left });
    if (!listed.ok && listed.error.scimType !== 'invalidFilter') return listed;
    if (!listed.ok) {
      unfit.push(listed.error);
      continue;
    }
    const resources = await showOf(type)(request, listed.value.resources, query.selection);
    if (!resources.ok) return resources;
    shown.push(...resources.value);
    left -= resources.value.length;
    total += listed.value.total;
  }
  const [fault] = unfit;
  if (fault && unfit.length === RESOURCE_TYPES.length) return err(fault);
  return ok({ status: 200, body: listResponse(shown, startIndex, total) });
}

const showOf = ({ kind }: ResourceType) => (kind === 'user' ? showUsers : showGroups);

/** GET of a type, or POST of its `/.search`. */
export async function listResources(request: ScimRequest, type: ResourceType, query: ListQuery): Answered {
  const page = readPage(query);
  const listed = page.ok ? await select(request, type, query, page.value) : page;
  if (!page.ok) return page;
  if (!listed.ok) return listed;
  const { total, resources } = listed.value;
  const shown = await showOf(type)(request, resources, query.selection);
  return shown.ok
    ? ok({ status: 200, body: listResponse(shown.value, page.value.startIndex, total) })
    : shown;
}
