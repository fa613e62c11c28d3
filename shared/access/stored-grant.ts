// One grant as stored in an attribute column of `access`: JSON, written by apply, read by vend.
import * as z from 'zod';
import { GrantId, RoleId } from '../kernel/names.ts';
import { STS_DURATION_SECONDS } from './role.ts';

/** Under 60 s clock differences would eat the credentials' life. */
export const EFFECTIVE_SECONDS = { min: 60, max: STS_DURATION_SECONDS.max } as const;

const MAX_PATTERN_CHARACTERS = 200;
const MAX_VARIABLES = 10;

const Variable = z.strictObject({
  claim: z.string().min(1).max(255),
  pattern: z.string().min(1).max(MAX_PATTERN_CHARACTERS),
});

export const SessionPolicyTemplate = z.strictObject({
  variables: z
    .record(z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/), Variable)
    .default({})
    .refine(
      (variables) => Object.keys(variables).length <= MAX_VARIABLES,
      `at most ${MAX_VARIABLES} variables`,
    ),
  document: z.record(z.string(), z.json()).describe('A RAM policy; ${name} stands for a variable.'),
});
export type SessionPolicyTemplate = z.infer<typeof SessionPolicyTemplate>;

export const Constraints = z.strictObject({
  effectiveSeconds: z
    .int()
    .min(EFFECTIVE_SECONDS.min)
    .max(EFFECTIVE_SECONDS.max)
    .optional()
    .describe('The credentials stop working after this, whatever STS says.'),
  mfa: z.boolean().optional().describe('The caller must have used a second factor (amr, RFC 8176).'),
});
export type Constraints = z.infer<typeof Constraints>;

export const StoredGrant = z.strictObject({
  id: GrantId,
  /** Position in the document: the tie-break between grants of the same specificity. */
  order: z.int().min(0),
  role: RoleId,
  maxDurationSeconds: z.int().min(EFFECTIVE_SECONDS.min).max(EFFECTIVE_SECONDS.max),
  sessionPolicy: z.union([z.literal('inherit'), SessionPolicyTemplate]),
  constraints: Constraints,
});
export type StoredGrant = z.infer<typeof StoredGrant>;
