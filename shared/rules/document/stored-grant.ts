// One grant as stored in an attribute column of `access`: JSON, written by apply, read by vend.
import * as z from 'zod';
import { GrantId, Revision, RoleId } from '../../kernel/names.ts';
import { Constraints, EFFECTIVE_SECONDS, RequestConstraints } from '../values/constraints.ts';
import { ConditionText } from '../values/grant-condition.ts';

const MAX_PATTERN_CHARACTERS = 200;
const MAX_VARIABLES = 10;
const VARIABLE_HELP = 'use 1 to 32 letters and digits for the name, beginning with a-z';

const Variable = z.strictObject({
  claim: z.string().min(1).max(255),
  pattern: z.string().min(1).max(MAX_PATTERN_CHARACTERS),
});

export const SessionPolicyTemplate = z.strictObject({
  variables: z
    .record(z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/, VARIABLE_HELP), Variable)
    .default({})
    .refine(
      (variables) => Object.keys(variables).length <= MAX_VARIABLES,
      `at most ${MAX_VARIABLES} variables`,
    ),
  document: z.record(z.string(), z.json()).describe('A RAM policy; ${name} stands for a variable.'),
});
export type SessionPolicyTemplate = z.infer<typeof SessionPolicyTemplate>;

const Common = z.strictObject({
  id: GrantId,
  /** Position in the document: the tie-break between grants of the same specificity. */
  order: z.int().min(0),
  /** The revision with which the grant came in as it is now; apply sets it. */
  since: Revision.optional(),
  when: ConditionText.optional(),
});

export const StoredRoleGrant = Common.extend({
  role: RoleId,
  maxDurationSeconds: z.int().min(EFFECTIVE_SECONDS.min).max(EFFECTIVE_SECONDS.max),
  sessionPolicy: z.union([z.literal('inherit'), SessionPolicyTemplate]),
  allowIdentityActions: z.boolean().optional(),
  constraints: Constraints,
});
export type StoredRoleGrant = z.infer<typeof StoredRoleGrant>;

/** What a grant can give in place of a role. `explain`: to ask what anybody may take, and why. */
export const Permission = z.enum(['explain']);
export type Permission = z.infer<typeof Permission>;

const StoredPermissionGrant = Common.extend({ permission: Permission, constraints: RequestConstraints });

export const StoredGrant = z.union([StoredRoleGrant, StoredPermissionGrant]);
export type StoredGrant = z.infer<typeof StoredGrant>;
