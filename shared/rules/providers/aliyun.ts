// Accounts of Alibaba Cloud whose users and roles may call: STS itself says who signed (GetCallerIdentity).
import * as z from 'zod';
import { ACCOUNT_ID, RAM_NAME } from '../values/ram-member.ts';
import { PROVIDER_FIELDS } from './fields.ts';

/** Searched for each caller; more entries than this should be several providers. */
const MAX_TRUSTED = 200;

const Name = z.string().regex(RAM_NAME, 'write the name alone, without acs:ram: and without the session');

const Trust = z
  .strictObject({
    account: z
      .string('write the account id in quotes')
      .regex(ACCOUNT_ID, 'write the digits of the account id, in quotes'),
    user: Name.optional().describe('Only this RAM user; compared byte for byte.'),
    role: Name.optional().describe('Only this RAM role, with any session name; compared byte for byte.'),
  })
  .refine(({ user, role }) => user === undefined || role === undefined, {
    message: 'name a user or a role; for both, write two entries',
  });

export const AliyunProvider = z.strictObject({
  id: PROVIDER_FIELDS.id,
  kind: z.literal('aliyun'),
  trust: z
    .array(Trust)
    .min(1)
    .max(MAX_TRUSTED)
    .describe(
      'The callers to trust: every user and role of an account and the account itself, or one user or role.',
    ),
  limits: PROVIDER_FIELDS.limits,
});
export type AliyunProvider = z.infer<typeof AliyunProvider>;
