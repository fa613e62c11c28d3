// Creates or replaces a RAM user or an account's own key. One key an owner: a new one retires the old.
import { ok } from '../../shared/kernel/result.ts';
import { fault, type Parsed, parseEach } from '../../shared/ram/parse-parts.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import type { KeyRecord } from './entities.ts';
import type { IamStore } from './iam-store.ts';
import { arnOf, type Principal, type UserPrincipal } from './principal.ts';
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

function principalOf({ accountId, owner }: KeyRecord): Principal {
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
