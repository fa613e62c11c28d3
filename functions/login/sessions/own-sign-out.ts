// The echo of a sign-out that began here: an OpenID Provider whose session ends tells every client of it, and so also the
// one by which the person went. What the person did is no order of the company, after which a passkey brings nobody back.
import { type OnceStore, onceKey } from '../../../shared/kernel/consume-once.ts';
import type { ConnectionId } from '../../../shared/kernel/names.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';

/**
 * A person confirms at the provider, and a provider may try again. Later, a session that should be over here and at the
 * provider was ended by somebody else, or was never ended there.
 */
const ECHO_MS = 120_000;

const NOBODY = '';

const keyOf = (connection: ConnectionId, idpSession: string): string =>
  onceKey('signed-out-here', connection, idpSession);

const expiry = (now: Date): Date => new Date(now.getTime() + ECHO_MS);

/** Before the browser goes to the provider. */
export function noteOwnSignOut(
  { connection, idpSession }: { readonly connection: ConnectionId; readonly idpSession?: string | undefined },
  now: Date,
  once: OnceStore,
): Promise<Result<unknown, StoreFault>> {
  if (idpSession === undefined) return Promise.resolve(ok(undefined));
  return once.putIfAbsent(keyOf(connection, idpSession), now.toISOString(), expiry(now));
}

/** Settles the question: an order that came first stays one. */
export async function isEchoOfOwnSignOut(
  connection: ConnectionId,
  idpSession: string,
  now: Date,
  once: OnceStore,
): Promise<Result<boolean, StoreFault>> {
  const stored = await once.putIfAbsent(keyOf(connection, idpSession), NOBODY, expiry(now));
  if (!stored.ok) return stored;
  return ok(stored.value !== NOBODY && now.getTime() - Date.parse(stored.value) < ECHO_MS);
}
