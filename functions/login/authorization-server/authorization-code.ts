// What the browser brings the command line, for it to come with (RFC 6749 section 4.1.2): sealed, so that nothing is kept
// for it, and bound to the request, to whoever said yes and to the session that it will become.
import * as z from 'zod';
import { PersonKey } from '../../../shared/people/person.ts';
import { DeviceName, SessionId } from '../../../shared/people/session.ts';
import { openState, sealState } from '../keys/sealed-state.ts';
import type { SessionKeys } from '../keys/session-keys.ts';

/** The command line waits for it; RFC 6749 has ten minutes as the most. */
export const CODE_SECONDS = 60;

const PURPOSE = 'authorization-code';

const AuthorizationCode = z.object({
  purpose: z.literal(PURPOSE),
  redirectUri: z.string(),
  challenge: z.string(),
  person: PersonKey,
  approvedIn: SessionId,
  /** The id of the session to be, so that a second use of the code finds what the first one gave. */
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

/** Undefined: made up, altered, too old, or something else that we sealed. */
export const openCode = (
  sealed: string,
  now: Date,
  keys: SessionKeys,
): Promise<AuthorizationCode | undefined> => openState(AuthorizationCode, sealed, now, keys);
