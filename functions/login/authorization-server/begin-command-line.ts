// A session for a command line, out of the browser's session whose person said yes. It says of them what that one says
// now, and ends by when they signed on there.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session, SessionId } from '../../../shared/people/session.ts';
import type { SessionStore } from '../../../shared/people/session-store.ts';
import type { SessionLimits } from '../../../shared/rules/sign-on/sign-on.ts';
import { admitSession } from '../sessions/admit-session.ts';
import { newFormToken } from '../sessions/begin-session.ts';
import { rootOf } from '../sessions/end-with-command-lines.ts';
import { hashSecret, newFamily, newSecret } from '../sessions/session-cookie.ts';
import type { RefreshToken } from './refresh-token.ts';

export interface Begun {
  readonly session: Session;
  readonly token: RefreshToken;
}

interface About {
  readonly id: SessionId;
  readonly device: string | undefined;
  readonly now: Date;
  readonly limits: SessionLimits;
}

function newSession(approvedIn: Session, { id, device, now }: About): Begun {
  // Nobody signs out at the provider from a command line.
  const { cookie: _, root: __, idTokenHint: ___, ...inherited } = approvedIn;
  const person = personKey(inherited.connection, inherited.subject);
  const token = { person, id, family: newFamily(), secret: newSecret() };
  const session: Session = {
    ...inherited,
    id,
    lastSeenAt: now,
    secretHash: hashSecret(token.secret),
    rotatedAt: now,
    // No page is its own: nobody learns it.
    formToken: newFormToken(),
    commandLine: {
      approvedIn: rootOf(approvedIn),
      startedAt: now,
      familyHash: hashSecret(token.family),
      ...(device === undefined ? {} : { device }),
    },
    version: 1,
  };
  return { session, token };
}

export async function beginCommandLine(
  approvedIn: Session,
  about: About,
  store: SessionStore,
): Promise<Result<Begun, StoreFault>> {
  const begun = newSession(approvedIn, about);
  const admitted = await admitSession(begun.session, about.limits, about.now, store);
  return admitted.ok ? ok(begun) : admitted;
}
