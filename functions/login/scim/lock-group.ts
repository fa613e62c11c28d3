// The lock of a group whose members a request changes: the members are rows of their own, so that of two requests at a time one must
// be done before the other begins.
import { setTimeout as wait } from 'node:timers/promises';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { DirectoryResource } from '../../../shared/people/directory.ts';
import { type ChangedResource, changeResource, findLive, type ResourceChange } from './change-resource.ts';
import { GROUP } from './protocol/attributes.ts';
import type { ScimFault } from './protocol/scim-fault.ts';
import { storeFault } from './scim-answer.ts';
import type { ScimRequest } from './scim-request.ts';

type Done<T> = Promise<Result<T, ScimFault>>;

/** A function ends after 30 seconds: a lock that is older was left by a crash. */
const LOCK_MS = 60_000;
const WAIT_MS = 50;
const MAX_WAITS = 100;

const busy = (): Result<never, ScimFault> =>
  err({ status: 503, reason: 'scim-changed', detail: 'Another request changes the members. Send it again.' });

/** The lock of this request. */
export const lockOf = ({ c, now }: ScimRequest): NonNullable<DirectoryResource['lock']> => ({
  by: c.get('requestId'),
  until: new Date(now.getTime() + LOCK_MS),
});

const isLocked = ({ lock }: DirectoryResource, { c, now }: ScimRequest): boolean =>
  lock !== undefined && lock.by !== c.get('requestId') && now < lock.until;

/** Again and again while another request has the lock. The ETag is checked by the write that takes it. */
async function whenFree<T>(attempt: () => Done<T | 'locked'>): Done<T> {
  for (let i = 0; i < MAX_WAITS; i++) {
    const done = await attempt();
    if (!done.ok) return done;
    if (done.value !== 'locked') return ok(done.value);
    await wait(WAIT_MS);
  }
  return busy();
}

/** The change of a group, once no other request has its lock. */
export const changeWhenFree = (
  request: ScimRequest,
  id: string,
  change: ResourceChange,
): Done<ChangedResource> =>
  whenFree(async () => {
    let isFree = true;
    const changed = await changeResource(request, GROUP, id, {
      ...change,
      content: async (before) => {
        isFree = !isLocked(before, request);
        return isFree ? change.content(before) : busy();
      },
    });
    return isFree ? changed : ok('locked' as const);
  });

/** Gives the lock back. A fence may have written the row meanwhile; no other request may. */
export async function unlock(request: ScimRequest, locked: DirectoryResource): Done<DirectoryResource> {
  let group = locked;
  for (let i = 0; i < MAX_WAITS; i++) {
    const { lock: _, ...rest } = group;
    const after: DirectoryResource = { ...rest, version: group.version + 1 };
    const replaced = await request.deps.directories.replace(request.directory.id, group, after);
    if (!replaced.ok) return err(storeFault(replaced.error));
    if (replaced.value === 'replaced') return ok(after);
    const again = await findLive(request, GROUP, group.id);
    if (!again.ok) return again;
    group = again.value;
    if (group.lock?.by !== request.c.get('requestId')) return busy();
  }
  return busy();
}
