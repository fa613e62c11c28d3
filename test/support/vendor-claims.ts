// Claim sets in the shapes that the vendors document, with made-up names and numbers: one for each preset. Times and audience
// come from the signing issuer of the tests. Their other tokens are in vendor-tokens.ts.
import type * as z from 'zod';
import type { OidcProvider } from '../../shared/rules/providers/oidc.ts';
import type { PresetName } from '../../shared/rules/providers/presets/presets.ts';

type Entry = Partial<z.input<typeof OidcProvider>> & { readonly issuer: string };

export interface Vendor {
  readonly preset: PresetName;
  readonly entry: Entry;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly subject: string;
  readonly groups: readonly string[];
}

export const TENANT = '5f3c0f2e-8f0b-4a39-9a31-0c6b7f1d2e3a';
export const OID = '0d4f9c1b-2f6e-4a7c-8b1d-9e0f1a2b3c4d';
const GROUP = '7c1e5d3a-1b2c-4d5e-8f90-a1b2c3d4e5f6';

export const GITHUB: Vendor = {
  preset: 'github-actions',
  entry: { issuer: 'https://token.actions.githubusercontent.com', tenants: ['65'] },
  claims: {
    jti: 'example-id',
    sub: 'repo:octo-org/octo-repo:environment:prod',
    environment: 'prod',
    ref: 'refs/heads/main',
    ref_type: 'branch',
    ref_protected: 'true',
    sha: 'example-sha',
    repository: 'octo-org/octo-repo',
    repository_id: '74',
    repository_owner: 'octo-org',
    repository_owner_id: '65',
    repository_visibility: 'private',
    actor: 'octocat',
    actor_id: '12',
    run_id: 'example-run-id',
    run_number: '10',
    run_attempt: '2',
    runner_environment: 'github-hosted',
    workflow: 'example-workflow',
    head_ref: '',
    base_ref: '',
    event_name: 'workflow_dispatch',
    job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
  },
  subject: 'owner:65/repo:74',
  groups: ['owner:65/repo:74/ref:refs/heads/main', 'owner:65/repo:74/environment:prod'],
};

export const GITLAB: Vendor = {
  preset: 'gitlab',
  entry: { issuer: 'https://gitlab.com', tenants: ['72'] },
  claims: {
    namespace_id: '72',
    namespace_path: 'my-group',
    project_id: '20',
    project_path: 'my-group/my-project',
    user_id: '1',
    user_login: 'sample-user',
    user_email: 'sample-user@example.com',
    user_access_level: 'developer',
    pipeline_id: '574',
    pipeline_source: 'push',
    job_id: '302',
    ref: 'main',
    ref_type: 'branch',
    ref_path: 'refs/heads/main',
    ref_protected: 'true',
    groups_direct: ['mygroup/mysubgroup'],
    environment: 'production',
    environment_protected: 'true',
    deployment_tier: 'production',
    runner_id: 1,
    runner_environment: 'self-hosted',
    sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
    project_visibility: 'public',
    ci_config_ref_uri: 'gitlab.example.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main',
    job_project_id: '99',
    sub: 'project_path:my-group/my-project:ref_type:branch:ref:main',
    jti: '235b3a54-b797-45c7-ae9a-f72d7bc6ef5b',
  },
  subject: 'namespace:72/project:20',
  groups: [
    'namespace:72/project:20/ref:refs/heads/main',
    'namespace:72/project:20/protected-ref:refs/heads/main',
    'namespace:72/project:20/protected-environment:production',
  ],
};

export const KUBERNETES: Vendor = {
  preset: 'kubernetes',
  entry: { issuer: 'https://oidc-ack-cn-hangzhou.oss-cn-hangzhou.aliyuncs.com/c0ffee' },
  claims: {
    sub: 'system:serviceaccount:payments:exporter',
    jti: 'aed34954-b33a-4142-b1ec-389d6bbb4936',
    'kubernetes.io': {
      namespace: 'payments',
      node: { name: 'node-1', uid: '646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1' },
      pod: { name: 'exporter-0', uid: '5e0bd49b-f040-43b0-99b7-22765a53f7f3' },
      serviceaccount: { name: 'exporter', uid: '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' },
    },
  },
  subject: 'system:serviceaccount:payments:exporter',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:payments'],
};

