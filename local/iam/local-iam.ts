// The RAM of the local cloud: accounts, users, roles and their sessions. Kept in one file across starts.
import type { Result } from '../../shared/kernel/result.ts';
import type { Parsed } from '../../shared/ram/parse-parts.ts';
import type { CallerDirectory } from './caller.ts';
import type { Role } from './entities.ts';
import { findCaller, type IdentityLookup } from './find-caller.ts';
import { openIamStore } from './iam-store.ts';
import {
  createSessionIssuer,
  type IssuedSession,
  issueServiceSession,
  type ServiceRefusal,
  type SessionDraft,
} from './issue-session.ts';
import type { UserPrincipal } from './principal.ts';
import { type AccountDraft, putAccount, putUser, type UserDraft } from './put-key.ts';
import { putRole, type RoleDraft } from './put-role.ts';

export interface LocalIam extends CallerDirectory {
  find(accessKeyId: string, securityToken: string | undefined): IdentityLookup;
  findRole(arn: string): Role | undefined;
  /** Gives the account itself a key. */
  putAccount(draft: AccountDraft): void;
  putUser(draft: UserDraft): Parsed<UserPrincipal>;
  putRole(draft: RoleDraft): Parsed<Role>;
  /** Asks nobody: STS has decided already. */
  issueSession(draft: SessionDraft): IssuedSession;
  issueServiceSession(roleArn: string, service: string): Result<IssuedSession, ServiceRefusal>;
  /** Resolves when everything is on disk. */
  close(): Promise<void>;
}

export function openIam({ file, clock }: { readonly file: string; readonly clock: () => Date }): LocalIam {
  const store = openIamStore(file);
  const issueSession = createSessionIssuer(store, clock);
  return {
    find: (accessKeyId, securityToken) => findCaller(store, accessKeyId, securityToken, clock()),
    findRole: (arn) => store.roles.get(arn),
    putAccount: (draft) => putAccount(store, draft),
    putUser: (draft) => putUser(store, draft),
    putRole: (draft) => putRole(store, draft),
    issueSession,
    issueServiceSession: (roleArn, service) =>
      issueServiceSession(store.roles.get(roleArn), service, issueSession),
    close: () => store.close(),
  };
}
