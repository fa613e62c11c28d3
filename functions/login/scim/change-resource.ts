// How a resource is created and changed, of either type: its names first, then the audit row, then the one write that brings it in
// force. What comes before that write has no effect by itself, so a crash leaves the resource as it was.
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type DirectoryResource, ResourceId, uniqueNames } from '../../../shared/people/directory.ts';
import type { AuditEntry } from '../request/record.ts';
import type { ResourceType } from './protocol/attributes.ts';
import type { ScimComplex } from './protocol/resource-values.ts';
import { invalid, type ScimFault } from './protocol/scim-fault.ts';
import { storeFault } from './scim-answer.ts';
import { checkPrecondition, recordScim, type ScimRequest } from './scim-request.ts';

/** The values, and what follows from them. */
export type ResourceContent = Pick<DirectoryResource, 'values' | 'deactivatedAt' | 'unsettled' | 'lock'>;
type Changed<T = DirectoryResource> = Promise<Result<T, ScimFault>>;
type Entry = Pick<AuditEntry, 'action' | 'members'>;

/** Requests of two clients, or of one that sends several at a time. Each attempt but the last lost to another write. */
const ATTEMPTS = 10;

export const notFound = (): Result<never, ScimFault> =>
  err({ status: 404, reason: 'scim-not-found', detail: 'There is no such resource.' });

const taken = (): Result<never, ScimFault> =>
  err({
    status: 409,
    reason: 'scim-taken',
    scimType: 'uniqueness',
    detail: 'Another resource of the directory has this name or externalId.',
  });

export const changedMeanwhile = (): Result<never, ScimFault> =>
  err({ status: 503, reason: 'scim-changed', detail: 'Other requests change the resource. Send it again.' });

/** JSON has no other values, so the copy is of the type that is stored. */
const storable = (values: ScimComplex): DirectoryResource['values'] => JSON.parse(JSON.stringify(values));

/** `values` as they are stored. */
export const contentOf = (
  values: ScimComplex,
  more: Omit<ResourceContent, 'values'> = {},
): ResourceContent => ({ values: storable(values), ...more });

/** As they were read from a body, before they were stored. */
export const valuesOf = ({ values }: DirectoryResource): ScimComplex => values as ScimComplex;

/** As JSON. A page holds 200 resources in memory, and a column of Tablestore 2 MB. */
const MAX_RESOURCE_CHARACTERS = 32_768;

/** `active` does not count: a user that is full can still be deactivated. */
function checkSize({ values }: ResourceContent): Result<void, ScimFault> {
  const { active: _, ...rest } = values;
  const detail = `The attributes of a resource have at most ${MAX_RESOURCE_CHARACTERS} characters together, as JSON.`;
  return JSON.stringify(rest).length > MAX_RESOURCE_CHARACTERS
    ? err(invalid('invalidValue', 'scim-value', detail))
    : ok(undefined);
}

/** `user/<id>` or `group/<id>`, and its name, for the audit row. */
const rowOf = ({ kind, id, values }: DirectoryResource) => {
  const name = values[kind === 'user' ? 'userName' : 'displayName'];
  return { resource: `${kind}/${id}`, ...(typeof name === 'string' && { aboutSubject: name }) };
};

/** `prepare`: what the resource needs beside its row, before it is in force. */
export async function createResource(
  request: ScimRequest,
  type: ResourceType,
  content: ResourceContent,
  entry: Entry,
  prepare: (id: ResourceId) => Changed<void> = async () => ok(undefined),
): Changed {
  const { deps, directory, now } = request;
  const size = checkSize(content);
  if (!size.ok) return size;
  const pending: DirectoryResource = {
    id: ResourceId.parse(randomUUID()),
    kind: type.kind,
    state: 'pending',
    version: 1,
    createdAt: now,
    changedAt: now,
    names: [...uniqueNames(type.kind, content.values)],
    ...content,
  };
  const stored = await deps.directories.begin(directory.id, pending, now);
  if (!stored.ok) return err(storeFault(stored.error));
  if (stored.value === 'taken') return taken();
  const prepared = await prepare(pending.id);
  const recorded = prepared.ok ? await recordScim(request, { ...entry, ...rowOf(pending) }) : prepared;
  if (!recorded.ok) {
    // If it stays, its names are free again within a minute, and nothing else sees it.
    await deps.directories.remove(directory.id, pending);
    return recorded;
  }
  const live: DirectoryResource = { ...pending, state: 'live', version: 2 };
  const replaced = await deps.directories.replace(directory.id, pending, live);
  if (!replaced.ok) return err(storeFault(replaced.error));
  return replaced.value === 'replaced' ? ok(live) : changedMeanwhile();
}

