// Creates or replaces a role. A role keeps its id when it is replaced, as UpdateRole does.
import { ROLE_ARN } from '../../shared/kernel/names.ts';
import { ok } from '../../shared/kernel/result.ts';
import { fault, type Parsed, parseEach } from '../../shared/ram/parse-parts.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import { parseTrustPolicy } from '../../shared/ram/parse-trust-policy.ts';
import type { Role } from './entities.ts';
import type { IamStore } from './iam-store.ts';
import { randomEntityId } from './random-id.ts';

/** RAM CreateRole, MaxSessionDuration. */
const MIN_MAX_SESSION_SECONDS = 3600;
const MAX_MAX_SESSION_SECONDS = 43_200;

export interface RoleDraft {
  readonly arn: string;
  readonly trustPolicy: unknown;
  readonly policies: readonly unknown[];
  /** Default 3600, as in RAM. */
  readonly maxSessionSeconds?: number;
}

export function putRole(store: IamStore, draft: RoleDraft): Parsed<Role> {
  const { arn, trustPolicy, policies, maxSessionSeconds = MIN_MAX_SESSION_SECONDS } = draft;
  const [, accountId, name] = ROLE_ARN.exec(arn) ?? [];
  if (accountId === undefined || name === undefined) return fault('arn', 'is not the ARN of a role');
  if (
    !Number.isInteger(maxSessionSeconds) ||
    maxSessionSeconds < MIN_MAX_SESSION_SECONDS ||
    maxSessionSeconds > MAX_MAX_SESSION_SECONDS
  ) {
    return fault('maxSessionSeconds', `must be ${MIN_MAX_SESSION_SECONDS} to ${MAX_MAX_SESSION_SECONDS}`);
  }
  const trust = parseTrustPolicy(trustPolicy);
  if (!trust.ok) return trust;
  const parsed = parseEach(policies, parsePolicy);
  if (!parsed.ok) return parsed;
  const roleId = store.roles.get(arn)?.record.roleId ?? randomEntityId();
  return ok(store.roles.set(arn, { accountId, name, roleId, trustPolicy, policies, maxSessionSeconds }));
}
