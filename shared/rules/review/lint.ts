// What is allowed in an access document and still rarely meant. Each finding says why, and what to write instead.
import type { DocumentPath } from '../values/document-fault.ts';

export const LINT_CODES = [
  'anyone-without-condition',
  'action-wildcard',
  'inherits-role',
  'mutable-claim',
  'shared-issuer',
  'ref-without-event',
  'short-lifetime',
  'unused-role',
  'unused-provider',
  'covered-grant',
  'unreachable-grant',
  'name-like-pattern',
] as const;
export type LintCode = (typeof LINT_CODES)[number];

export interface LintFinding {
  readonly code: LintCode;
  readonly path: DocumentPath;
  /** The reason, then the fix. */
  readonly message: string;
}

/** Owners or administrators change these, and some providers give them to someone else afterwards. */
const MUTABLE_CLAIMS: ReadonlySet<string> = new Set([
  'email',
  'preferred_username',
  'upn',
  'unique_name',
  'name',
  'given_name',
  'family_name',
  'nickname',
  'phone_number',
  // Of SAML and LDAP.
  'mail',
  'cn',
  'displayName',
  'display_name',
  // Of accounts and repositories at code hosts and CI services: the ids beside them stay.
  'login',
  'username',
  'user_login',
  'user_email',
  'actor',
  'repository',
  'repository_owner',
  'project_path',
  'namespace_path',
  'organization_slug',
  'pipeline_slug',
  'terraform_organization_name',
  'terraform_project_name',
  'terraform_workspace_name',
]);

export const isMutableClaim = (claim: string): boolean => MUTABLE_CLAIMS.has(claim);