export async function findLive(request: ScimRequest, type: ResourceType, id: string): Changed {
  const parsed = ResourceId.safeParse(id).data;
  if (!parsed) return notFound();
  const found = await request.deps.directories.find(request.directory.id, type.kind, [parsed]);
  if (!found.ok) return err(storeFault(found.error));
  const [resource] = found.value;
  return resource?.state === 'live' ? ok(resource) : notFound();
}

export interface ResourceChange {
  /** What is to be in force, or why it cannot be. Called again where another write came first. */
  readonly content: (before: DirectoryResource) => Changed<ResourceContent>;
  readonly entry: (before: DirectoryResource, after: DirectoryResource) => Entry;
  /** Also writes where the content is the same. */
  readonly always?: boolean;
  readonly state?: 'deleted';
}

export interface ChangedResource {
  readonly before: DirectoryResource;
  readonly after: DirectoryResource;
}

const isSame = (before: DirectoryResource, after: DirectoryResource): boolean =>
  isDeepStrictEqual(
    { values: before.values, at: before.deactivatedAt, owed: before.unsettled, lock: before.lock },
    { values: after.values, at: after.deactivatedAt, owed: after.unsettled, lock: after.lock },
  );

/** A request that changes nothing writes nothing, and has no audit row. */
export async function changeResource(
  request: ScimRequest,
  type: ResourceType,
  id: string,
  change: ResourceChange,
): Changed<ChangedResource> {
  let isRecorded = false;
  for (let i = 0; i < ATTEMPTS; i++) {
    const found = await findLive(request, type, id);
    if (!found.ok) return found;
    const before = found.value;
    const condition = checkPrecondition(request, before);
    if (!condition.ok) return condition;
    const content = await change.content(before);
    const size = content.ok ? checkSize(content.value) : content;
    if (!content.ok) return content;
    if (!size.ok) return size;
    const after = nextOf(request, type, before, content.value, change.state);
    if (!change.always && isSame(before, after)) return ok({ before, after: before });
    const written = await write(request, before, after, isRecorded ? undefined : change.entry(before, after));
    if (!written.ok) return written;
    if (written.value === 'replaced') return ok({ before, after });
    isRecorded = true;
  }
  return changedMeanwhile();
}

function nextOf(
  { now }: ScimRequest,
  type: ResourceType,
  before: DirectoryResource,
  content: ResourceContent,
  state: 'deleted' | undefined,
): DirectoryResource {
  const { id, kind, createdAt, version } = before;
  const names = [...uniqueNames(type.kind, content.values)];
  return {
    id,
    kind,
    state: state ?? before.state,
    version: version + 1,
    createdAt,
    changedAt: now,
    names,
    ...content,
  };
}

async function write(
  request: ScimRequest,
  before: DirectoryResource,
  after: DirectoryResource,
  entry: Entry | undefined,
): Changed<'replaced' | 'changed'> {
  const { deps, directory, now } = request;
  const isNew = (name: string): boolean => !before.names.includes(name);
  const names = await deps.directories.takeNames(directory.id, before, after.names.filter(isNew), now);
  if (!names.ok) return err(storeFault(names.error));
  if (names.value === 'taken') return taken();
  const recorded = entry ? await recordScim(request, { ...entry, ...rowOf(after) }) : ok(undefined);
  if (!recorded.ok) return recorded;
  const replaced = await deps.directories.replace(directory.id, before, after);
  if (!replaced.ok) return err(storeFault(replaced.error));
  if (replaced.value === 'changed') return ok('changed');
  const left = before.names.filter((name) => !after.names.includes(name));
  const dropped = await deps.directories.dropNames(directory.id, before, left);
  return dropped.ok ? ok('replaced') : err(storeFault(dropped.error));
}
