// Who one is to a deployment, as vend sees it.
import * as z from 'zod';
import type { Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import type { Fault } from '../base/fault.ts';
import type { Session } from '../sessions/session.ts';
import { askVend } from './ask-vend.ts';

const Identity = z.object({
  provider: z.string(),
  subject: z.string(),
  groups: z.array(z.string()),
  mfa: z.boolean(),
});
type Identity = z.infer<typeof Identity>;

export const askIdentity = (session: Session): Promise<Result<Identity, Fault>> =>
  askVend(session, { path: '/v1/identity' }, Identity);

/** Whoever reads it is in a time zone of their own: UTC, and it says so. */
const moment = (at: Date): string =>
  `${at.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' ')} UTC`;

export const formatEnd = ({ tokens }: Session): string =>
  tokens.endsAt === undefined ? '' : `, until ${moment(tokens.endsAt)} at the latest`;

export const nameOf = ({ subject, provider }: Identity): string => showable(`${subject} (${provider})`);
