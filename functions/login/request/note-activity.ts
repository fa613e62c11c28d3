// Notes what somebody did for their own list of it. The audit row is the record: a note that is lost stops nobody.
import type { Activity } from '../../../shared/people/activity.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { LoginDeps } from './deps.ts';
import type { LoginContext } from './login-env.ts';

export async function noteActivity(
  c: LoginContext,
  { connection, subject }: Session,
  what: Pick<Activity, 'kind' | 'subject'>,
  { activities, logger }: LoginDeps,
): Promise<void> {
  const at = c.get('now').toISOString();
  const noted = await activities.note(personKey(connection, subject), { ...what, at });
  if (!noted.ok) {
    logger.log('warn', 'activity-lost', { requestId: c.get('requestId'), cause: noted.error.cause });
  }
}
