// Somebody signed on: a session of their own, with an id that nobody knew before (session fixation).
import { randomBytes } from 'node:crypto';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import { personKey } from '../../../shared/people/person.ts';
import { type Session, SessionId, type SignedOn } from '../../../shared/people/session.ts';
import type { SessionStore } from '../../../shared/people/session-store.ts';
import type { SessionLimits } from '../../../shared/rules/sign-on/sign-on.ts';
import { admitSession } from './admit-session.ts';
import { rootOf } from './end-with-command-lines.ts';
import { hashSecret, newFamily, newSecret, type SessionHandle } from './session-cookie.ts';

const ID_BYTES = 16;
const FORM_TOKEN_BYTES = 16;
const MAX_BROWSER_CHARACTERS = 256;

const random = (bytes: number): string => randomBytes(bytes).toString('base64url');

export interface Begun {
  readonly session: Session;
  readonly handle: SessionHandle;
}

export const newSessionId = (): SessionId => SessionId.parse(random(ID_BYTES));
export const newFormToken = (): string => random(FORM_TOKEN_BYTES);

interface About {
  readonly browser: string;
  readonly now: Date;
  readonly limits: SessionLimits;
  /** See Session. */
  readonly generation?: number;
  /** The same person's session in this browser until now. */
  readonly follows?: Session | undefined;
  /** Sealed. */
  readonly idTokenHint?: string | undefined;
  readonly byPasskey?: true | undefined;
}

function newSession(
  signedOn: SignedOn,
  { browser, now, follows, generation, idTokenHint, byPasskey }: About,
): Begun {
  const [family, secret] = [newFamily(), newSecret()];
  const session: Session = {
    ...signedOn,
    id: newSessionId(),
    signedOnAt: now,
    lastSeenAt: now,
    secretHash: hashSecret(secret),
    rotatedAt: now,
    formToken: newFormToken(),
    browser: browser.slice(0, MAX_BROWSER_CHARACTERS),
    ...(follows && { root: rootOf(follows) }),
    ...(byPasskey && { byPasskey }),
    ...(idTokenHint === undefined ? {} : { idTokenHint }),
    cookie: { familyHash: hashSecret(family) },
    ...(generation === undefined ? {} : { generation }),
    version: 1,
  };
  const person = personKey(signedOn.connection, signedOn.subject);
  return { session, handle: { person, id: session.id, family, secret } };
}

export async function beginSession(
  signedOn: SignedOn,
  about: About,
  store: SessionStore,
): Promise<Result<Begun, StoreFault>> {
  const begun = newSession(signedOn, about);
  const admitted = await admitSession(begun.session, about.limits, about.now, store);
  return admitted.ok ? ok(begun) : admitted;
}
