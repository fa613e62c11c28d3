// Example bodies. Nothing in them has the form of a secret.
import type { SchemaName } from './wire-schemas.ts';

export const EXAMPLE_REQUEST_ID = '1-68c1f0a2-15a3b4c5-d6e7f8091a2b';

export const EXAMPLE_ERRORS = [{ field: 'durationSeconds', message: 'is too small' }];

const ROLE = { role: 'media-uploader', roleArn: 'acs:ram::1234567890123456:role/media-uploader' };

const policyOf = (resource: string) => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: ['oss:PutObject'], Resource: [resource] }],
});

export const EXAMPLES: Readonly<Record<SchemaName, unknown>> = {
  CredentialsRequest: {
    role: ROLE.role,
    durationSeconds: 1200,
    policy: policyOf('acs:oss:*:*:media/users/alice/holiday/*'),
  },
  CredentialsResponse: {
    credentials: {
      accessKeyId: 'STS.example',
      accessKeySecret: 'the secret of the access key',
      securityToken: 'the security token',
      expiration: '2026-03-01T12:20:00.000Z',
    },
    refreshAfter: '2026-03-01T12:12:30.000Z',
    ...ROLE,
    assumedRoleArn: 'acs:ram::1234567890123456:assumed-role/media-uploader/app-users.alice.0f1e2d3c4b5a6978',
    sessionName: 'app-users.alice.0f1e2d3c4b5a6978',
    grant: 'own-prefix',
    policy: policyOf('acs:oss:*:*:media/users/alice/holiday/*'),
    requestId: EXAMPLE_REQUEST_ID,
  },
  ExplainRequest: {
    role: ROLE.role,
    as: { provider: 'app-users', subject: 'alice', groups: ['media'], sourceIp: '203.0.113.7' },
  },
  ExplainResponse: {
    decision: 'step_up',
    refusedWith: 'step_up_required',
    reasons: [
      {
        kind: 'grant',
        grant: 'own-prefix',
        role: ROLE.role,
        passed: false,
        tests: [
          { test: 'sourceIp', passed: true, seen: '203.0.113.7' },
          { test: 'mfa', passed: false, seen: false },
        ],
      },
    ],
    nearestMiss: { grant: 'own-prefix', failed: ['mfa'] },
    requestId: EXAMPLE_REQUEST_ID,
  },
  TokenRequest: { token: 'an ID token of a configured identity provider' },
  RolesResponse: {
    roles: [
      {
        ...ROLE,
        account: '1234567890123456',
        accountName: 'Production',
        description: 'Upload to the media bucket',
        project: 'Media library',
        maxDurationSeconds: 1800,
        needs: [],
      },
    ],
    requestId: EXAMPLE_REQUEST_ID,
  },
  IdentityResponse: {
    kind: 'oidc',
    provider: 'app-users',
    issuer: 'https://id.example.com',
    subject: 'alice',
    groups: ['media'],
    mfa: false,
    claims: { iss: 'https://id.example.com', sub: 'alice', email_verified: true },
    requestId: EXAMPLE_REQUEST_ID,
  },
  HealthResponse: { status: 'up' },
  ReadyResponse: { status: 'up', checks: { tablestore: 'up', sts: 'up' } },
};
