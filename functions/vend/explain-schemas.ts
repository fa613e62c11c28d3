// The shapes of an explanation on the wire. What is asked is what would be asked for credentials, and of whom.
import * as z from 'zod';
import { GRANT_TESTS } from '../../shared/decide/grant-tests.ts';
import { clientAddress } from '../../shared/http/client-address.ts';
import { CredentialsRequest, SessionPolicyBody, Timestamp } from './schemas.ts';

const MAX_ID_CHARACTERS = 63;
/** The bounds of what a token may say are the mapping's: these only keep a body's parts in proportion. */
const MAX_NAME_CHARACTERS = 512;
const MAX_GROUPS = 98;

const As = z.strictObject({
  provider: z.string().min(1).max(MAX_ID_CHARACTERS).describe('Id of the provider whose token it would be.'),
  subject: z.string().min(1).max(MAX_NAME_CHARACTERS),
  claims: z.record(z.string(), z.json()).optional().describe('Further claims of the token.'),
  groups: z
    .array(z.string().min(1).max(MAX_NAME_CHARACTERS))
    .max(MAX_GROUPS)
    .optional()
    .describe('Default: as the claims say.'),
  mfa: z.boolean().optional().describe('Default: as the claims say.'),
  dpop: z
    .boolean()
    .optional()
    .describe('They hold the key that the token is bound to. Default: they do not.'),
  sourceIp: z
    .string()
    .refine((text) => clientAddress(text) === text, 'is not an IPv4 or IPv6 address')
    .optional()
    .describe('Where the request would come from. Default: unknown.'),
  at: Timestamp.optional().describe('When the request would come, ISO 8601 in UTC. Default: now.'),
});

export const ExplainRequest = CredentialsRequest.extend({
  as: As.optional().describe(
    'Whom to explain, in place of the caller. Only for callers with a grant of the permission explain.',
  ),
});

const Seen = z
  .unknown()
  .describe('What was seen of the caller; null where there is nothing. Long values are cut.');
const PolicyItem = z.strictObject({ index: z.int(), pattern: z.string() });

const Reason = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('grant'),
      grant: z.string(),
      role: z.string(),
      passed: z.boolean(),
      tests: z.array(z.strictObject({ test: z.enum(GRANT_TESTS), passed: z.boolean(), seen: Seen })),
    })
    .describe('A grant of the role that was considered, and the tests that it puts a request to.'),
  z
    .strictObject({
      kind: z.literal('claim'),
      variable: z.string(),
      claim: z.string(),
      why: z.enum(['missing', 'not_text', 'unsafe', 'pattern']),
      seen: Seen,
    })
    .describe('A claim that cannot fill a variable of the session policy.'),
  z
    .strictObject({
      kind: z.literal('statement'),
      statement: z.int().describe('Index in the policy of the request.'),
      reason: z.string(),
      action: PolicyItem.optional(),
      resource: PolicyItem.optional(),
    })
    .describe('A statement of the policy of the request that is not provably within the grant.'),
  z
    .strictObject({ kind: z.literal('size'), bytes: z.int(), bytesLeft: z.int().describe('Negative.') })
    .describe('A policy that is larger than STS accepts.'),
]);

export const ExplainResponse = z.strictObject({
  decision: z
    .enum(['allow', 'deny', 'step_up'])
    .describe('step_up: yes, after stronger or fresher authentication.'),
  refusedWith: z.string().optional().describe('The code with which POST /v1/credentials would refuse.'),
  grant: z.string().optional().describe('The grant that would give it.'),
  reasons: z.array(Reason),
  policy: SessionPolicyBody.optional(),
  policyBytes: z.int().optional(),
  policyBytesLeft: z.int().optional().describe('What STS has room for beyond that.'),
  expiration: Timestamp.optional().describe('When the credentials would stop working; ISO 8601 in UTC.'),
  nearestMiss: z
    .strictObject({ grant: z.string(), failed: z.array(z.enum(GRANT_TESTS)) })
    .optional()
    .describe(
      'The grant that came furthest, and which of its tests failed; none when only the policy stands in the way.',
    ),
  requestId: z.string(),
});
