// The access document as people write it: who may take which role. Unknown keys are refused everywhere, because a
// restriction that is silently ignored grants more than its author meant.
import * as z from 'zod';
import { GrantId, ProviderId, RoleId } from '../kernel/names.ts';
import { AccessTest } from './access-test.ts';
import { ConditionText } from './condition-text.ts';
import { Constraints, EFFECTIVE_SECONDS } from './constraints.ts';
import { PrincipalName } from './principal-name.ts';
import { Provider } from './provider.ts';
import { Role } from './role.ts';
import { SessionPolicyTemplate } from './stored-grant.ts';

const TO_HELP = 'give provider and exactly one of subject: <name>, group: <name> or anyone: true';
const SESSION_POLICY_HELP =
  'give variables and document, or write sessionPolicy: inherit to hand over everything that the role may do';

const To = z.union(
  [
    z.strictObject({
      provider: ProviderId,
      anyone: z.literal(true).describe('Whoever this provider vouches for.'),
    }),
    z.strictObject({
      provider: ProviderId,
      subject: PrincipalName.describe('The value of the provider’s subject claim, byte for byte.'),
    }),
    z.strictObject({
      provider: ProviderId,
      group: PrincipalName.describe('One value of the provider’s groups claim, byte for byte.'),
    }),
  ],
  TO_HELP,
);

export const Grant = z.strictObject({
  id: GrantId.describe('Appears in answers, the log and the audit trail.'),
  to: To.describe('Who receives the grant.'),
  when: ConditionText.optional(),
  role: RoleId.describe('The id of an entry of roles.'),
  maxDurationSeconds: z
    .int()
    .min(EFFECTIVE_SECONDS.min)
    .max(EFFECTIVE_SECONDS.max)
    .optional()
    .describe('The longest life of the credentials. Default and upper bound: the role’s maxDurationSeconds.'),
  sessionPolicy: z
    .union([z.literal('inherit'), SessionPolicyTemplate], SESSION_POLICY_HELP)
    .describe(
      'What the credentials are limited to. Required: leaving it out would hand over the whole role.',
    ),
  constraints: Constraints.default({}),
});
export type Grant = z.infer<typeof Grant>;

const MAX_OWNER_CHARACTERS = 200;
const MAX_TESTS = 10_000;

/** One file. The lists may be left out where another file of the same folder has them. */
export const AccessDocument = z
  .strictObject({
    version: z.literal(1),
    owner: z
      .string()
      .min(1)
      .max(MAX_OWNER_CHARACTERS)
      .optional()
      .describe('Who answers for this file; shown by stint plan.'),
    providers: z.array(Provider).default([]).describe('Identity providers whose tokens are accepted.'),
    roles: z.array(Role).default([]).describe('RAM roles that may be handed out.'),
    grants: z.array(Grant).default([]).describe('Who may take which role. What no grant gives is refused.'),
    tests: z
      .array(AccessTest)
      .max(MAX_TESTS)
      .default([])
      .describe('What must hold. stint apply refuses when one fails.'),
  })
  .meta({ title: 'Stint access document' });
export type AccessDocument = z.infer<typeof AccessDocument>;
