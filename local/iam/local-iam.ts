// The RAM of the local cloud: accounts, users, roles and their sessions. Kept in one file across starts.
import type { Result } from '../../shared/kernel/result.ts';
import type { Parsed } from '../../shared/ram/parse-parts.ts';
import { findCaller, type IdentityLookup } from './find-caller.ts';
import { type CloudRole, openIamStore, type RoleRecord } from './iam-store.ts';
import type { CallerDirectory, UserPrincipal } from './identity.ts';
import { createPolicyStore, type PolicyStore } from './policy-store.ts';
import {
  type AccountDraft,
  putAccount,
  putRole,
  putUser,
  type RoleDraft,
  type UserDraft,
} from './put-entities.ts';
import {
  createSessionIssuer,
  issueServiceSession,
  type ServiceRefusal,
  type SessionDraft,
  type SessionKey,
} from './session-issuer.ts';
import { SYSTEM_POLICIES } from './system-policies.ts';

export interface LocalIam extends CallerDirectory {
  find(accessKeyId: string, securityToken: string | undefined): IdentityLookup;
  findRole(arn: string): CloudRole | undefined;
  /** In the order of their names. */
  listRoles(accountId: string): readonly CloudRole[];
  /** Changes members of a role that exists; throws if it does not. */
  changeRole(arn: string, change: Partial<RoleRecord>): CloudRole;
  /** With all sessions of the role, which end at once (FAQ about RAM roles). */
  deleteRole(arn: string): void;
  readonly policies: PolicyStore;
  /** Gives the account itself a key. */
  putAccount(draft: AccountDraft): void;
  putUser(draft: UserDraft): Parsed<UserPrincipal>;
  putRole(draft: RoleDraft): Parsed<CloudRole>;
  /** Checks no permission: STS has decided already. */
  issueSession(draft: SessionDraft): SessionKey;
  issueServiceSession(roleArn: string, service: string): Result<SessionKey, ServiceRefusal>;
  /** Resolves when everything is on disk. */
  close(): Promise<void>;
}

/** Opens the local RAM on its file, or creates the file. */
export function openIam({ file, clock }: { readonly file: string; readonly clock: () => Date }): LocalIam {
  const store = openIamStore(file);
  const issueSession = createSessionIssuer(store, clock);
  const policies = createPolicyStore(store.policies, SYSTEM_POLICIES, clock);
  return {
    find: (accessKeyId, securityToken) =>
      findCaller({ store, policies }, accessKeyId, securityToken, clock()),
    findRole: (arn) => store.roles.get(arn),
    listRoles: (accountId) =>
      [...store.roles.entries()]
        .flatMap(([, role]) => (role.record.accountId === accountId ? [role] : []))
        .sort((a, b) => (a.record.name < b.record.name ? -1 : 1)),
    changeRole(arn, change) {
      const role = store.roles.get(arn);
      if (role === undefined) throw new Error(`there is no role ${arn}`);
      return store.roles.set(arn, { ...role.record, ...change });
    },
    deleteRole(arn) {
      store.roles.delete(arn);
      for (const [key, { record }] of store.sessions.entries()) {
        if (record.roleArn === arn) store.sessions.delete(key);
      }
    },
    policies,
    putAccount: (draft) => putAccount(store, draft),
    putUser: (draft) => putUser(store, draft),
    putRole: (draft) => putRole(store, draft),
    issueSession,
    issueServiceSession: (roleArn, service) =>
      issueServiceSession(store.roles.get(roleArn), service, issueSession),
    close: () => store.close(),
  };
}
