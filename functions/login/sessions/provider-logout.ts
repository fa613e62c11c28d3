// An identity provider ends sessions (OpenID Connect Back-Channel and Front-Channel Logout 1.0, SAML Single Logout).
//
// The echo of a sign-out: a provider at which a person signs out tells every client, including the one that the person came
// from. That is the person's own act. Without this distinction it would count as an order of the company, after which the
// person's passkey no longer signs them in.
import { type OnceStore, onceKey } from '../../../shared/kernel/consume-once.ts';
import type { ConnectionId } from '../../../shared/kernel/names.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import type { PasskeyStore } from '../../../shared/people/passkey-store.ts';
import { type Person, personKey, personName } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { record } from '../request/record.ts';
import { type EndingStores, endWithCommandLines } from './end-sessions.ts';

/** The sessions and people that a logout request means. */
export interface LogoutTarget {
  readonly sessions: readonly Session[];
  /** The people that the request names, by their subject or by the provider's session. They may have no session here. */
  readonly people: readonly Person[];
  /** The request repeats a sign-out that began here: the sessions end, and the last sign-on of the people stays. */
  readonly isEcho: boolean;
}

interface Logout extends LogoutTarget {
  /** Applies to sign-ons up to this time. */
  readonly by: Date;
}

/**
 * Ends the sessions, and forgets the last sign-on of the people, so that a passkey cannot bring back a person whom the company
 * has signed out. Fails if the store does.
 */
export async function endAtProvider(
  { sessions: ended, people, isEcho, by }: Logout,
  stores: EndingStores,
): Promise<Result<void, StoreFault>> {
  const signedOut = isEcho ? [] : [...ended, ...people];
  const keys = signedOut.map(({ connection, subject }) => personKey(connection, subject));
  // Before the sessions end: otherwise a passkey could begin a session in between, which nothing would end.
  for (const person of new Set(keys)) {
    const forgotten = await stores.passkeys.forgetSignOn(person, by);
    if (!forgotten.ok) return forgotten;
  }
  return endWithCommandLines(ended, stores);
}

/** The people whom the provider authenticated in one of its sessions, for the audit rows. Their sessions here may be over. */
export async function vouchedFor(
  connection: ConnectionId,
  idpSession: string,
  passkeys: Pick<PasskeyStore, 'vouchedFor' | 'lastSignOn'>,
): Promise<Result<readonly Person[], StoreFault>> {
  const keys = await passkeys.vouchedFor(connection, idpSession);
  if (!keys.ok) return keys;
  const people: Person[] = [];
  for (const key of keys.value) {
    const last = await passkeys.lastSignOn(key);
    if (!last.ok) return last;
    // Undefined: another request has just forgotten it.
    if (last.value) people.push(last.value.signedOn);
  }
  return ok(people);
}

interface LogoutRow {
  readonly subject?: string;
  readonly session?: string;
}

const nameOf = ({ connection, subject }: Person): string => personName(connection, subject);

/**
 * The audit rows of a logout request: one for each session, and one for each person without a session here, whose passkey
 * stops working unless the request is an echo. Empty: the request has no effect here.
 */
export function logoutRows({ sessions, people, isEcho }: LogoutTarget): readonly LogoutRow[] {
  const owners = new Set(sessions.map(nameOf));
  const others = new Map((isEcho ? [] : people).map((person) => [nameOf(person), person]));
  return [
    ...sessions.map(({ subject, id }) => ({ subject, session: id })),
    ...[...others].filter(([name]) => !owners.has(name)).map(([, { subject }]) => ({ subject })),
  ];
}

/** Fails with `audit_unavailable`. */
export async function recordLogout(
  c: LoginContext,
  connection: ConnectionId,
  rows: readonly LogoutRow[],
  deps: LoginDeps,
): Promise<Result<void, SignOnFailure>> {
  for (const row of rows) {
    const recorded = await record(c, { action: 'logout', connection, ...row }, deps);
    if (!recorded.ok) return recorded;
  }
  return ok(undefined);
}

/**
 * How long after a sign-out here a logout request may be its echo: the person may have to confirm at the provider, and the
 * provider may repeat the request. A later request has another cause.
 */
const ECHO_MS = 120_000;

/** Stored by a logout request that came before any sign-out here. */
const NOT_SIGNED_OUT_HERE = '';

const keyOf = (connection: ConnectionId, idpSession: string): string =>
  onceKey('signed-out-here', connection, idpSession);

const expiry = (now: Date): Date => new Date(now.getTime() + ECHO_MS);

/** Notes that the person signs out here, before the browser goes to the provider. */
export function noteOwnSignOut(
  { connection, idpSession }: { readonly connection: ConnectionId; readonly idpSession?: string | undefined },
  now: Date,
  once: OnceStore,
): Promise<Result<unknown, StoreFault>> {
  if (idpSession === undefined) return Promise.resolve(ok(undefined));
  return once.putIfAbsent(keyOf(connection, idpSession), now.toISOString(), expiry(now));
}

/** Decides once for each session of the provider: a logout request that came before the sign-out is not its echo. */
export async function isEchoOfOwnSignOut(
  connection: ConnectionId,
  idpSession: string,
  now: Date,
  once: OnceStore,
): Promise<Result<boolean, StoreFault>> {
  const stored = await once.putIfAbsent(keyOf(connection, idpSession), NOT_SIGNED_OUT_HERE, expiry(now));
  if (!stored.ok) return stored;
  return ok(stored.value !== NOT_SIGNED_OUT_HERE && now.getTime() - Date.parse(stored.value) < ECHO_MS);
}
