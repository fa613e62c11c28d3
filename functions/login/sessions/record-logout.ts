// The audit rows of an identity provider's order to end sessions: one for each session, and one for each person whom it means
// and who has none here now. Their passkey stops all the same, unless the order is an echo, and whoever reads the trail shall
// find out why.
import type { ConnectionId } from '../../../shared/kernel/names.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type Person, personName } from '../../../shared/people/person.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { record } from '../request/record.ts';
import type { Meant } from './end-at-provider.ts';

interface Who {
  readonly subject?: string;
  readonly session?: string;
}

const nameOf = ({ connection, subject }: Person): string => personName(connection, subject);

/** Nobody, where the order does nothing here. */
export function whoOf({ sessions, people, isEcho }: Meant): readonly Who[] {
  const owners = new Set(sessions.map(nameOf));
  const others = new Map((isEcho ? [] : people).map((person) => [nameOf(person), person]));
  return [
    ...sessions.map(({ subject, id }) => ({ subject, session: id })),
    ...[...others].filter(([name]) => !owners.has(name)).map(([, { subject }]) => ({ subject })),
  ];
}

export async function recordLogout(
  c: LoginContext,
  connection: ConnectionId,
  rows: readonly Who[],
  deps: LoginDeps,
): Promise<Result<void, SignOnFailure>> {
  for (const who of rows) {
    const recorded = await record(c, { action: 'logout', connection, ...who }, deps);
    if (!recorded.ok) return recorded;
  }
  return ok(undefined);
}
