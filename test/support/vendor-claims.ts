// Claim sets in the shapes that the vendors document, with made-up names and numbers. Times and audience come from the
// signing issuer of the tests.
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

const TENANT = '5f3c0f2e-8f0b-4a39-9a31-0c6b7f1d2e3a';
const OID = '0d4f9c1b-2f6e-4a7c-8b1d-9e0f1a2b3c4d';
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
    amr: ['pwd', 'mfa'],
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

/** One for each preset. */
export const VENDORS: readonly Vendor[] = Object.values({
  'github-actions': GITHUB,
  gitlab: GITLAB,
  kubernetes: KUBERNETES,
  entra: ENTRA,
  okta: OKTA,
  google: GOOGLE,
  keycloak: KEYCLOAK,
} satisfies Record<PresetName, Vendor>);
