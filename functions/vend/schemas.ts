// The shapes that cross the wire. Requests are validated with these and openapi.yaml is generated from them.
import * as z from 'zod';
import { EFFECTIVE_SECONDS } from '../../shared/access/constraints.ts';
import { MAX_TOKEN_CHARACTERS } from '../../shared/authenticate/read-proof.ts';

/** A RoleArn is at most 96 characters, a role id 63. */
const MAX_ROLE_CHARACTERS = 128;

export const Timestamp = z.iso.datetime().describe('ISO 8601 in UTC.');

export const CredentialsRequest = z.strictObject({
  role: z.string().min(1).max(MAX_ROLE_CHARACTERS).describe('Role id or RoleArn.'),
  durationSeconds: z
    .int()
    .min(EFFECTIVE_SECONDS.min)
    .max(EFFECTIVE_SECONDS.max)
    .optional()
    .describe('How long the credentials shall work. Default: the longest that the grant gives.'),
  policy: z
    .record(z.string(), z.json())
    .optional()
    .describe('A RAM policy that narrows the grant further; refused unless it provably does.'),
  token: z
    .string()
    .max(MAX_TOKEN_CHARACTERS)
    .optional()
    .describe(
      'The proof of identity, for tokens that do not fit into a header. Not together with Authorization.',
    ),
});

export const SessionPolicyBody = z
  .looseObject({
    Version: z.literal('1'),
    Statement: z.array(z.looseObject({ Effect: z.enum(['Allow', 'Deny']) })).readonly(),
  })
  .describe('The effective session policy.');

export const Credentials = z.strictObject({
  accessKeyId: z.string(),
  accessKeySecret: z.string(),
  securityToken: z.string().describe('Never assume a maximum length.'),
  expiration: Timestamp.describe('When the credentials really stop working; ISO 8601 in UTC.'),
});

export const CredentialsResponse = z.strictObject({
  credentials: Credentials,
  refreshAfter: Timestamp.describe('When to come back; spread, so that clients do not all come at once.'),
  role: z.string(),
  roleArn: z.string(),
  assumedRoleArn: z.string(),
  sessionName: z.string().describe('What ActionTrail shows.'),
  sourceIdentity: z.string().optional().describe('Present when the deployment sets a SourceIdentity.'),
  grant: z.string().describe('The grant that gave this.'),
  policy: SessionPolicyBody,
  requestId: z.string(),
});

export const RolesResponse = z.strictObject({
  roles: z.array(
    z.strictObject({
      role: z.string(),
      roleArn: z.string(),
      account: z.string(),
      description: z.string(),
      project: z.string().optional().describe('What people know the role’s surroundings by.'),
      maxDurationSeconds: z.int(),
      needs: z
        .array(z.enum(['mfa', 'fresh_sign_in', 'fresh_token', 'dpop', 'network', 'time_window']))
        .describe('What the caller must add, or wait for, before the role can be taken.'),
    }),
  ),
  requestId: z.string(),
});

export const IdentityResponse = z.strictObject({
  kind: z.enum(['oidc', 'assertion', 'certificate', 'aliyun']),
  provider: z.string(),
  issuer: z.string(),
  subject: z.string(),
  groups: z.array(z.string()),
  mfa: z.boolean(),
  claims: z.record(z.string(), z.json()).describe('The claims that rules can see.'),
  requestId: z.string(),
});

export const HealthResponse = z.strictObject({ status: z.enum(['up', 'down']) });

export const ReadyResponse = z.strictObject({
  status: z.enum(['up', 'down']),
  checks: z.strictObject({ tablestore: z.enum(['up', 'down']), sts: z.enum(['up', 'down']) }),
});
