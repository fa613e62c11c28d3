// Ends sessions because the identity provider said so. Its word on those people is taken back as well: a passkey must not
// bring back whom the company has signed out, and shall bring back who did it themselves.
import type { Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import { type Person, personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { LoginDeps } from '../request/deps.ts';
import { endWithCommandLines } from './end-with-command-lines.ts';

export interface Meant {
  readonly sessions: readonly Session[];
  /** Whom the order names, by themselves or by the provider's session; they may have none here now. */
  readonly people: readonly Person[];
  /** It repeats a sign-out that began here: the sessions end, and what the provider said of the people stays. */
  readonly isEcho: boolean;
}

interface Order extends Meant {
  /** What began later is none of the order's business. */
  readonly by: Date;
}

export async function endAtProvider(
  { sessions: ended, people, isEcho, by }: Order,
  { sessions, passkeys }: Pick<LoginDeps, 'sessions' | 'passkeys'>,
): Promise<Result<void, StoreFault>> {
  const signedOut = isEcho ? [] : [...ended, ...people];
  const keys = signedOut.map(({ connection, subject }) => personKey(connection, subject));
  // First: between the two a passkey could begin a session that nothing ends.
  for (const person of new Set(keys)) {
    const forgotten = await passkeys.forgetSignOn(person, by);
    if (!forgotten.ok) return forgotten;
  }
  return endWithCommandLines(ended, sessions);
}
