// The authorization code (RFC 6749 section 4.1.2). It is sealed state, so no store holds it, and it is bound to the request, to
// the person who approved and to the session that it will become.
import * as z from 'zod';
import { PersonKey } from '../../../shared/people/person.ts';
import { DeviceName, SessionId } from '../../../shared/people/session.ts';
import { openState, sealState } from '../keys/sealed-state.ts';
import type { SessionKeys } from '../keys/session-key-set.ts';

/** The command line waits for the code. RFC 6749 recommends ten minutes at most. */
export const CODE_SECONDS = 60;

const PURPOSE = 'authorization-code';

const AuthorizationCode = z.object({
  purpose: z.literal(PURPOSE),
  redirectUri: z.string(),
  challenge: z.string(),
  person: PersonKey,
  approvedIn: SessionId,
  /** The id of the session to begin, so that a second use of the code finds it. */
  session: SessionId,
  device: DeviceName.optional(),
});
export type AuthorizationCode = Omit<z.infer<typeof AuthorizationCode>, 'purpose'>;

export function sealCode(
  { device, ...code }: AuthorizationCode,
  now: Date,
  keys: SessionKeys,
): Promise<string> {
  const state = { purpose: PURPOSE, ...code, ...(device === undefined ? {} : { device }) };
  return sealState(state, now, keys, CODE_SECONDS);
}

/** Undefined: the code is forged, expired, or another kind of sealed state. */
export const openCode = (
  sealed: string,
  now: Date,
  keys: SessionKeys,
): Promise<AuthorizationCode | undefined> => openState(AuthorizationCode, sealed, now, keys);
