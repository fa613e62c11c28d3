// A RAM policy of which the access document keeps a copy, and how a grant refers to it. RAM's own policies change without
// notice, and a grant must not.
import * as z from 'zod';

/** RAM, "CreatePolicy", PolicyName. */
export const PolicyName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,128}$/, 'write the name of a RAM policy: 1 to 128 letters, digits and -');

export const PolicyType = z.enum(['System', 'Custom']);
export type PolicyType = z.infer<typeof PolicyType>;

export const PinnedPolicy = z.strictObject({
  name: PolicyName.describe('The name of the policy in RAM; grants refer to it by policyFrom.'),
  type: PolicyType.describe('System: made by Alibaba Cloud. Custom: made in the account.'),
  version: z
    .string()
    .regex(/^v[1-9]\d{0,8}$/, 'write the version as RAM does, as in v3')
    .describe('The default version when the policy was fetched.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'write the SHA-256 of the policy in hex, as stint policy fetch prints it')
    .describe('The hash of the document in its canonical form; stint policy fetch writes it.'),
  document: z.record(z.string(), z.json()).describe('The policy itself.'),
});
export type PinnedPolicy = z.infer<typeof PinnedPolicy>;

/** More are a mistake; apply asks RAM for each of them. */
export const MAX_PINNED_POLICIES = 100;

/** RAM's largest custom policy has 6,144 characters, which hold hardly more actions. */
const MAX_ACTIONS = 200;
/** No part is empty: `rds::Modify*` is no action of any service. */
const ACTION = /^[A-Za-z0-9-]{1,64}(?::[A-Za-z0-9*?_./-]{1,128})+$/;
const MAX_ACTION_CHARACTERS = 193;

export const PolicyReference = z.strictObject({
  policyFrom: PolicyName.describe('The name of an entry of policies.'),
  only: z
    .array(
      z.string().max(MAX_ACTION_CHARACTERS).regex(ACTION, 'write it as service:Operation, as in arms:Get*'),
    )
    .min(1)
    .max(MAX_ACTIONS)
    .optional()
    .describe('Reduces the policy to these actions. Default: every action that it allows.'),
});
export type PolicyReference = z.infer<typeof PolicyReference>;
