// With a preset, an entry and its grants must fit the vendor's tokens, and name callers by what cannot pass to somebody else.
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../shared/rules/providers/presets/presets.ts';
import { faultsOf } from './documents.ts';

const GUID = '5f3c0f2e-8f0b-4a39-9a31-0c6b7f1d2e3a';
const PERSONAL = '9188040d-6c67-4c5b-b112-36a304b66dad';

const ISSUERS: Readonly<Record<keyof typeof PRESETS, string>> = {
  'github-actions': 'issuer: https://token.actions.githubusercontent.com, tenants: ["65"]',
  gitlab: 'issuer: https://gitlab.com, tenants: ["72"]',
  kubernetes: 'issuer: https://k8s.example.com',
  entra: `issuer: https://login.microsoftonline.com/${GUID}/v2.0`,
  okta: 'issuer: https://example.okta.com/oauth2/default',
  google: 'issuer: https://accounts.google.com, tenants: [example.com]',
  keycloak: 'issuer: https://sso.example.com/realms/staff',
  auth0: 'issuer: "https://example.eu.auth0.com/"',
  cognito: 'issuer: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE"',
  buildkite: `issuer: https://agent.buildkite.com, tenants: ["${GUID}"]`,
  circleci: `issuer: https://oidc.circleci.com/org/${GUID}`,
  'terraform-cloud': 'issuer: https://app.terraform.io, tenants: [org-abc]',
  bitbucket: `issuer: https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc, tenants: ["${GUID}"]`,
  vercel: 'issuer: https://oidc.vercel.com/acme, tenants: [team_abc]',
  spiffe: 'issuer: https://spire.example.com, tenants: [prod.example.com]',
  authing: 'issuer: https://example.authing.cn/oidc',
  'aliyun-idaas': 'issuer: https://eiam-api-cn-hangzhou.aliyuncs.com/v2/idaas_abc/app_abc/oidc',
};

type Name = keyof typeof PRESETS;

const GRANT = 'role: reader, sessionPolicy: inherit';
const faults = (preset: string, provider: string, to = '', when = '') =>
  faultsOf(`version: 1
providers:
  - { id: them, kind: oidc, ${preset}${provider} }
roles:
  - { id: reader, roleArn: "acs:ram::1234567890123456:role/reader", maxDurationSeconds: 3600 }
grants: ${to === '' ? '[]' : `[{ id: one, to: { provider: them, ${to} }, ${when}${GRANT} }]`}
`);

const withPreset = (name: Name, more = '', issuer = ISSUERS[name]) =>
  faults(`preset: ${name}, `, `${issuer}${more === '' ? '' : `, ${more}`}`);

const granted = (name: Name, to: string, when = '') => faults(`preset: ${name}, `, ISSUERS[name], to, when);

const names = Object.keys(PRESETS) as readonly Name[]; // the keys of the very table

