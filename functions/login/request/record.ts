// Records an action of a person: in the audit trail, and in the person's own list of recent activity. A handler awaits the
// audit row before it answers, and an action without its row does not take effect.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { Activity } from '../../../shared/people/activity.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { Action, AuditEvent } from '../../../shared/pipeline/audit/audit-event.ts';
import type { LoginDeps } from './deps.ts';
import type { LoginContext } from './login-env.ts';
import { browserAddress } from './request-parts.ts';
import { traced } from './trace-request.ts';

/** A refusal of the SCIM server. Its client is told more: the answer has a text of its own. */
export interface ScimRefusal {
  readonly code: 'scim_refused';
  readonly reason: string;
  readonly cause?: string;
}

/** `failure` absent: the action was granted. */
export interface AuditEntry {
  readonly action: Exclude<Action, 'credentials' | 'explain' | 'roles' | 'identity'>;
  readonly connection?: string;
  readonly subject?: string;
  readonly session?: string;
  readonly role?: string;
  readonly directory?: string;
  readonly client?: string;
  readonly resource?: string;
  readonly members?: string;
  readonly aboutSubject?: string;
  readonly failure?: SignOnFailure | ScimRefusal;
}

/** Numbers the rows of one request: a logout may end the sessions of several people, with a row for each. */
function nextPart(c: LoginContext): Pick<AuditEvent, 'part'> {
  const before = c.get('rows') ?? 0;
  c.set('rows', before + 1);
  return before === 0 ? {} : { part: before + 1 };
}

/** What writes the row. */
type Recorder = Pick<LoginDeps, 'auditLog' | 'clock' | 'numbers' | 'clientIpHeader'>;

function eventOf(c: LoginContext, { failure, ...what }: AuditEntry, deps: Recorder): AuditEvent {
  const address = browserAddress(c, deps);
  const { code, reason, cause } = failure ?? {};
  const providerError = failure && 'providerError' in failure ? failure.providerError : undefined;
  return {
    requestId: c.get('requestId'),
    ...nextPart(c),
    at: deps.clock.now(),
    ...what,
    stage: failure ? 'authenticate' : 'respond',
    outcome: failure ? 'refused' : 'granted',
    ...(code === undefined ? {} : { code }),
    ...(reason === undefined ? {} : { reason }),
    ...(cause === undefined ? {} : { cause }),
    ...(providerError === undefined ? {} : { providerError }),
    ...(address === undefined ? {} : { clientAddress: address }),
  };
}

/** Fails with `audit_unavailable`. */
export async function record(
  c: LoginContext,
  entry: AuditEntry,
  deps: Recorder,
): Promise<Result<void, SignOnFailure>> {
  if (entry.action === 'sign-on') deps.numbers.count(entry.failure ? 'refusedSignOns' : 'signOns');
  c.set('action', entry.action);
  const recorded = await traced(c, 'audit', () => deps.auditLog.record(eventOf(c, entry, deps)), deps);
  if (recorded.ok) return ok(undefined);
  return err({ code: 'audit_unavailable', reason: 'audit-lost', cause: recorded.error.cause });
}

/**
 * Adds to the list of recent activity that the person sees. The audit row is the record, so a failure here is logged and does
 * not stop the request.
 */
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
