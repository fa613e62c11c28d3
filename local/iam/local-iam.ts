// The RAM of the local cloud: accounts, users, roles and their sessions. Kept in one file across starts.
import type { Result } from '../../shared/kernel/result.ts';
import type { Parsed } from '../../shared/ram/parse-parts.ts';
import { findCaller, type IdentityLookup } from './find-caller.ts';
import { type CloudRole, openIamStore } from './iam-store.ts';
import type { CallerDirectory, UserPrincipal } from './identity.ts';
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

export interface LocalIam extends CallerDirectory {
  find(accessKeyId: string, securityToken: string | undefined): IdentityLookup;
  findRole(arn: string): CloudRole | undefined;
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