describe('an entry with a preset', () => {
  it.each(names)('is sound with little more than its issuer: %s', (name) => {
    expect(withPreset(name)).toEqual([]);
  });

  it.each(names)('may not name another subject claim: %s', (name) => {
    expect(withPreset(name, 'subject: email')).toEqual([
      expect.stringContaining('providers[0].subject: remove subject'),
    ]);
    expect(withPreset(name, 'subject: sub')).toEqual([
      expect.stringContaining('providers[0].subject: remove subject'),
    ]);
  });

  it.each<[Name, string, boolean]>([
    ['github-actions', 'groups: groups', false],
    ['gitlab', 'groups: groups_direct', false],
    ['kubernetes', 'groups: groups', false],
    ['google', 'groups: groups', false],
    ['entra', 'groups: wids', false],
    ['entra', 'groups: roles', true],
    ['okta', 'groups: teams', true],
    ['keycloak', 'groups: resource_access.my.client.roles', true],
    ['keycloak', 'groups: realm_access.other', false],
    ['auth0', 'groups: "https://example.com/roles"', true],
    ['cognito', 'groups: "custom:teams"', true],
    ['buildkite', 'groups: teams', false],
    ['buildkite', 'groups: false', false],
    ['circleci', 'groups: contexts', false],
    ['spiffe', 'groups: groups', false],
    ['aliyun-idaas', 'groups: { claim: groupIds, prefix: group_ }', true],
    ['github-actions', 'groups: { prefix: "owner:65/" }', true],
    ['github-actions', 'groups: false', true],
  ])('%s with %s: %s', (name, groups, isSound) => {
    const expected = isSound ? [] : [expect.stringContaining('providers[0].groups: remove groups')];
    expect(withPreset(name, groups)).toEqual(expected);
  });

  it.each(names.filter((name) => !PRESETS[name].algorithms.includes('ES256')))(
    'may not accept what the vendor does not sign with: %s',
    (name) => {
      expect(withPreset(name, 'algorithms: [RS256, ES256]')).toEqual([
        expect.stringContaining('providers[0].algorithms: use RS256'),
      ]);
    },
  );

  it('of Keycloak may sign as its realm does', () => {
    expect(withPreset('keycloak', 'algorithms: [RS256, PS256, ES256, EdDSA]')).toEqual([]);
  });

  /**
   * @attack Audience shared with other services, accepted by the document
   * @removed the refusal at apply
   * @failed 8 of 88: github-actions may not take tokens for https://github.com/octo-org: `expected [] to
   *   deeply equal [ StringContaining{…} ]`
   */
  it.each<[Name, string]>([
    ['github-actions', 'https://github.com/octo-org'],
    ['gitlab', 'https://gitlab.com'],
    ['kubernetes', 'https://kubernetes.default.svc'],
    ['kubernetes', 'https://kubernetes.default.svc.cluster.local'],
    ['kubernetes', 'https://k8s.example.com'],
    ['entra', '00000003-0000-0000-c000-000000000000'],
    ['okta', 'https://example.okta.com'],
    ['keycloak', 'account'],
    ['auth0', 'https://example.eu.auth0.com/userinfo'],
    ['auth0', 'https://example.eu.auth0.com/api/v2/'],
    ['buildkite', 'https://buildkite.com/acme-inc'],
    ['circleci', GUID],
    ['terraform-cloud', 'aws.workload.identity'],
    ['bitbucket', `ari:cloud:bitbucket::workspace/${GUID}`],
    ['vercel', 'https://vercel.com/acme'],
  ])('%s may not take tokens for %s', (name, audience) => {
    expect(withPreset(name, `audiences: [mine, "${audience}"]`)).toEqual([
      expect.stringContaining('providers[0].audiences[1]: use an audience of your own'),
    ]);
  });

  it.each<[Name, string]>([
    ['github-actions', 'https://token.actions.githubusercontent.com.evil.example'],
    ['github-actions', 'https://github.com'],
    ['gitlab', 'https://gitlab.example.com/'],
    ['entra', 'https://login.microsoftonline.com/common/v2.0'],
    ['entra', 'https://login.microsoftonline.com/organizations/v2.0'],
    ['entra', `https://login.microsoftonline.com/${PERSONAL}/v2.0`],
    ['entra', `https://evil.example/${GUID}/v2.0`],
    ['entra', `https://login.microsoftonline.com/${GUID.toUpperCase()}/v2.0`],
    ['okta', 'https://example.okta.com/oauth2/default/'],
    ['google', 'https://google.com'],
    ['keycloak', 'https://sso.example.com/realms/staff/'],
    ['entra', `https://${GUID}.ciamlogin.com/${PERSONAL}/v2.0`],
    ['entra', `https://example.b2clogin.com/tfp/${GUID}/b2c_1_signin/v2.0/`],
    ['auth0', 'https://example.eu.auth0.com'],
    ['cognito', 'https://cognito-idp.us-east-1.amazonaws.com.evil.example/us-east-1_EXAMPLE'],
    ['buildkite', 'https://agent.buildkite.com/'],
    ['circleci', 'https://oidc.circleci.com/org/acme'],
    ['bitbucket', 'https://api.bitbucket.org/2.0/workspaces/acme'],
    ['vercel', 'https://oidc.vercel.com.evil.example/acme'],
    ['authing', 'https://example.authing.cn/'],
    ['aliyun-idaas', 'https://example.aliyunidaas.com/api/v2/app_abc/saml2/meta'],
  ])('%s is not at %s', (name, issuer) => {
    expect(withPreset(name, 'tenants: ["1"]', `issuer: "${issuer}"`)).toContainEqual(
      expect.stringContaining('providers[0].issuer: '),
    );
  });

  it.each<[Name, string]>([
    ['github-actions', 'https://token.actions.githubusercontent.com/my-enterprise'],
    ['github-actions', 'https://token.actions.octocorp.ghe.com'],
    ['github-actions', 'https://ghes.example.com/_services/token'],
    ['gitlab', 'https://gitlab.example.com'],
    ['entra', `https://login.partner.microsoftonline.cn/${GUID}/v2.0`],
    ['entra', `https://sts.windows.net/${GUID}/`],
    ['okta', 'https://login.example.com'],
    ['entra', `https://${GUID}.ciamlogin.com/${GUID}/v2.0`],
    ['entra', `https://example.b2clogin.com/${GUID}/v2.0/`],
    ['auth0', 'https://login.example.com/'],
    ['cognito', 'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_EXAMPLE'],
    ['terraform-cloud', 'https://tfe.example.com'],
    ['vercel', 'https://oidc.vercel.com'],
    ['aliyun-idaas', 'https://example.aliyunidaas.com/api/v2/iauths_system/oauth2'],
  ])('%s may be at %s', (name, issuer) => {
    const found = withPreset(name, '', `issuer: "${issuer}"`);
    expect(found.filter((fault) => fault.includes('issuer: '))).toEqual([]);
  });
});

