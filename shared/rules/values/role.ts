// A RAM role that Stint may hand out, as stored in `catalog`.
import * as z from 'zod';
import { RoleArn, RoleId } from '../../kernel/names.ts';

/** STS, "AssumeRole": 900 s to the role's MaxSessionDuration, which is at most 43,200 s (RAM, "CreateRole"). */
export const STS_DURATION_SECONDS = { min: 900, max: 43_200, default: 3_600 } as const;

/** STS AssumeRole, parameter ExternalId: 2 to 1,224 characters. */
const ExternalId = z
  .string()
  .min(2)
  .max(1224)
  .regex(/^[\w+=,.@:/-]*$/, 'use letters, digits and _+=,.@:/- only');

const MAX_DESCRIPTION_CHARACTERS = 200;
const MAX_PROJECT_CHARACTERS = 60;

export const Role = z.strictObject({
  id: RoleId,
  roleArn: RoleArn,
  externalId: ExternalId.optional(),
  maxDurationSeconds: z
    .int()
    .min(STS_DURATION_SECONDS.min)
    .max(STS_DURATION_SECONDS.max)
    .default(STS_DURATION_SECONDS.default)
    .describe('At most the RAM role’s own MaxSessionDuration.'),
  description: z.string().max(MAX_DESCRIPTION_CHARACTERS).default(''),
  project: z
    .string()
    .trim()
    .min(1)
    .max(MAX_PROJECT_CHARACTERS)
    .optional()
    .describe('The project of the role. The portal shows the roles of one project together.'),
});
export type Role = z.infer<typeof Role>;
