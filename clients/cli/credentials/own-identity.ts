// Who one is to a deployment, as vend sees it.
import * as z from 'zod';
import type { Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import type { CommandFault } from '../base/command-fault.ts';
import type { DeploymentSession } from '../sessions/deployment-session.ts';
import { callApi } from './call-api.ts';

const Identity = z.object({
  provider: z.string(),
  subject: z.string(),
  groups: z.array(z.string()),
  mfa: z.boolean(),
});
type Identity = z.infer<typeof Identity>;

export const fetchOwnIdentity = (session: DeploymentSession): Promise<Result<Identity, CommandFault>> =>
  callApi(session, { path: '/v1/identity' }, Identity);

/** The reader may be in any time zone: the text is in UTC, and says so. */
const moment = (at: Date): string =>
  `${at.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' ')} UTC`;

export const formatSessionEnd = ({ tokens }: DeploymentSession): string =>
  tokens.endsAt === undefined ? '' : `, until ${moment(tokens.endsAt)} at the latest`;

export const formatIdentity = ({ subject, provider }: Identity): string =>
  showable(`${subject} (${provider})`);
