// Ends sessions because the identity provider said so. Its word on those people is taken back as well: a passkey must not
// bring back whom the company has signed out.
import type { Result } from '../../../shared/kernel/result.ts';
import { type PersonKey, personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { StoreFault } from '../../../shared/ports.ts';
import type { LoginDeps } from '../request/deps.ts';
import { endWithCommandLines } from './end-with-command-lines.ts';

interface Order {
  readonly sessions: readonly Session[];
  /** Whom the order names, by themselves or by the provider's session; they may have none here now. */
  readonly people: readonly PersonKey[];
  /** What began later is none of the order's business. */
  readonly by: Date;
}

export async function endAtProvider(
  { sessions: ended, people, by }: Order,
  { sessions, passkeys }: Pick<LoginDeps, 'sessions' | 'passkeys'>,
): Promise<Result<void, StoreFault>> {
  const owners = ended.map(({ connection, subject }) => personKey(connection, subject));
  // First: between the two a passkey could begin a session that nothing ends.
  for (const owner of new Set([...owners, ...people])) {
    const forgotten = await passkeys.forgetSignOn(owner, by);
    if (!forgotten.ok) return forgotten;
  }
  return endWithCommandLines(ended, sessions);
}
