// Whether a person has left. Every way of signing in asks here, and so does every use of a session, a refresh token, an access
// token, an approval or a passkey. The rows are read each time and never kept: a request that began before a person left is
// refused with its next step, and what it stored meanwhile opens nothing.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import {
  type LeaverGenerations,
  type LeaverReason,
  leaverNames,
  leaverState,
  type NamedPerson,
  reasonToRefuse,
} from '../../../shared/people/leaver.ts';
import type { LeaverStore } from '../../../shared/people/leaver-store.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { isOpen, type JudgedSession } from './session-limits.ts';

/** A person, and the generations of their leaver rows when they signed on. */
export interface SignedOnPerson extends NamedPerson {
  readonly leaverGenerations?: LeaverGenerations | undefined;
}

/**
 * Why what this person signed on does not count: they left, or they came back since. Undefined: it counts. Fails if a row cannot
 * be read: it may be that of a person who left.
 */
export async function checkLeaver(
  person: SignedOnPerson,
  leavers: Pick<LeaverStore, 'find'>,
): Promise<Result<LeaverReason | undefined, StoreFault>> {
  const names = leaverNames(person);
  const found = await leavers.find(names);
  return found.ok ? ok(reasonToRefuse(leaverState(names, found.value), person.leaverGenerations)) : found;
}

/** Whether the session counts now: by the rules in force, and because its person has not left. Fails as checkLeaver does. */
export async function isInForce(
  session: JudgedSession & SignedOnPerson,
  signOn: SignOnInForce,
  now: Date,
  leavers: Pick<LeaverStore, 'find'>,
): Promise<Result<boolean, StoreFault>> {
  if (!isOpen(session, signOn, now)) return ok(false);
  const reason = await checkLeaver(session, leavers);
  return reason.ok ? ok(reason.value === undefined) : reason;
}