export const ENTRA: Vendor = {
  preset: 'entra',
  entry: { issuer: `https://login.microsoftonline.com/${TENANT}/v2.0` },
  claims: {
    aio: 'example',
    azp: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
    azpacr: '0',
    name: 'Alice',
    oid: OID,
    preferred_username: 'alice@example.com',
    groups: [GROUP],
    roles: ['Uploader'],
    sub: 'pairwise-for-this-application',
    tid: TENANT,
    uti: 'example',
    ver: '2.0',
  },
  subject: OID,
  groups: [GROUP],
};

export const OKTA: Vendor = {
  preset: 'okta',
  entry: { issuer: 'https://example.okta.com/oauth2/aus1example' },
  claims: {
    ver: 1,
    jti: 'AT.example',
    cid: '0oa1qdjff0bCDEFGHIJK',
    uid: '00u1qdjfg6jKLMNOPQRS',
    scp: ['openid', 'profile'],
    sub: 'alice@example.com',
    groups: ['Everyone', 'media'],
  },
  subject: '00u1qdjfg6jKLMNOPQRS',
  groups: ['Everyone', 'media'],
};

export const GOOGLE: Vendor = {
  preset: 'google',
  entry: { issuer: 'https://accounts.google.com', tenants: ['example.com'] },
  claims: {
    azp: '32555350559.apps.googleusercontent.com',
    sub: '110169484474386276334',
    hd: 'example.com',
    email: 'alice@example.com',
    email_verified: true,
    at_hash: 'example',
    name: 'Alice',
  },
  subject: '110169484474386276334',
  groups: [],
};

export const KEYCLOAK: Vendor = {
  preset: 'keycloak',
  entry: { issuer: 'https://sso.example.com/realms/staff' },
  claims: {
    jti: 'trrtcc:312ee6',
    sub: 'f1f9ac7e-ee0b-4a3d-a1c8-2f33b2a4b6d0',
    typ: 'Bearer',
    azp: 'portal',
    sid: 'example',
    acr: '1',
    realm_access: { roles: ['default-roles-staff', 'media'] },
    resource_access: { 'my.client': { roles: ['upload'] }, account: { roles: ['view-profile'] } },
    groups: ['/media'],
    scope: 'openid profile email',
    preferred_username: 'alice',
  },
  subject: 'f1f9ac7e-ee0b-4a3d-a1c8-2f33b2a4b6d0',
  groups: ['default-roles-staff', 'media'],
};

const ORGANIZATION_ID = '0184990a-477b-4fa8-9968-496074483cee';
export const PIPELINE_ID = '0184990a-4782-42b5-afc1-16715b10b8ff';

export const AUTH0: Vendor = {
  preset: 'auth0',
  entry: { issuer: 'https://example.eu.auth0.com/' },
  claims: {
    sub: 'auth0|507f1f77bcf86cd799439011',
    azp: 'my_client_id',
    scope: 'openid profile read:media',
    permissions: ['read:media'],
    'https://example.com/roles': ['editor'],
  },
  subject: 'auth0|507f1f77bcf86cd799439011',
  groups: ['read:media'],
};

export const COGNITO: Vendor = {
  preset: 'cognito',
  entry: {
    issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE',
    audiences: ['1example23456789abcdefghij'],
  },
  claims: {
    aud: undefined,
    sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    'cognito:groups': ['media'],
    client_id: '1example23456789abcdefghij',
    origin_jti: 'example',
    event_id: 'example',
    token_use: 'access',
    scope: 'openid',
    auth_time: 1_676_313_851,
    jti: 'example',
    username: 'alice',
  },
  subject: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  groups: ['media'],
};

