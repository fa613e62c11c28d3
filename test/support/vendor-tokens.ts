// One table of the vendors' tokens, by their documented shapes: a row for each vendor and kind of token, with the caller that it
// proves, and the nearest token that must be refused. Claims are made up.
import type { PresetName } from '../../shared/rules/providers/presets/presets.ts';
import type { Algorithm } from './issuer.ts';
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
  OID,
  OKTA,
  PIPELINE_ID,
  SPIFFE,
  TENANT,
  TERRAFORM,
  VERCEL,
  type Vendor,
} from './vendor-claims.ts';

type Claims = Readonly<Record<string, unknown>>;

/** What differs from the token of the row; undefined removes a claim. */
interface NearMiss {
  readonly is: string;
  readonly claims?: Claims;
  readonly header?: Claims;
  readonly alg?: Algorithm;
  /** Shown without the proof of the key to which the token is bound. */
  readonly unproven?: true;
  readonly reason: string;
}

export interface VendorToken extends Vendor {
  readonly token: string;
  readonly header?: Claims;
  readonly alg?: Algorithm;
  /** Bound to a key, and shown with a proof of it. */
  readonly bound?: true;
  readonly nearMiss: NearMiss;
}

const row = (
  vendor: Vendor,
  token: string,
  nearMiss: NearMiss,
  more: Partial<Omit<VendorToken, 'preset' | 'nearMiss' | 'token'>> = {},
): VendorToken => ({ ...vendor, ...more, token, nearMiss });

const withClaims = ({ claims }: Vendor, changed: Claims): Claims => ({ ...claims, ...changed });

const ENTRA_OF = (issuer: string, more: Partial<Vendor['entry']> = {}): Vendor => ({
  ...ENTRA,
  entry: { issuer, ...more },
});

const CI: readonly VendorToken[] = [
  row(GITHUB, 'a job', {
    is: 'another owner with the same names',
    claims: { repository_owner_id: '66' },
    reason: 'tenant-not-allowed',
  }),
  row(GITLAB, 'a job', {
    is: 'a person of the same issuer',
    claims: { project_id: undefined },
    reason: 'subject-unusable',
  }),
  row(BUILDKITE, 'a job that asked for the ids', {
    is: 'a job that did not',
    claims: { organization_id: undefined },
    reason: 'subject-unusable',
  }),
  row(CIRCLECI, 'a job', {
    is: 'another project in its sub',
    claims: { sub: `org/${PIPELINE_ID}/project/${PIPELINE_ID}/user/x` },
    reason: 'subject-unusable',
  }),
  row(TERRAFORM, 'an apply', {
    is: 'an organization of the same name',
    claims: { terraform_organization_id: 'org-other' },
    reason: 'tenant-not-allowed',
  }),
  row(BITBUCKET, 'a step with a deployment', {
    is: 'another workspace',
    claims: { workspaceUuid: `{${PIPELINE_ID}}` },
    reason: 'tenant-not-allowed',
  }),
  row(VERCEL, 'a function', {
    is: 'another team of the same name',
    claims: { owner_id: 'team_other' },
    reason: 'tenant-not-allowed',
  }),
];

const WORKLOADS: readonly VendorToken[] = [
  row(KUBERNETES, 'a pod', {
    is: 'an old token of a Secret',
    claims: { 'kubernetes.io': undefined },
    reason: 'type-wrong',
  }),
  row(SPIFFE, 'a workload, without issuer and time', {
    is: 'another trust domain',
    claims: { sub: 'spiffe://evil.example/ns/payments/sa/exporter' },
    reason: 'issuer-unknown',
  }),
  row(
    SPIFFE,
    'a workload, as SPIRE writes it',
    { is: 'another type', header: { typ: 'at+jwt' }, reason: 'type-wrong' },
    { header: { typ: 'JOSE' }, claims: { sub: SPIFFE.subject, iss: SPIFFE.entry.issuer } },
  ),
];

