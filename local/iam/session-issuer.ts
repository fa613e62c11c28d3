// Makes the temporary key of a role session. STS decides beforehand whether a caller may have it; for a service such as
// Function Compute the role's trust policy is checked here.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { evaluateTrust } from '../../shared/ram/evaluate.ts';
import { formatPolicy } from '../../shared/ram/format-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import type { CloudRole, IamStore, SessionRecord } from './iam-store.ts';
import { randomSessionKey } from './random-id.ts';

export interface SessionDraft {
  readonly role: CloudRole;
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly policy?: Policy;
  readonly sourceIdentity?: string;
}

export interface SessionKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly expiresAt: Date;
}

/** Below this many, expired sessions are not worth looking for. */
const PRUNE_FROM = 1000;

/** Called before each new session; looks through them only when they may have doubled since the last time. */
function createPruner(store: IamStore): (now: Date) => void {
  let pruneAt = PRUNE_FROM;
  return (now) => {
    if (store.sessions.size < pruneAt) return;
    for (const [accessKeyId, { record }] of store.sessions.entries()) {
      if (record.expiresAtMillis <= now.getTime()) store.sessions.delete(accessKeyId);
    }
    pruneAt = Math.max(PRUNE_FROM, 2 * store.sessions.size);
  };
}

/** Issues sessions without checking permissions; expired ones are deleted along the way. */
export function createSessionIssuer(store: IamStore, clock: () => Date): (draft: SessionDraft) => SessionKey {
  const prune = createPruner(store);
  return ({ role, sessionName, durationSeconds, policy, sourceIdentity }) => {
    const now = clock();
    prune(now);
    // Whole seconds, as in STS's answer, so that the session ends exactly when the answer says.
    const expiresAtMillis = (Math.floor(now.getTime() / 1000) + durationSeconds) * 1000;
    const record: SessionRecord = {
      ...randomSessionKey(),
      roleArn: role.arn,
      sessionName,
      expiresAtMillis,
      ...(policy === undefined ? {} : { policy: formatPolicy(policy) }),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    };
    store.sessions.set(record.accessKeyId, record);
    const { accessKeyId, accessKeySecret, securityToken } = record;
    return { accessKeyId, accessKeySecret, securityToken, expiresAt: new Date(expiresAtMillis) };
  };
}

/** Function Compute, "context": the execution role's credentials are valid for 36 hours. */
const SERVICE_SESSION_SECONDS = 36 * 3600;

export type ServiceRefusal = 'no-such-role' | 'role-does-not-trust-service';

/** What a service such as Function Compute does for a function: it assumes the role that trusts the service. */
export function issueServiceSession(
  role: CloudRole | undefined,
  service: string,
  issue: (draft: SessionDraft) => SessionKey,
): Result<SessionKey, ServiceRefusal> {
  if (role === undefined) return err('no-such-role');
  // The function is of the role's own account; a role that names another account's service trusts that one only.
  const names = [service, `${role.record.accountId}@${service}`];
  if (evaluateTrust(role.trust, { kind: 'Service', names, context: {} }) !== 'allow') {
    return err('role-does-not-trust-service');
  }
  return ok(issue({ role, sessionName: service, durationSeconds: SERVICE_SESSION_SECONDS }));
}
