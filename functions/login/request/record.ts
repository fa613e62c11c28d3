// The audit row of what people do at the portal's door, awaited before anything is answered: without its row nothing
// takes effect.

import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { Action, AuditEvent } from '../../../shared/pipeline/audit/audit-event.ts';
import { browserAddress } from './browser-address.ts';
import type { LoginDeps } from './deps.ts';
import type { LoginContext } from './login-env.ts';

export interface AuditEntry {
  readonly action: Exclude<Action, 'credentials' | 'explain' | 'roles' | 'identity'>;
  readonly connection?: string;
  readonly subject?: string;
  readonly session?: string;
  readonly role?: string;
  readonly failure?: SignOnFailure;
}

/** A logout may end sessions of several people, and each has a row of it. */
function nextPart(c: LoginContext): Pick<AuditEvent, 'part'> {
  const before = c.get('rows') ?? 0;
  c.set('rows', before + 1);
  return before === 0 ? {} : { part: before + 1 };
}

function eventOf(c: LoginContext, { failure, ...what }: AuditEntry, deps: LoginDeps): AuditEvent {
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

export async function record(
  c: LoginContext,
  entry: AuditEntry,
  deps: LoginDeps,
): Promise<Result<void, SignOnFailure>> {
  const recorded = await deps.auditLog.record(eventOf(c, entry, deps));
  if (recorded.ok) return ok(undefined);
  return err({ code: 'audit_unavailable', reason: 'audit-lost', cause: recorded.error.cause });
}