export const BUILDKITE: Vendor = {
  preset: 'buildkite',
  entry: { issuer: 'https://agent.buildkite.com', tenants: [ORGANIZATION_ID] },
  claims: {
    sub: 'organization:acme-inc:pipeline:super-duper-app:ref:refs/heads/main:commit:9f3182061f1e:step:build',
    organization_slug: 'acme-inc',
    pipeline_slug: 'super-duper-app',
    build_number: 1,
    build_branch: 'main',
    build_commit: '9f3182061f1e2cca4702c368cbc039b7dc9d4485',
    step_key: 'build',
    job_id: '0184990a-477b-4fa8-9968-496074483cef',
    agent_id: '0184990a-4782-42b5-afc1-16715b10b8fe',
    organization_id: ORGANIZATION_ID,
    pipeline_id: PIPELINE_ID,
  },
  subject: `organization:${ORGANIZATION_ID}/pipeline:${PIPELINE_ID}`,
  groups: [],
};

const CONTEXT_ID = 'a74579f1-2e7d-451e-b009-5c082ad2729e';

export const CIRCLECI: Vendor = {
  preset: 'circleci',
  entry: { issuer: `https://oidc.circleci.com/org/${ORGANIZATION_ID}` },
  claims: {
    sub: `org/${ORGANIZATION_ID}/project/${PIPELINE_ID}/user/${CONTEXT_ID}`,
    'oidc.circleci.com/org-id': ORGANIZATION_ID,
    'oidc.circleci.com/project-id': PIPELINE_ID,
    'oidc.circleci.com/context-ids': [CONTEXT_ID],
    'oidc.circleci.com/vcs-origin': 'github.com/acme/app',
    'oidc.circleci.com/vcs-ref': 'refs/heads/main',
    'oidc.circleci.com/ssh-rerun': false,
  },
  subject: `organization:${ORGANIZATION_ID}/project:${PIPELINE_ID}`,
  groups: [`organization:${ORGANIZATION_ID}/project:${PIPELINE_ID}/context:${CONTEXT_ID}`],
};

export const TERRAFORM: Vendor = {
  preset: 'terraform-cloud',
  entry: { issuer: 'https://app.terraform.io', tenants: ['org-GRNbCjYNpBB6NEBH'] },
  claims: {
    jti: 'example',
    sub: 'organization:my-org:project:Default Project:workspace:my-workspace:run_phase:apply',
    terraform_run_phase: 'apply',
    terraform_workspace_id: 'ws-mbsd5E3Ktt5Rg2Xm',
    terraform_workspace_name: 'my-workspace',
    terraform_organization_id: 'org-GRNbCjYNpBB6NEBH',
    terraform_organization_name: 'my-org',
    terraform_project_id: 'prj-vegSA59s1XPwMr2t',
    terraform_project_name: 'Default Project',
    terraform_run_id: 'run-X3n1AUXNGWbfECsJ',
    terraform_full_workspace: 'organization:my-org:project:Default Project:workspace:my-workspace',
  },
  subject: 'organization:org-GRNbCjYNpBB6NEBH/workspace:ws-mbsd5E3Ktt5Rg2Xm',
  groups: ['organization:org-GRNbCjYNpBB6NEBH/workspace:ws-mbsd5E3Ktt5Rg2Xm/run_phase:apply'],
};

const DEPLOYMENT_ID = 'd2d7a2c4-93d7-4a0a-8a2d-1a2b3c4d5e6f';

