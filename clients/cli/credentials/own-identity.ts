// As whom a deployment knows the person who is signed in.
import * as z from 'zod';
import type { Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import type { CommandFault } from '../base/command-fault.ts';
import { type ApiCaller, callApi } from './call-api.ts';

const Identity = z.object({
  provider: z.string(),
  subject: z.string(),
  groups: z.array(z.string()),
  mfa: z.boolean(),
});
type Identity = z.infer<typeof Identity>;

export const fetchOwnIdentity = (caller: ApiCaller): Promise<Result<Identity, CommandFault>> =>
  callApi(caller, { path: '/v1/identity' }, Identity);

/** To the minute, in UTC, which the text says: the reader may be in any time zone. */
const formatTime = (at: Date): string =>
  `${at.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' ')} UTC`;

/** To follow `Signed in …`; empty where the end is not known. */
export const formatSessionEnd = ({ tokens }: ApiCaller): string =>
  tokens.endsAt === undefined ? '' : `, until ${formatTime(tokens.endsAt)} at the latest`;

export const formatIdentity = ({ subject, provider }: Identity): string =>
  showable(`${subject} (${provider})`);
