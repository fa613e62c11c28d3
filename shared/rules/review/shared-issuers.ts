// Issuers that sign tokens for everybody who has an account there, and the claims that tell whose a token is. Only for
// warnings: that an issuer is not listed here says nothing of it.

/**
 * By the vendors' own pages on OpenID Connect; several have an issuer a customer as well, which is another URL. The first
 * claim is the one to require; the others name no two customers' tokens at the same time, either.
 */
const TENANT_CLAIMS: Readonly<Record<string, readonly string[]>> = {
  'https://agent.buildkite.com': ['organization_id', 'organization_slug', 'pipeline_id', 'cluster_id'],
  'https://app.terraform.io': [
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

/** An issuer names each of its callers once, whosever they are. */
const SUBJECT = 'sub';

/**
 * The claim to require of a shared issuer; undefined where what is required tells its customers apart already, and for an
 * issuer that is not known as one.
 */
export function tenantClaimToRequire({ issuer, require = {} }: IssuerEntry): string | undefined {
  const claims = BY_ISSUER.get(bare(issuer)) ?? [];
  const isPinned = [...claims, SUBJECT].some((claim) => Object.hasOwn(require, claim));
  return isPinned ? undefined : claims[0];
}