export const BITBUCKET: Vendor = {
  preset: 'bitbucket',
  entry: {
    issuer: 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
    tenants: [ORGANIZATION_ID],
  },
  claims: {
    sub: `{${PIPELINE_ID}}:{${DEPLOYMENT_ID}}:{${CONTEXT_ID}}`,
    workspaceUuid: `{${ORGANIZATION_ID}}`,
    repositoryUuid: `{${PIPELINE_ID}}`,
    pipelineUuid: '{1a2b3c4d-93d7-4a0a-8a2d-1a2b3c4d5e6f}',
    stepUuid: `{${CONTEXT_ID}}`,
    deploymentEnvironmentUuid: `{${DEPLOYMENT_ID}}`,
    branchName: 'main',
  },
  subject: `workspace:${ORGANIZATION_ID}/repository:${PIPELINE_ID}`,
  groups: [`workspace:${ORGANIZATION_ID}/repository:${PIPELINE_ID}/deployment:${DEPLOYMENT_ID}`],
};

export const VERCEL: Vendor = {
  preset: 'vercel',
  entry: { issuer: 'https://oidc.vercel.com/acme', tenants: ['team_7Gw5ZMzpQA8h90F832KGp7nw'] },
  claims: {
    sub: 'owner:acme:project:acme_website:environment:production',
    scope: 'owner:acme:project:acme_website:environment:production',
    owner: 'acme',
    owner_id: 'team_7Gw5ZMzpQA8h90F832KGp7nw',
    project: 'acme_website',
    project_id: 'prj_7Gw5ZMBpQA8h9GF832KGp7nw',
    environment: 'production',
  },
  subject: 'owner:team_7Gw5ZMzpQA8h90F832KGp7nw/project:prj_7Gw5ZMBpQA8h9GF832KGp7nw',
  groups: ['owner:team_7Gw5ZMzpQA8h90F832KGp7nw/project:prj_7Gw5ZMBpQA8h9GF832KGp7nw/environment:production'],
};

export const SPIFFE: Vendor = {
  preset: 'spiffe',
  entry: { issuer: 'https://spire.example.com', tenants: ['prod.example.com'] },
  claims: { iss: undefined, iat: undefined, sub: 'spiffe://prod.example.com/ns/payments/sa/exporter' },
  subject: 'spiffe://prod.example.com/ns/payments/sa/exporter',
  groups: [],
};

export const AUTHING: Vendor = {
  preset: 'authing',
  entry: { issuer: 'https://example.authing.cn/oidc' },
  claims: {
    sub: '5f719946524ee1099229496b',
    birthdate: null,
    gender: 'U',
    preferred_username: 'test1',
    updated_at: '2020-09-30T07:12:19.401Z',
    email: 'test1@example.com',
    email_verified: false,
    phone_number: null,
  },
  subject: '5f719946524ee1099229496b',
  groups: [],
};

export const ALIYUN_IDAAS: Vendor = {
  preset: 'aliyun-idaas',
  entry: {
    issuer:
      'https://eiam-api-cn-hangzhou.aliyuncs.com/v2/idaas_ue2jvisn35ea5lmthk2676rypm/app_mltta64q65enci54slingvvsgq/oidc',
  },
  claims: { sub: 'user_d6sbsuumeta4h66ec3il7yxxxx', groupIds: ['group_miu8e4t4d7i4u7uwezgr54xxxx'] },
  subject: 'user_d6sbsuumeta4h66ec3il7yxxxx',
  groups: [],
};

/** One for each preset. */
export const VENDORS: readonly Vendor[] = Object.values({
  'github-actions': GITHUB,
  gitlab: GITLAB,
  kubernetes: KUBERNETES,
  entra: ENTRA,
  okta: OKTA,
  google: GOOGLE,
  keycloak: KEYCLOAK,
  auth0: AUTH0,
  cognito: COGNITO,
  buildkite: BUILDKITE,
  circleci: CIRCLECI,
  'terraform-cloud': TERRAFORM,
  bitbucket: BITBUCKET,
  vercel: VERCEL,
  spiffe: SPIFFE,
  authing: AUTHING,
  'aliyun-idaas': ALIYUN_IDAAS,
} satisfies Record<PresetName, Vendor>);