describe('tenants', () => {
  /**
   * @attack Issuer for everybody, without a tenant
   * @removed the demand for `tenants`
   * @failed 3 of 88: are needed where the issuer serves everybody: github-actions: `expected [] to deeply
   *   equal [ StringContaining{…} ]`
   */
  it.each<[Name, string]>([
    ['github-actions', 'https://token.actions.githubusercontent.com'],
    ['gitlab', 'https://gitlab.com'],
    ['google', 'https://accounts.google.com'],
    ['buildkite', 'https://agent.buildkite.com'],
    ['terraform-cloud', 'https://app.eu.terraform.io'],
    ['bitbucket', 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc'],
    ['vercel', 'https://oidc.vercel.com/acme'],
    ['spiffe', 'https://spire.example.com'],
  ])('are needed where the issuer serves everybody: %s', (name, issuer) => {
    expect(withPreset(name, '', `issuer: ${issuer}`)).toEqual([
      expect.stringContaining('providers[0].tenants: add tenants'),
    ]);
  });

  it('are not needed at a server of one’s own', () => {
    expect(withPreset('gitlab', '', 'issuer: https://gitlab.example.com')).toEqual([]);
  });

  it.each<Name>(['kubernetes', 'entra', 'okta', 'keycloak'])('mean nothing to %s', (name) => {
    expect(withPreset(name, 'tenants: [x]')).toEqual([
      expect.stringContaining('providers[0].tenants: remove'),
    ]);
  });

  it.each<[Name, string, string, string]>([
    [
      'github-actions',
      'https://token.actions.githubusercontent.com',
      '["65", octo-org]',
      'write the number of the owner',
    ],
    [
      'github-actions',
      'https://token.actions.githubusercontent.com',
      '["65", "*"]',
      'write the number of the owner',
    ],
    ['gitlab', 'https://gitlab.com', '["72", my-group]', 'write the number of the group or user'],
    ['google', 'https://accounts.google.com', '[example.com, Example.com]', 'write a domain in lower case'],
    ['google', 'https://accounts.google.com', '[example.com, Example Ltd]', 'write a domain in lower case'],
  ])('of %s at %s are no names: %s', (name, issuer, tenants, says) => {
    expect(faults(`preset: ${name}, `, `issuer: ${issuer}, tenants: ${tenants}`)).toContainEqual(
      expect.stringContaining(`providers[0].tenants[1]: ${says}`),
    );
  });

  it('of SPIFFE is one, whose keys vouch for no other', () => {
    expect(faults('preset: spiffe, ', 'issuer: https://a.example, tenants: [a.example, b.example]')).toEqual([
      expect.stringContaining('providers[0].tenants: list one'),
    ]);
  });

  it('of Azure AD B2C: the entry says where the keys are', () => {
    const issuer = `issuer: "https://example.b2clogin.com/${GUID}/v2.0/"`;
    expect(faults('preset: entra, ', issuer)).toEqual([
      expect.stringContaining('providers[0].jwksUri: add jwksUri'),
    ]);
    expect(faults('preset: entra, ', `${issuer}, jwksUri: https://example.b2clogin.com/keys`)).toEqual([]);
  });

  it('mean nothing without a preset', () => {
    expect(faults('', 'issuer: https://id.example.com, tenants: [x]')).toEqual([
      expect.stringContaining('providers[0].tenants: remove'),
    ]);
  });
});

describe('a grant to callers of a preset', () => {
  it.each<[Name, string]>([
    ['github-actions', 'subject: "owner:65/repo:74"'],
    ['github-actions', 'group: "owner:65/repo:74/ref:refs/heads/main"'],
    ['github-actions', 'group: "owner:65/repo:74/environment:prod"'],
    ['github-actions', 'group: "owner:65/repo:74/environment:Prod EU"'],
    ['github-actions', 'group: "owner:65/repo:74/environment:eu:west/prod 生产　环境 (1) [a]"'],
    ['gitlab', 'group: "namespace:72/project:20/protected-environment:review/feature 1"'],
    ['entra', `group: ${GUID}`],
    ['gitlab', 'group: "namespace:72/project:20/protected-ref:refs/tags/v1"'],
    ['kubernetes', 'subject: "system:serviceaccount:payments:exporter"'],
    ['kubernetes', 'group: "system:serviceaccounts:payments"'],
    ['entra', `subject: ${GUID}`],
    ['okta', 'subject: 00u1qdjfg6jKLMNOPQRS'],
    ['google', 'subject: "110169484474386276334"'],
    ['keycloak', 'group: media'],
    ['auth0', 'subject: "auth0|507f1f77bcf86cd799439011"'],
    ['auth0', 'subject: "abc123@clients"'],
    ['cognito', `subject: ${GUID}`],
    ['buildkite', `subject: "organization:${GUID}/pipeline:${GUID}"`],
    ['circleci', `group: "organization:${GUID}/project:${GUID}/context:${GUID}"`],
    ['terraform-cloud', 'group: "organization:org-abc/workspace:ws-abc/run_phase:apply"'],
    ['bitbucket', `group: "workspace:${GUID}/repository:${GUID}/deployment:${GUID}"`],
    ['vercel', 'group: "owner:team_abc/project:prj_abc/environment:production"'],
    ['spiffe', 'subject: "spiffe://prod.example.com/ns/a/sa/b"'],
    ['authing', 'subject: 5f719946524ee1099229496b'],
    ['aliyun-idaas', 'subject: user_d6sbsuumeta4h66ec3il7yxxxx'],
  ])('of %s is sound: %s', (name, to) => {
    expect(granted(name, to)).toEqual([]);
  });

  /**
   * @attack Wildcard subject, or a mutable name in a grant
   * @removed the shape of names in grants
   * @failed 14 of 88: of github-actions is refused: subject: "repo:octo-org/octo-repo:ref:refs/heads/main":
   *   `expected [] to deeply equal [ StringContaining{…} ]`
   */
  it.each<[Name, string, string]>([
    [
      'github-actions',
      'subject: "repo:octo-org/octo-repo:ref:refs/heads/main"',
      'subject: write owner:<id>/repo:<id>',
    ],
    ['github-actions', 'subject: "owner:65/repo:*"', 'subject: write owner:<id>/repo:<id>'],
    ['github-actions', 'subject: "owner:65"', 'subject: write owner:<id>/repo:<id>'],
    ['github-actions', 'group: "ref:refs/heads/main"', 'group: write owner:<id>/repo:<id>/ref:<name>'],
    [
      'github-actions',
      'group: "owner:65/repo:74/ref:refs/heads/*"',
      'group: write owner:<id>/repo:<id>/ref:<name>',
    ],
    [
      'github-actions',
      'group: "owner:65/repo:74/environment:prod-?"',
      'group: write owner:<id>/repo:<id>/ref:<name> or …/environment:<name>: * and ? are no wildcards here',
    ],
    [
      'github-actions',
      'group: "owner:65/repo:74/environment: prod"',
      'group: write owner:<id>/repo:<id>/ref:<name>',
    ],
    [
      'github-actions',
      'group: "owner:65/repo:74/ref:refs/heads/a b"',
      'group: write owner:<id>/repo:<id>/ref:<name>',
    ],
    ['github-actions', 'group: "owner:octo-org/repo:octo/environment:prod"', 'group: write owner:<id>'],
    ['github-actions', 'subject: "owner:66/repo:74"', 'subject: name one of the provider’s tenants'],
    [
      'github-actions',
      'group: "owner:6/repo:74/environment:65"',
      'group: name one of the provider’s tenants',
    ],
    ['gitlab', 'subject: "namespace:73/project:20"', 'subject: name one of the provider’s tenants'],
    ['entra', 'group: DBA', 'group: write the object id of the group'],
    ['entra', `group: ${GUID.replace('f', 'F').toUpperCase()}`, 'group: write the object id of the group'],
    ['keycloak', 'group: "dba-*"', 'group: write the whole name: * is no wildcard here'],
    ['okta', 'group: "*"', 'group: write anyone: true for every caller'],
    ['github-actions', 'anyone: true', 'anyone: add when'],
    ['gitlab', 'subject: "project_path:my-group/my-project:*"', 'subject: write namespace:<id>/project:<id>'],
    ['gitlab', 'anyone: true', 'anyone: add when'],
    ['kubernetes', 'subject: exporter', 'subject: write system:serviceaccount:<namespace>:<name>'],
    ['kubernetes', 'group: payments', 'group: write system:serviceaccounts:<namespace>'],
    ['entra', 'subject: alice@example.com', 'subject: write the object id'],
    ['okta', 'subject: alice@example.com', 'subject: write the user id'],
    ['google', 'subject: alice@example.com', 'subject: write the account’s number'],
    ['google', 'group: staff', 'group: name subjects'],
    ['auth0', 'subject: alice@example.com', 'subject: write the user id'],
    ['cognito', 'subject: alice', 'subject: write the user’s UUID'],
    [
      'buildkite',
      'subject: "organization:acme:pipeline:web"',
      'subject: write organization:<id>/pipeline:<id>',
    ],
    ['buildkite', `group: "organization:${GUID}/pipeline:${GUID}"`, 'group: name a subject'],
    [
      'buildkite',
      `subject: "organization:${PERSONAL}/pipeline:${GUID}"`,
      'subject: name one of the provider’s tenants',
    ],
    ['circleci', 'group: deploy', 'group: write organization:<id>/project:<id>/context:<name>'],
    ['terraform-cloud', 'subject: my-workspace', 'subject: write organization:<id>/workspace:<id>'],
    ['bitbucket', 'group: production', 'group: write workspace:<id>/repository:<id>'],
    ['vercel', 'subject: "owner:acme:project:web"', 'subject: write owner:<id>/project:<id>'],
    ['spiffe', 'subject: "spiffe://other.example/a"', 'subject: write spiffe://'],
    ['authing', 'subject: alice', 'subject: write the user id'],
    ['aliyun-idaas', 'subject: alice', 'subject: write the user id'],
  ])('of %s is refused: %s', (name, to, says) => {
    expect(granted(name, to)).toEqual([expect.stringContaining(`grants[0].to.${says}`)]);
  });

  it('to anyone of a code host is sound with a condition', () => {
    expect(granted('github-actions', 'anyone: true', 'when: \'claims.repository_id == "74"\', ')).toEqual([]);
  });
});
