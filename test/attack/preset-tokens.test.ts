// Against other tenants, forks and outsiders of the vendors that presets know (GitHub, GitLab, Entra ID, Okta and
// others): a token names its caller only by claims that outsiders cannot obtain.
import { describe, expect, it } from 'vitest';
import { NOW, provider } from '../support/builders.ts';
import { token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';
import {
  ALIYUN_IDAAS,
  AUTH0,
  AUTHING,
  BITBUCKET,
  BUILDKITE,
  CIRCLECI,
  COGNITO,
  ENTRA,
  GITHUB,
  GITLAB,
  GOOGLE,
  KEYCLOAK,
  KUBERNETES,
  OKTA,
  SPIFFE,
  TERRAFORM,
  VENDORS,
  VERCEL,
  type Vendor,
} from '../support/vendor-claims.ts';
import { vendorToken } from '../support/vendor-tokens.ts';

type Claims = Readonly<Record<string, unknown>>;

async function identify({ preset, entry }: Vendor, claims: Claims, more: Vendor['entry'] = entry) {
  const app = startVend();
  app.store.providers = [provider({ groups: undefined, preset, ...entry, ...more })];
  const proof = token({ claims: { iss: entry.issuer, ...claims } });
  const { status, body } = await app.send('GET', '/v1/identity', { token: proof });
  return status === 200
    ? { subject: body['subject'], groups: body['groups'], mfa: body['mfa'] }
    : app.auditLog.events[0]?.reason;
}

const groupsOf = async (vendor: Vendor, claims: Claims, entry: Partial<Vendor['entry']> = {}) => {
  const caller = await identify(vendor, { ...vendor.claims, ...claims }, { ...vendor.entry, ...entry });
  return typeof caller === 'object' ? caller.groups : caller;
};
const subjectOf = async (vendor: Vendor, claims: Claims) => {
  const caller = await identify(vendor, { ...vendor.claims, ...claims });
  return typeof caller === 'object' ? caller.subject : caller;
};

describe('without the claims that name it, a token names no caller', () => {
  it.each(VENDORS.map((vendor) => [vendor.preset, vendor] as const))('%s', async (_, vendor) => {
    const { aud = undefined, client_id = undefined } = vendor.claims;
    const meant = client_id === undefined ? {} : { aud, client_id };
    expect(await identify(vendor, { ...meant, sub: '' })).toMatch(
      /^(?:subject-unusable|tenant-not-allowed|type-wrong)$/,
    );
  });
});

const PIPELINE = '0184990a-4782-42b5-afc1-16715b10b8ff';

describe('a tenant is pinned', () => {
  /**
   * @attack A token of another tenant at an issuer that serves many (GitHub, GitLab, Google)
   * @removed the pin of the tenant
   * @failed 6 of 62: another owner at GitHub is refused: `expected 'owner:66/repo:74' to be
   *   'tenant-not-allowed'`
   *
   * @attack A token of another tenant at Entra (`tid`)
   * @removed the comparison with the issuer's tenant
   * @failed 2 of 62: another tenant at Entra is refused: `expected '0d4f9c1b-…' to be 'tenant-not-allowed'`
   * @note the issuer itself is compared as well
   */
  it.each<[string, Vendor, Claims]>([
    ['another owner at GitHub', GITHUB, { repository_owner_id: '66' }],
    ['another namespace at GitLab', GITLAB, { namespace_id: '73' }],
    ['another domain at Google', GOOGLE, { hd: 'evil.example' }],
    ['an account that anybody can make at Google', GOOGLE, { hd: undefined }],
    ['a domain in other case', GOOGLE, { hd: 'EXAMPLE.com' }],
    ['a list with the domain', GOOGLE, { hd: ['example.com'] }],
    ['another tenant at Entra', ENTRA, { tid: '00000000-0000-4000-8000-000000000000' }],
    ['no tenant at Entra', ENTRA, { tid: undefined }],
    ['a service account at Google, of a person’s domain', GOOGLE, { hd: undefined, email: 'a@example.com' }],
    [
      'a service account of another project at Google',
      GOOGLE,
      { hd: undefined, email: 'x@other.iam.gserviceaccount.com' },
    ],
    ['another organization at Buildkite', BUILDKITE, { organization_id: PIPELINE }],
    ['another organization at HCP Terraform', TERRAFORM, { terraform_organization_id: 'org-other' }],
    ['another workspace at Bitbucket', BITBUCKET, { workspaceUuid: `{${PIPELINE}}` }],
    ['another team at Vercel', VERCEL, { owner_id: 'team_other' }],
    ['another trust domain of SPIFFE', SPIFFE, { iss: SPIFFE.entry.issuer, sub: 'spiffe://evil.example/a' }],
  ])('%s is refused', async (_, vendor, claims) => {
    expect(await subjectOf(vendor, claims)).toBe('tenant-not-allowed');
  });
});

describe('a caller is named by what cannot pass to somebody else', () => {
  it('GitHub: a repository that took the names of another is another caller', async () => {
    expect(await subjectOf(GITHUB, { repository_id: '75' })).toBe('owner:65/repo:75');
    expect(await subjectOf(GITHUB, { repository: 'other/name', sub: 'anything' })).toBe(GITHUB.subject);
  });

  it('GitLab: a merge request from a fork is the fork, at whichever project it runs', async () => {
    expect(await subjectOf(GITLAB, { project_id: '21', job_project_id: '20' })).toBe(
      'namespace:72/project:21',
    );
  });

  /**
   * @attack Mutable name: a login for an Okta user id
   * @removed the shape of the id
   * @failed 2 of 62: Okta: a login for the user id is refused: `expected 'alice@example.com' to be
   *   'subject-unusable'`
   *
   * @attack Names that run into each other: an id with a slash
   * @removed the shape of the numbers
   * @failed 2 of 62: GitHub: a number that is no text is refused: `expected 'owner:65/repo:74' to be
   *   'subject-unusable'`
   */
  it.each<[string, Vendor, Claims]>([
    ['GitHub: a number that is no text', GITHUB, { repository_id: 74 }],
    ['GitHub: an id with more behind it', GITHUB, { repository_owner_id: '65', repository_id: '74/ref:x' }],
    ['GitHub: no repository', GITHUB, { repository_id: undefined }],
    [
      'GitLab: a person’s ID token of the same issuer',
      GITLAB,
      { project_id: undefined, namespace_id: undefined },
    ],
    ['Entra: no object id', ENTRA, { oid: undefined }],
    ['Entra: an address for it', ENTRA, { oid: 'alice@example.com' }],
    ['Okta: an access token without a user id', OKTA, { uid: undefined }],
    ['Okta: a login for the user id', OKTA, { uid: 'alice@example.com' }],
    ['Okta: an ID token with a login', OKTA, { cid: undefined, uid: undefined }],
    ['Auth0: an address', AUTH0, { sub: 'alice@example.com' }],
    ['Cognito: a user name', COGNITO, { sub: 'alice' }],
    ['Cognito: another client in sub', COGNITO, { sub: '2example23456789abcdefghij' }],
    ['Buildkite: no ids, which a job must ask for', BUILDKITE, { organization_id: undefined }],
    ['Buildkite: a slug for the pipeline', BUILDKITE, { pipeline_id: 'super-duper-app' }],
    ['CircleCI: another project in sub', CIRCLECI, { sub: `org/${PIPELINE}/project/${PIPELINE}/user/x` }],
    ['HCP Terraform: a name for the workspace', TERRAFORM, { terraform_workspace_id: 'my-workspace' }],
    ['Bitbucket: an id with more behind it', BITBUCKET, { repositoryUuid: `{${PIPELINE}}/deployment:x` }],
    ['Vercel: a name for the project', VERCEL, { project_id: 'acme_website' }],
    [
      'SPIFFE: a path that leads upwards',
      SPIFFE,
      { iss: SPIFFE.entry.issuer, sub: 'spiffe://prod.example.com/a/../b' },
    ],
    [
      'SPIFFE: the trust domain alone',
      SPIFFE,
      { iss: SPIFFE.entry.issuer, sub: 'spiffe://prod.example.com' },
    ],
    ['Authing: an address', AUTHING, { sub: 'test1@example.com' }],
    ['IDaaS: a name, which an administrator can choose as sub', ALIYUN_IDAAS, { sub: 'alice' }],
    ['Kubernetes: a subject that is no service account', KUBERNETES, { sub: 'system:admin' }],
    ['Kubernetes: a namespace with a colon more', KUBERNETES, { sub: 'system:serviceaccount:a:b:c' }],
    ['Kubernetes: a name in capitals', KUBERNETES, { sub: 'system:serviceaccount:payments:Exporter' }],
  ])('%s is refused', async (_, vendor, claims) => {
    expect(await subjectOf(vendor, claims)).toBe('subject-unusable');
  });

  it('Okta: an ID token names the user by sub, an application by its client id', async () => {
    const person = { cid: undefined, uid: undefined, sub: OKTA.subject };
    expect(await subjectOf(OKTA, person)).toBe(OKTA.subject);
    expect(await subjectOf(OKTA, { uid: undefined, sub: OKTA.claims['cid'] })).toBe(OKTA.claims['cid']);
  });
});

describe('a group is what the vendor vouches for', () => {
  /**
   * @attack An outsider's comment, request or issue as the branch that its run is at (GitHub)
   * @removed the list of events
   * @failed 22 of 98: GitHub: a run that an outsider can cause is not the branch that it runs at:
   *   workflow_run: `expected [ Array(1) ] to deeply equal []`
   */
  it.each([
    'pull_request_target',
    'workflow_run',
    'issue_comment',
    'issues',
    'discussion',
    'discussion_comment',
    'fork',
    'watch',
    'pull_request',
    'pull_request_review',
    'pull_request_review_comment',
    'check_run',
    'check_suite',
    'status',
    'gollum',
    'deployment_status',
    'an_event_that_is_not_known_yet',
    'PUSH',
    ['push'],
    null,
    undefined,
  ])('GitHub: a run that an outsider can cause is not the branch that it runs at: %s', async (event_name) => {
    expect(await groupsOf(GITHUB, { event_name, environment: undefined })).toEqual([]);
  });

  it.each([
    'push',
    'create',
    'workflow_dispatch',
    'repository_dispatch',
    'schedule',
    'release',
    'deployment',
    'merge_group',
  ])('GitHub: a run that takes write access to cause is its ref: %s', async (event_name) => {
    expect(await groupsOf(GITHUB, { event_name, environment: undefined })).toEqual([GITHUB.groups[0]]);
  });

  it('GitHub: the merge of a pull request is what it says, and no branch', async () => {
    const claims = { event_name: 'pull_request', ref: 'refs/pull/7/merge', environment: undefined };
    expect(await groupsOf(GITHUB, claims)).toEqual(['owner:65/repo:74/ref:refs/pull/7/merge']);
  });

  it('GitHub: an environment is named for every event, since its own rules guard it', async () => {
    expect(await groupsOf(GITHUB, { event_name: 'workflow_run' })).toEqual([GITHUB.groups[1]]);
  });

  /**
   * @attack A protected environment named by the one who pushes a branch
   * @removed the reading of `environment_protected`
   * @failed 1 of 62: GitLab: an environment or ref that is not protected gives no protected one: `expected [
   *   …(3) ] to deeply equal [ Array(1) ]`
   */
  it('GitLab: an environment or ref that is not protected gives no protected one', async () => {
    expect(await groupsOf(GITLAB, { ref_protected: 'false', environment_protected: 'false' })).toEqual([
      GITLAB.groups[0],
    ]);
    expect(await groupsOf(GITLAB, { ref_protected: undefined, environment_protected: undefined })).toEqual([
      GITLAB.groups[0],
    ]);
  });

  /**
   * @attack Groups cut short (Entra overage)
   * @removed the refusal
   * @failed 4 of 62: Entra: too many groups are refused: a link in place of the list: `expected [] to be
   *   'groups-overage'`
   */
  it.each<[string, Claims]>([
    [
      'a link in place of the list',
      { groups: undefined, _claim_names: { groups: 'src1' }, _claim_sources: {} },
    ],
    ['a link beside a part of it', { _claim_names: { groups: 'src1' } }],
    ['only that there are some', { groups: undefined, hasgroups: true }],
    ['the same in text', { groups: undefined, hasgroups: 'true' }],
  ])('Entra: too many groups are refused: %s', async (_, claims) => {
    expect(await groupsOf(ENTRA, claims)).toBe('groups-overage');
  });

  it('Entra: app roles are not cut short by too many groups', async () => {
    const claims = { groups: undefined, hasgroups: true };
    expect(await groupsOf(ENTRA, claims, { groups: 'roles' })).toEqual(['Uploader']);
  });

  it('Entra: names in place of object ids are refused', async () => {
    expect(await groupsOf(ENTRA, { groups: ['Domain Admins'] })).toBe('groups-unusable');
  });

  it('Entra: a second factor is read of version 1.0, whose tokens alone have amr', async () => {
    const old = vendorToken('entra', 'a person, version 1.0');
    expect(await identify(old, old.claims)).toMatchObject({ mfa: true });
    expect(await identify(ENTRA, ENTRA.claims)).toMatchObject({ mfa: false });
  });

  it.each<[string, readonly string[]]>([
    ['groups', ['/media']],
    ['resource_access.my.client.roles', ['upload']],
    ['resource_access.other.roles', []],
    ['resource_access.__proto__.roles', []],
    ['constructor', []],
  ])('Keycloak: groups may lie in %s', async (groups, expected) => {
    expect(await groupsOf(KEYCLOAK, {}, { groups })).toEqual(expected);
  });

  it.each<[string, Claims]>([
    ['several in one text', { realm_access: { roles: 'media,staff' } }],
    ['an object', { realm_access: { roles: { 0: 'media' } } }],
    ['a list of numbers', { realm_access: { roles: [1] } }],
  ])('Keycloak: roles that are %s are refused', async (_, claims) => {
    expect(await groupsOf(KEYCLOAK, claims)).toBe('groups-unusable');
  });

  it('Keycloak: a role of a mapper that writes one as text is one', async () => {
    expect(await groupsOf(KEYCLOAK, { realm_access: { roles: 'media' } })).toEqual(['media']);
  });

  it('Keycloak: without realm_access nobody is in a group', async () => {
    expect(await groupsOf(KEYCLOAK, { realm_access: undefined })).toEqual([]);
    expect(await groupsOf(KEYCLOAK, { realm_access: ['roles'] })).toEqual([]);
  });
});

describe('a token of the same issuer for something else is refused', () => {
  /**
   * @attack A Kubernetes token that is bound to nothing, or to something else
   * @removed the comparison with `kubernetes.io`
   * @failed 4 of 62: Kubernetes: an old token of a Secret: `expected 'system:serviceaccount:payments:export…'
   *   to be 'type-wrong'`
   *
   * @attack A Keycloak refresh or logout token
   * @removed the check of the claim `typ`
   * @failed 3 of 62: Keycloak: a refresh token: `expected 'f1f9ac7e-…' to be 'type-wrong'`
   *
   * @attack A Keycloak token that says that it is bound and names no key
   * @removed the demand for `cnf.jkt`
   * @failed 2 of 98: Keycloak: a bound token that names no key: `expected 'f1f9ac7e-…' to be 'type-wrong'`
   * @note with another binding DPoP refuses as well
   */
  it.each<[string, Vendor, Claims]>([
    ['Cognito: of no kind', COGNITO, { token_use: undefined }],
    ['Cognito: a refresh token', COGNITO, { token_use: 'refresh' }],
    ['Keycloak: a refresh token', KEYCLOAK, { typ: 'Refresh' }],
    ['Keycloak: a logout token', KEYCLOAK, { typ: 'Logout' }],
    ['Keycloak: of no kind', KEYCLOAK, { typ: undefined }],
    ['Keycloak: a bound token that names no key', KEYCLOAK, { typ: 'DPoP' }],
    [
      'Keycloak: a bound token of another binding',
      KEYCLOAK,
      { typ: 'DPoP', cnf: { 'x5t#S256': 'A'.repeat(43) } },
    ],
    ['Kubernetes: an old token of a Secret', KUBERNETES, { 'kubernetes.io': undefined }],
    [
      'Kubernetes: of another namespace',
      KUBERNETES,
      { 'kubernetes.io': { namespace: 'other', serviceaccount: { name: 'exporter' } } },
    ],
    [
      'Kubernetes: of another account',
      KUBERNETES,
      { 'kubernetes.io': { namespace: 'payments', serviceaccount: { name: 'other' } } },
    ],
    ['Kubernetes: with a list in place of what it is bound to', KUBERNETES, { 'kubernetes.io': [] }],
  ])('%s', async (_, vendor, claims) => {
    expect(await subjectOf(vendor, claims)).toBe('type-wrong');
  });
});

describe('keys come from where the vendor has them', () => {
  const tenant = '5f3c0f2e-8f0b-4a39-9a31-0c6b7f1d2e3a';
  it.each<[string, Vendor, Vendor['entry'], string | undefined]>([
    ['Google, on another host', GOOGLE, GOOGLE.entry, 'https://www.googleapis.com/oauth2/v3/certs'],
    [
      'Entra in version 1.0, on another host',
      ENTRA,
      { issuer: `https://sts.windows.net/${tenant}/` },
      `https://login.microsoftonline.com/${tenant}/discovery/keys`,
    ],
    ['Entra in version 2.0, by discovery', ENTRA, ENTRA.entry, undefined],
    [
      'where the entry says',
      GOOGLE,
      { ...GOOGLE.entry, jwksUri: 'https://mirror.example/keys' },
      'https://mirror.example/keys',
    ],
  ])('%s', async (_, vendor, entry, jwksUri) => {
    const app = startVend();
    app.store.providers = [provider({ groups: undefined, preset: vendor.preset, ...entry })];
    const proof = token({ claims: { ...vendor.claims, iss: entry.issuer } });
    expect((await app.send('GET', '/v1/identity', { token: proof })).status).toBe(200);
    expect(app.keys.owners.map((owner) => owner.jwksUri)).toEqual([jwksUri]);
  });
});

describe('hundreds of groups', () => {
  const ids = (count: number) =>
    Array.from({ length: count }, (_, i) => `${String(i).padStart(8, '0')}-0000-4000-8000-000000000000`);
  const okta = (count: number) => Array.from({ length: count }, (_, i) => `Group ${i}`);

  // 200 is the most that Entra ID writes into a token; 1,000 ids make a longer one than Stint takes.
  it.each([200, 201])('Entra: %i in one token are all there', async (count) => {
    expect(await groupsOf(ENTRA, { groups: ids(count) })).toHaveLength(count);
  });

  it.each([100, 101, 200, 201, 1_000])('Okta, Keycloak: %i in one token are all there', async (count) => {
    expect(await groupsOf(OKTA, { groups: okta(count) })).toHaveLength(count);
    expect(await groupsOf(KEYCLOAK, { realm_access: { roles: okta(count) } })).toHaveLength(count);
  });

  it('Entra: a token without its list is refused with a filter too, and accepted with app roles or without groups', async () => {
    const claims = { groups: undefined, _claim_names: { groups: 'src1' }, _claim_sources: {} };
    expect(await groupsOf(ENTRA, claims, { groups: { prefix: '0' } })).toBe('groups-overage');
    expect(await groupsOf(ENTRA, claims, { groups: 'roles' })).toEqual(['Uploader']);
    expect(await groupsOf(ENTRA, claims, { groups: false })).toEqual([]);
  });

  /**
   * @attack A group of another path, by its bare name (Keycloak)
   * @removed `startsWith` of the filter
   * @failed 1 of 107: Keycloak: full paths and bare names are told apart: `expected [ '/a/admins', 'admins' ] to deeply equal
   *   [ '/a/admins' ]`
   */
  it('Keycloak: full paths and bare names are told apart', async () => {
    const claims = { groups: ['/a/admins', 'admins'] };
    expect(await groupsOf(KEYCLOAK, claims, { groups: 'groups' })).toEqual(['/a/admins', 'admins']);
    expect(await groupsOf(KEYCLOAK, claims, { groups: { claim: 'groups', prefix: '/' } })).toEqual([
      '/a/admins',
    ]);
  });
});

describe('a service account of Google', () => {
  const account = vendorToken('google', 'a service account');

  /**
   * @attack An address of a service account that Google did not verify
   * @removed the check of `email_verified`
   * @failed 2 of 182: is refused with an address that is not verified: `expected '104029292853099978293' to be
   *   'tenant-not-allowed'`
   */
  it.each<[string, Claims]>([
    ['that is not verified', { email_verified: false }],
    ['whose verification is a text', { email_verified: 'true' }],
    ['of another project', { email: 'exporter@other.iam.gserviceaccount.com' }],
    ['that only ends like one', { email: 'x@evil.example@my-project.iam.gserviceaccount.com' }],
    ['in a list', { email: ['exporter@my-project.iam.gserviceaccount.com'] }],
    ['that is missing', { email: undefined }],
  ])('is refused with an address %s', async (_, claims) => {
    expect(await subjectOf(account, claims)).toBe('tenant-not-allowed');
  });
});

describe('a customer of Azure AD B2C', () => {
  const customer = vendorToken('entra', 'a customer, Azure AD B2C');

  it('is refused with the token of another user flow, or of another tenant', async () => {
    expect(await subjectOf(customer, { tfp: 'B2C_1_signup' })).toBe('tenant-not-allowed');
    expect(await subjectOf(customer, { tid: '00000000-0000-4000-8000-000000000000' })).toBe(
      'tenant-not-allowed',
    );
    expect(await subjectOf(customer, { sub: 'alice@example.com' })).toBe('subject-unusable');
  });
});

describe('a SPIFFE token', () => {
  const now = Math.floor(NOW.getTime() / 1000);

  it.each(['JOSE', 'JWT', undefined])('may have the type %s', async (typ) => {
    expect(await spiffe({}, { typ })).toBe(SPIFFE.subject);
  });

  it.each(['at+jwt', 'logout+jwt', 'JOSE+JSON'])('may not have the type %s', async (typ) => {
    expect(await spiffe({}, { typ })).toBe('type-wrong');
  });

  /**
   * @attack A token without a time of issue that lives for years
   * @removed the bound on `exp` of a token without `iat`
   * @failed 1 of 182: without a time of issue ends as soon as one of the greatest age would: `expected 'spiffe://…' to be
   *   'token-too-old'`
   */
  it('without a time of issue ends as soon as one of the greatest age would', async () => {
    expect(await spiffe({ exp: now + 3_600 })).toBe(SPIFFE.subject);
    expect(await spiffe({ exp: now + 3_600 + 31 })).toBe('token-too-old');
    expect(await spiffe({ exp: undefined })).toBe('claim-missing');
    expect(await spiffe({ exp: now - 31 })).toBe('token-expired');
  });

  it('with a time of issue is judged by it', async () => {
    expect(await spiffe({ iat: now - 3_630, exp: now + 60 })).toBe(SPIFFE.subject);
    expect(await spiffe({ iat: now - 3_631, exp: now + 60 })).toBe('token-too-old');
    expect(await spiffe({ iat: now + 31, exp: now + 60 })).toBe('token-not-yet-valid');
    expect(await spiffe({ iat: '1', exp: now + 60 })).toBe('token-not-yet-valid');
  });

  /**
   * @attack A token of another issuer, or of none, that names a SPIFFE subject
   * @removed the comparison of an `iss` that is there
   * @failed 1 of 182: with the issuer of another provider is not taken for it: `expected 'spiffe://…' to be 'token-malformed'`
   */
  it('with the issuer of another provider is not taken for it', async () => {
    expect(await spiffe({ iss: 'https://other.example' })).toBe('issuer-unknown');
    expect(await spiffe({ iss: 'spiffe://prod.example.com' })).toBe('token-malformed');
    expect(await spiffe({ sub: 'spiffe://other.example/a' })).toBe('issuer-unknown');
    expect(await spiffe({ aud: 'https://other.example' })).toBe('audience-wrong');
  });

  it('is remembered, and still known as the same caller', async () => {
    const app = startVend();
    app.store.providers = [provider({ groups: undefined, preset: 'spiffe', ...SPIFFE.entry })];
    const proof = token({ claims: SPIFFE.claims });
    for (const _ of [1, 2])
      expect((await app.send('GET', '/v1/identity', { token: proof })).status).toBe(200);
    expect(app.keys.owners).toHaveLength(1);
  });

  it('of no other preset may lack its issuer or its time', async () => {
    const app = startVend();
    app.store.providers = [provider({ groups: undefined, preset: 'keycloak', ...KEYCLOAK.entry })];
    for (const missing of [{ iss: undefined }, { iat: undefined }]) {
      const claims = { ...KEYCLOAK.claims, iss: KEYCLOAK.entry.issuer, ...missing };
      expect((await app.send('GET', '/v1/identity', { token: token({ claims }) })).status).toBe(401);
    }
  });
});

async function spiffe(claims: Claims, header: Claims = {}) {
  const app = startVend();
  app.store.providers = [provider({ groups: undefined, preset: 'spiffe', ...SPIFFE.entry })];
  const proof = token({ claims: { ...SPIFFE.claims, ...claims }, header });
  const { status, body } = await app.send('GET', '/v1/identity', { token: proof });
  return status === 200 ? body['subject'] : app.auditLog.events[0]?.reason;
}

describe('the types of a preset', () => {
  const typed = async (vendor: Vendor, tokenTypes: Vendor['entry']['tokenTypes'], claims: Claims = {}) => {
    const caller = await identify(vendor, { ...vendor.claims, ...claims }, { ...vendor.entry, tokenTypes });
    return typeof caller === 'object' ? 'taken' : caller;
  };

  /**
   * @attack An access token, which a service could replay, where ID tokens alone count
   * @removed the look at the vendor's claims
   * @failed 3 of 182: are told by the vendor’s claims: Keycloak: `expected 'taken' to be 'type-wrong'`
   */
  it.each<[string, Vendor, Claims]>([
    ['Keycloak', KEYCLOAK, { typ: 'ID' }],
    ['Okta', OKTA, { cid: undefined, uid: undefined, sub: OKTA.subject }],
    ['Cognito', COGNITO, { token_use: 'id', aud: COGNITO.claims['client_id'] }],
  ])('are told by the vendor’s claims: %s', async (_, vendor, ofId) => {
    expect(await typed(vendor, ['id'])).toBe('type-wrong');
    expect(await typed(vendor, ['access'])).toBe('taken');
    expect(await typed(vendor, ['id'], ofId)).toBe('taken');
    expect(await typed(vendor, ['access'], ofId)).toBe('type-wrong');
    expect(await typed(vendor, ['id', 'access'])).toBe('taken');
    expect(await typed(vendor, undefined)).toBe('taken');
  });
});
