// The access document as people write it: who may take which role. Unknown keys are refused everywhere, because a
// restriction that is silently ignored grants more than its author meant.
import * as z from 'zod';
import { GrantId, ProviderId, RoleId } from '../../kernel/names.ts';
import { SignOn } from '../sign-on/sign-on.ts';
import { Account } from '../values/account.ts';
import { Constraints, EFFECTIVE_SECONDS, RequestConstraints } from '../values/constraints.ts';
import { ConditionText } from '../values/grant-condition.ts';
import { PrincipalName } from '../values/principal-key.ts';
import { AccessTest } from './access-test.ts';
import { MAX_PINNED_POLICIES, PinnedPolicy, PolicyReference } from './pinned-policy.ts';
import { Provider } from './provider.ts';
import { RoleEntry } from './role-entry.ts';
import { Permission, SessionPolicyTemplate } from './stored-grant.ts';

const TO_HELP = 'give provider and exactly one of subject: <name>, group: <name> or anyone: true';
const SESSION_POLICY_HELP =
  'give variables and document, or policyFrom, or write sessionPolicy: inherit to hand over everything that the role may do';

const PERMISSION_HELP = 'write permission: explain, or leave it out and give role and sessionPolicy';

const To = z.union(
  [
    z.strictObject({
      provider: ProviderId,
      anyone: z.literal(true).describe('Every caller of this provider.'),
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

export const GrantEntry = z.strictObject({
  id: GrantId.describe('The name of the grant in answers, the log and the audit trail.'),
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
    .union([z.literal('inherit'), SessionPolicyTemplate, PolicyReference], SESSION_POLICY_HELP)
    .describe('The limit of the credentials. Required: leaving it out would hand over the whole role.'),
  allowIdentityActions: z
    .boolean()
    .optional()
    .describe(
      'The session policy may allow actions of sts and ram. Without it they are denied, whatever the role may do.',
    ),
  constraints: Constraints.default({}),
  /** Tells this kind of grant from the other. */
  permission: z.undefined().optional(),
});
export type GrantEntry = z.infer<typeof GrantEntry>;

export const PermissionGrantEntry = z.strictObject({
  ...GrantEntry.pick({ id: true, to: true, when: true }).shape,
  permission: Permission.describe(
    'explain: ask which role any caller may take, and why. Gives no credentials.',
  ),
  constraints: RequestConstraints.default({}),
});
export type PermissionGrantEntry = z.infer<typeof PermissionGrantEntry>;

const MAX_OWNER_CHARACTERS = 200;
/** vend keeps them all in memory. */
const MAX_ACCOUNTS = 1_000;
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
      .describe('The owner of this file; stint plan shows it.'),
    providers: z.array(Provider).default([]).describe('The providers whose callers Stint accepts.'),
    accounts: z
      .array(Account)
      .max(MAX_ACCOUNTS)
      .default([])
      .describe('Names of Alibaba Cloud accounts, for roles and for people.'),
    roles: z.array(RoleEntry).default([]).describe('RAM roles that Stint may hand out.'),
    policies: z
      .array(PinnedPolicy)
      .max(MAX_PINNED_POLICIES)
      .default([])
      .describe('Copies of RAM policies, made by stint policy fetch, for grants to refer to.'),
    grants: z
      .array(z.discriminatedUnion('permission', [GrantEntry, PermissionGrantEntry], PERMISSION_HELP))
      .default([])
      .describe('Who may take which role. Stint refuses every request that no grant allows.'),
    signOn: SignOn.optional().describe('How people sign in at the portal. Without it, nobody can sign in.'),
    tests: z
      .array(AccessTest)
      .max(MAX_TESTS)
      .default([])
      .describe('Tests that must pass. stint apply refuses the document if one fails.'),
  })
  .meta({ title: 'Stint access document' });
export type AccessDocument = z.infer<typeof AccessDocument>;
