// The store of people's sessions.
import type { ConnectionId } from '../kernel/names.ts';
import type { Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';
import type { Person, PersonKey } from './person.ts';
import type { Session, SessionId } from './session.ts';

export interface SessionStore {
  create(session: Session): Promise<Result<void, StoreFault>>;
  find(person: PersonKey, id: SessionId): Promise<Result<Session | undefined, StoreFault>>;
  /** `changed`: another request wrote or ended the session since `before` was read. `after` has the next version. */
  replace(before: Session, after: Session): Promise<Result<'replaced' | 'changed', StoreFault>>;
  list(person: PersonKey): Promise<Result<readonly Session[], StoreFault>>;
  /** The sessions that began in one session of the identity provider. */
  listByIdpSession(
    connection: ConnectionId,
    idpSession: string,
  ): Promise<Result<readonly Session[], StoreFault>>;
  /** The people who signed on with this person link at any connection, as far as a session or a passkey of theirs can still count. */
  peopleOfLink(link: string): Promise<Result<readonly Person[], StoreFault>>;
  end(sessions: readonly Session[]): Promise<Result<void, StoreFault>>;
}
