// What the linter knows about claims: which ones can change, and which ones tell the customers of a shared issuer apart. Only
// for warnings: a claim or an issuer that is not listed here may still be unsafe.

/** Owners or administrators can change these, and some providers give them to another person afterwards. */
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

/**
 * Issuers that sign tokens for everybody who has an account there, by the vendors' own pages on OpenID Connect. Several
 * vendors also have an issuer for each customer, which is another URL. The first claim is the one to require; each of the
 * others tells the customers apart too.
 */
const TENANT_CLAIMS: Readonly<Record<string, readonly string[]>> = {
  'https://agent.buildkite.com': ['organization_id', 'organization_slug', 'pipeline_id', 'cluster_id'],
  'https://app.terraform.io': [
    'terraform_organization_id',
    'terraform_organization_name',
    'terraform_project_id',
    'terraform_workspace_id',
  ],
  'https://app.eu.terraform.io': [
    'terraform_organization_id',
    'terraform_organization_name',
    'terraform_project_id',
    'terraform_workspace_id',
  ],
  'https://token.actions.githubusercontent.com': [
    'repository_owner_id',
    'repository_owner',
    'repository_id',
    'repository',
    'enterprise_id',
    'enterprise',
  ],
  'https://gitlab.com': ['namespace_id', 'namespace_path', 'project_id', 'project_path'],
  'https://accounts.google.com': ['hd', 'email'],
  'https://api.pulumi.com/oidc': ['org', 'organization'],
  'https://oidc.codefresh.io': ['account_id', 'account_name', 'pipeline_id'],
  'https://oidc.vercel.com': ['owner_id', 'owner', 'project_id'],
  'https://oidc.cirrus-ci.com': ['owner_id', 'owner', 'repository_id', 'repository'],
  'https://slack.com': ['https://slack.com/team_id'],
};

const bare = (issuer: string): string => issuer.replace(/\/$/, '').toLowerCase();

const BY_ISSUER: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(TENANT_CLAIMS).map(([issuer, claims]) => [bare(issuer), claims]),
);

interface IssuerEntry {
  readonly issuer: string;
  readonly require?: Readonly<Record<string, unknown>> | undefined;
}

/** An issuer gives each of its callers, of all customers, a subject of its own. */
const SUBJECT = 'sub';

/**
 * The claim to require of a shared issuer. `compared`: claims that the provider's condition looks at. Undefined where these or
 * the required claims tell its customers apart already, and for an
 * issuer that is not known to be shared.
 */
export function tenantClaimToRequire(
  { issuer, require = {} }: IssuerEntry,
  compared: readonly string[],
): string | undefined {
  const claims = BY_ISSUER.get(bare(issuer)) ?? [];
  const isPinned = [...claims, SUBJECT].some(
    (claim) => Object.hasOwn(require, claim) || compared.includes(claim),
  );
  return isPinned ? undefined : claims[0];
}
