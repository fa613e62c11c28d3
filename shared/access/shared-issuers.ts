// Issuers that sign tokens for everybody who has an account there, and the claims that tell whose a token is. Only for
// warnings: that an issuer is not listed here says nothing of it.

/** By the vendors' own pages on OpenID Connect; several have an issuer a customer as well, which is another URL. */
const TENANT_CLAIMS: Readonly<Record<string, readonly string[]>> = {
  'https://agent.buildkite.com': ['organization_id'],
  'https://app.terraform.io': ['terraform_organization_id'],
  'https://token.actions.githubusercontent.com': ['repository_owner_id'],
  'https://gitlab.com': ['namespace_id'],
  'https://accounts.google.com': ['hd'],
  'https://api.pulumi.com/oidc': ['org'],
  'https://oidc.codefresh.io': ['account_id'],
  'https://oidc.vercel.com': ['owner_id'],
  'https://oidc.cirrus-ci.com': ['owner_id'],
  'https://slack.com': ['https://slack.com/team_id'],
};

const bare = (issuer: string): string => issuer.replace(/\/$/, '').toLowerCase();

const BY_ISSUER: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(TENANT_CLAIMS).map(([issuer, claims]) => [bare(issuer), claims]),
);

/** The claims by which a shared issuer tells its customers apart; undefined for an issuer that is not known as one. */
export const tenantClaimsOf = (issuer: string): readonly string[] | undefined => BY_ISSUER.get(bare(issuer));