const MICROSOFT: readonly VendorToken[] = [
  row(ENTRA, 'a person, version 2.0', {
    is: 'a guest’s own tenant',
    claims: { tid: '00000000-0000-4000-8000-000000000000' },
    reason: 'tenant-not-allowed',
  }),
  row(
    ENTRA_OF(`https://sts.windows.net/${TENANT}/`),
    'a person, version 1.0',
    { is: 'an address for the object id', claims: { oid: 'alice@example.com' }, reason: 'subject-unusable' },
    { claims: withClaims(ENTRA, { ver: '1.0', amr: ['pwd', 'mfa'], appid: OID, azp: undefined }) },
  ),
  row(
    ENTRA_OF(ENTRA.entry.issuer, { groups: 'roles' }),
    'an application, by app roles',
    { is: 'no object id', claims: { oid: undefined }, reason: 'subject-unusable' },
    {
      claims: {
        azp: OID,
        azpacr: '1',
        idtyp: 'app',
        oid: OID,
        roles: ['Uploader'],
        sub: OID,
        tid: TENANT,
        ver: '2.0',
      },
      groups: ['Uploader'],
    },
  ),
  row(
    ENTRA_OF(`https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`),
    'a customer, External ID',
    { is: 'no tenant', claims: { tid: undefined }, reason: 'tenant-not-allowed' },
    {
      claims: { oid: OID, tid: TENANT, sub: 'pairwise', ver: '2.0', email: 'alice@example.com' },
      groups: [],
    },
  ),
  row(
    ENTRA_OF(`https://example.b2clogin.com/${TENANT}/v2.0/`, {
      jwksUri: `https://example.b2clogin.com/${TENANT}/b2c_1_signin/discovery/v2.0/keys`,
      require: { tfp: 'B2C_1_signin' },
    }),
    'a customer, Azure AD B2C',
    { is: 'another user flow', claims: { tfp: 'B2C_1_signup' }, reason: 'tenant-not-allowed' },
    { claims: { ver: '1.0', sub: OID, tfp: 'B2C_1_signin', emails: ['alice@example.com'] }, groups: [] },
  ),
];

const GOOGLES: readonly VendorToken[] = [
  row(GOOGLE, 'a Workspace user', {
    is: 'an account that anybody can make, of the same address',
    claims: { hd: undefined },
    reason: 'tenant-not-allowed',
  }),
  row(
    GOOGLE,
    'a service account',
    {
      is: 'an address that is not verified',
      claims: { email_verified: false },
      reason: 'tenant-not-allowed',
    },
    {
      entry: { ...GOOGLE.entry, tenants: ['my-project.iam.gserviceaccount.com'] },
      claims: {
        azp: '104029292853099978293',
        sub: '104029292853099978293',
        email: 'exporter@my-project.iam.gserviceaccount.com',
        email_verified: true,
      },
      subject: '104029292853099978293',
    },
  ),
];

const OKTAS: readonly VendorToken[] = [
  row(OKTA, 'an access token of a person', {
    is: 'a login for the user id',
    claims: { uid: 'alice@example.com' },
    reason: 'subject-unusable',
  }),
  row(
    OKTA,
    'an ID token',
    { is: 'a login for sub', claims: { sub: 'alice@example.com' }, reason: 'subject-unusable' },
    { claims: { ver: 1, sub: OKTA.subject, amr: ['pwd'], idp: '00o1example', groups: OKTA.groups } },
  ),
  row(
    OKTA,
    'an access token of an application',
    { is: 'another client in sub', claims: { sub: '0oa1qdjff0bZZZZZZZZZ' }, reason: 'subject-unusable' },
    {
      claims: { ver: 1, cid: OKTA.claims['cid'], sub: OKTA.claims['cid'], scp: ['media'] },
      subject: String(OKTA.claims['cid']),
      groups: [],
    },
  ),
];

const keycloakBy = (alg: Algorithm, nearMiss: Algorithm): VendorToken =>
  row(
    KEYCLOAK,
    `an access token, ${alg}`,
    { is: `signed with ${nearMiss}`, alg: nearMiss, reason: 'algorithm-not-allowed' },
    { alg, entry: { ...KEYCLOAK.entry, algorithms: [alg] } },
  );

