// The schemas of answers on the wire. openapi.yaml is generated from them, and the code that answers uses their types. The
// functions import types only, since building the schemas would take time in every cold start.
import * as z from 'zod';
import { PRINCIPAL_KINDS } from '../../shared/identity/principal.ts';
import { GRANT_TESTS } from '../../shared/pipeline/decide/grant-tests.ts';
import { NEEDS } from '../../shared/pipeline/decide/needs.ts';

const Timestamp = z.iso.datetime();

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
  expiration: Timestamp.describe('When the credentials stop working; ISO 8601 in UTC.'),
});

export const CredentialsResponse = z.strictObject({
  credentials: Credentials,
  refreshAfter: Timestamp.describe(
    'When to ask for new credentials. The times are spread, so that clients do not all ask at once.',
  ),
  role: z.string(),
  roleArn: z.string(),
  assumedRoleArn: z.string(),
  sessionName: z.string().describe('The session name that ActionTrail shows.'),
  sourceIdentity: z.string().optional().describe('Present when the deployment sets a SourceIdentity.'),
  hubRoleArn: z
    .string()
    .optional()
    .describe(
      'The hub role by which STS was called, in whose account ActionTrail shows the AssumeRole. Absent: the deployment’s own account called.',
    ),
  grant: z.string().describe('The id of the grant that gave these credentials.'),
  policy: SessionPolicyBody,
  requestId: z.string(),
});

export const RoleItem = z.strictObject({
  role: z.string(),
  roleArn: z.string(),
  account: z.string(),
  accountName: z.string().optional().describe('The name of the account, where the rules name it.'),
  description: z.string(),
  project: z.string().optional().describe('The name of the project to which the role belongs.'),
  maxDurationSeconds: z.int(),
  needs: z
    .array(z.enum(NEEDS))
    .describe('The conditions that the caller must still meet, or wait for, to take the role.'),
});

export const RolesResponse = z.strictObject({
  roles: z.array(RoleItem),
  requestId: z.string(),
});

export const IdentityResponse = z.strictObject({
  kind: z.enum(PRINCIPAL_KINDS),
  provider: z.string(),
  issuer: z.string(),
  subject: z.string(),
  groups: z.array(z.string()),
  mfa: z.boolean(),
  claims: z.record(z.string(), z.json()).describe('The claims that rules can use.'),
  requestId: z.string(),
});

export const HealthResponse = z.strictObject({ status: z.enum(['up', 'down']) });

export const ReadyResponse = z.strictObject({
  status: z.enum(['up', 'down']),
  checks: z.strictObject({
    tablestore: z.enum(['up', 'down']),
    sts: z.enum(['up', 'down']),
    hubs: z
      .enum(['up', 'down'])
      .optional()
      .describe(
        'Whether every hub role can be assumed; absent where the deployment has none. It does not change the status.',
      ),
  }),
});

const Seen = z.unknown().describe('The value of this caller; null if there is none. Long values are cut.');
const PolicyItem = z.strictObject({ index: z.int(), pattern: z.string() });

export const GrantReason = z
  .strictObject({
    kind: z.literal('grant'),
    grant: z.string(),
    role: z.string(),
    passed: z.boolean(),
    tests: z.array(z.strictObject({ test: z.enum(GRANT_TESTS), passed: z.boolean(), seen: Seen })),
  })
  .describe('A grant of the role that was considered, and the results of its tests.');

export const ClaimReason = z
  .strictObject({
    kind: z.literal('claim'),
    variable: z.string(),
    claim: z.string(),
    why: z.enum(['missing', 'not_text', 'unsafe', 'pattern']),
    seen: Seen,
  })
  .describe('A claim that cannot fill a variable of the session policy.');

export const StatementReason = z
  .strictObject({
    kind: z.literal('statement'),
    statement: z.int().describe('The index in the policy of the request.'),
    reason: z.string(),
    action: PolicyItem.optional(),
    resource: PolicyItem.optional(),
  })
  .describe('A statement of the request’s policy that is not provably within the grant.');

export const SizeReason = z
  .strictObject({
    kind: z.literal('size'),
    bytes: z.int(),
    bytesLeft: z.int().describe('The bytes that are left of the limit of STS; negative.'),
  })
  .describe('A policy that is larger than STS accepts.');

export const RequirementReason = z
  .strictObject({ kind: z.literal('requirement'), claim: z.string(), seen: Seen })
  .describe(
    'A claim that the provider requires and that is missing or has another value. Only administrators see it.',
  );

export const BlockReason = z
  .strictObject({ kind: z.literal('block'), block: z.string(), until: z.iso.datetime() })
  .describe('An operator blocked the caller, or a role that the caller could otherwise take, until then.');

const Reason = z.discriminatedUnion('kind', [
  GrantReason,
  ClaimReason,
  StatementReason,
  SizeReason,
  RequirementReason,
  BlockReason,
]);

export const Arrival = z
  .strictObject({
    host: z.boolean().describe('Whether the Host header is that of the public URL.'),
    address: z
      .enum(['not_set', 'unknown', 'marker', 'given', 'other'])
      .describe(
        'The address by which Stint judges the request: no header for it is set, it is not known, it is the marker or the address of the question, or another one.',
      ),
    headers: z
      .array(
        z.strictObject({
          name: z.string(),
          present: z.boolean(),
          marker: z
            .enum(['none', 'whole', 'first', 'last', 'inside'])
            .describe(
              'Where the marker is: in no entry of the list, the only one, the first, the last, or another one.',
            ),
          isAddress: z
            .boolean()
            .describe('Whether the header is one address, as STINT_CLIENT_IP_HEADER needs it.'),
          isGiven: z.boolean().describe('Whether it is the address of the question.'),
        }),
      )
      .readonly()
      .describe('Headers that may have the address of a caller. Their values are not shown.'),
  })
  .describe('How the request came through what stands in front of Stint.');
export type ArrivalBody = z.input<typeof Arrival>;

export const ExplainResponse = z.strictObject({
  decision: z
    .enum(['allow', 'deny', 'step_up'])
    .describe('step_up: the answer would be yes after a stronger or fresher sign-in.'),
  refusedWith: z.string().optional().describe('The code that POST /v1/credentials would answer.'),
  grant: z.string().optional().describe('The id of the grant that would give the credentials.'),
  reasons: z.array(Reason),
  policy: SessionPolicyBody.optional(),
  policyBytes: z.int().optional(),
  policyBytesLeft: z.int().optional().describe('The bytes that are left of the limit of STS.'),
  expiration: Timestamp.optional().describe('When the credentials would stop working; ISO 8601 in UTC.'),
  nearestMiss: z
    .strictObject({ grant: z.string(), failed: z.array(z.enum(GRANT_TESTS)) })
    .optional()
    .describe(
      'The grant that came furthest, with its failed tests; no failed test if only the policy causes the refusal.',
    ),
  arrival: Arrival.optional(),
  requestId: z.string(),
});
