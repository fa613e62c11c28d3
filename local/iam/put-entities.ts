// Creates or replaces what the local RAM keeps: the account's own key, a user, a role. An owner has one key: a new one
// retires the old one. A user and a role keep their ids when they are replaced, as UpdateRole does.

import { ROLE_ARN } from '../../shared/kernel/names.ts';
import { ok } from '../../shared/kernel/result.ts';
import { fault, type Parsed, parseEach } from '../../shared/ram/parse-parts.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import { parseTrustPolicy } from '../../shared/ram/parse-trust-policy.ts';
import type { CloudRole, IamStore, KeyRecord } from './iam-store.ts';
import { arnOf, type CloudPrincipal, type UserPrincipal } from './identity.ts';
import { randomEntityId } from './random-id.ts';

export interface AccountDraft {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

export interface UserDraft extends AccountDraft {
  readonly name: string;
  /** Identity policies, each a policy document. */
  readonly policies: readonly unknown[];
}

function principalOf({ accountId, owner }: KeyRecord): CloudPrincipal {
  return owner.kind === 'root'
    ? { kind: 'root', accountId }
    : { kind: 'user', accountId, name: owner.name, userId: owner.userId };
}

function replaceKey(store: IamStore, record: KeyRecord): void {
  const arn = arnOf(principalOf(record));
  for (const [accessKeyId, key] of store.keys.entries()) {
    if (arnOf(principalOf(key.record)) === arn) store.keys.delete(accessKeyId);
  }
  store.keys.set(record.accessKeyId, record);
}

/** Gives the account itself its only key. */
export function putAccount(store: IamStore, { accountId, accessKeyId, accessKeySecret }: AccountDraft): void {
  replaceKey(store, { accountId, accessKeyId, accessKeySecret, owner: { kind: 'root' } });
}

function knownUserId(store: IamStore, accountId: string, name: string): string | undefined {
  for (const [, { record }] of store.keys.entries()) {
    if (record.owner.kind === 'user' && record.owner.name === name && record.accountId === accountId) {
      return record.owner.userId;
    }
  }
  return undefined;
}

const USER_NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** Creates or replaces a user with its key and policies; the fault names the draft's member that is not valid. */
export function putUser(store: IamStore, draft: UserDraft): Parsed<UserPrincipal> {
  const { accountId, accessKeyId, accessKeySecret, name, policies } = draft;
  if (!USER_NAME.test(name)) return fault('name', 'must be 1 to 64 letters, digits, ".", "_" or "-"');
  const parsed = parseEach(policies, parsePolicy);
  if (!parsed.ok) return parsed;
  const userId = knownUserId(store, accountId, name) ?? randomEntityId();
  const owner = { kind: 'user', name, userId, policies } as const;
  replaceKey(store, { accountId, accessKeyId, accessKeySecret, owner });
  return ok({ kind: 'user', accountId, name, userId });
}

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

/** Creates or replaces a role; the fault names the draft's member that is not valid. */
export function putRole(store: IamStore, draft: RoleDraft): Parsed<CloudRole> {
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
  const old = store.roles.get(arn)?.record;
  const roleId = old?.roleId ?? randomEntityId();
  return ok(
    store.roles.set(arn, { ...old, accountId, name, roleId, trustPolicy, policies, maxSessionSeconds }),
  );
}