const KEYCLOAKS: readonly VendorToken[] = [
  row(KEYCLOAK, 'an access token', {
    is: 'a refresh token',
    claims: { typ: 'Refresh' },
    reason: 'type-wrong',
  }),
  row(
    KEYCLOAK,
    'an ID token',
    { is: 'a logout token', claims: { typ: 'Logout' }, reason: 'type-wrong' },
    {
      entry: { ...KEYCLOAK.entry, groups: { claim: 'groups', prefix: '/' }, tokenTypes: ['id'] },
      claims: withClaims(KEYCLOAK, { typ: 'ID', realm_access: undefined, groups: ['/media', 'media'] }),
      groups: ['/media'],
    },
  ),
  row(
    KEYCLOAK,
    'a service account',
    { is: 'its ID token', claims: { typ: 'ID' }, reason: 'type-wrong' },
    {
      entry: { ...KEYCLOAK.entry, tokenTypes: ['access'] },
      claims: withClaims(KEYCLOAK, {
        azp: 'exporter',
        client_id: 'exporter',
        clientHost: '203.0.113.7',
        preferred_username: 'service-account-exporter',
        groups: undefined,
        sid: undefined,
      }),
    },
  ),
  row(
    KEYCLOAK,
    'a service account, whose roles do not count',
    { is: 'of no kind', claims: { typ: undefined }, reason: 'type-wrong' },
    { entry: { ...KEYCLOAK.entry, groups: false }, groups: [] },
  ),
  row(
    KEYCLOAK,
    'an access token with one role as a text',
    {
      is: 'several in one text',
      claims: { realm_access: { roles: 'media,staff' } },
      reason: 'groups-unusable',
    },
    { claims: withClaims(KEYCLOAK, { realm_access: { roles: 'media' } }), groups: ['media'] },
  ),
  row(
    KEYCLOAK,
    'an access token bound to a key',
    { is: 'without a proof of the key', unproven: true, reason: 'dpop-missing' },
    { bound: true, claims: withClaims(KEYCLOAK, { typ: 'DPoP' }) },
  ),
  keycloakBy('ES256', 'RS256'),
  keycloakBy('PS256', 'RS256'),
  keycloakBy('EdDSA', 'ES256'),
];

const OTHERS: readonly VendorToken[] = [
  row(AUTH0, 'an access token of a person', {
    is: 'an address in sub',
    claims: { sub: 'alice@example.com' },
    reason: 'subject-unusable',
  }),
  row(
    AUTH0,
    'an access token of an application, RFC 9068',
    { is: 'of another type', header: { typ: 'logout+jwt' }, reason: 'type-wrong' },
    {
      entry: { ...AUTH0.entry, tokenTypes: ['access'] },
      header: { typ: 'at+jwt' },
      claims: {
        sub: 'abc123DEF456@clients',
        azp: 'abc123DEF456',
        client_id: 'abc123DEF456',
        jti: 'example',
        gty: 'client-credentials',
        permissions: ['read:media'],
      },
      subject: 'abc123DEF456@clients',
    },
  ),
  row(COGNITO, 'an access token', {
    is: 'another app client',
    claims: { client_id: '2example23456789abcdefghij' },
    reason: 'audience-wrong',
  }),
  row(
    COGNITO,
    'an ID token',
    { is: 'another app client', claims: { aud: '2example23456789abcdefghij' }, reason: 'audience-wrong' },
    {
      claims: withClaims(COGNITO, {
        client_id: undefined,
        aud: '1example23456789abcdefghij',
        token_use: 'id',
      }),
    },
  ),
  row(
    COGNITO,
    'a machine',
    {
      is: 'another client in sub',
      claims: { sub: '2example23456789abcdefghij' },
      reason: 'subject-unusable',
    },
    {
      claims: {
        aud: undefined,
        sub: '1example23456789abcdefghij',
        client_id: '1example23456789abcdefghij',
        token_use: 'access',
        scope: 'media/upload',
      },
      subject: '1example23456789abcdefghij',
      groups: [],
    },
  ),
  row(AUTHING, 'an ID token', {
    is: 'an address in sub',
    claims: { sub: 'test1@example.com' },
    reason: 'subject-unusable',
  }),
  row(ALIYUN_IDAAS, 'an ID token', {
    is: 'a name, which an administrator can choose as sub',
    claims: { sub: 'alice' },
    reason: 'subject-unusable',
  }),
  row(
    ALIYUN_IDAAS,
    'an ID token with the groups of an extended field',
    { is: 'the groups in one text', claims: { groupIds: 'group_a,group_b' }, reason: 'groups-unusable' },
    {
      entry: { ...ALIYUN_IDAAS.entry, groups: 'groupIds' },
      groups: ['group_miu8e4t4d7i4u7uwezgr54xxxx'],
    },
  ),
];

export const VENDOR_TOKENS: readonly VendorToken[] = [
  ...CI,
  ...WORKLOADS,
  ...MICROSOFT,
  ...GOOGLES,
  ...OKTAS,
  ...KEYCLOAKS,
  ...OTHERS,
];

/** The row of a vendor whose token is called so. */
export function vendorToken(preset: PresetName, token: string): VendorToken {
  const found = VENDOR_TOKENS.find((one) => one.preset === preset && one.token === token);
  if (found === undefined) throw new Error(`no row for ${preset}: ${token}`);
  return found;
}
