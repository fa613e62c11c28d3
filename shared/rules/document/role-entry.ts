// A role as people write it: by its whole ARN, or by the account's alias and the role's name.
import * as z from 'zod';
import { AccountAlias, RoleArn } from '../../kernel/names.ts';
import { RAM_NAME } from '../values/ram-member.ts';
import { Role } from '../values/role.ts';

const ARN_HELP = 'give roleArn, or account and roleName: one of them';

const { id, roleArn, ...more } = Role.shape;

export const RoleEntry = z
  .strictObject({
    id,
    roleArn: roleArn.optional(),
    account: AccountAlias.optional().describe('The alias of an entry of accounts, in place of roleArn.'),
    roleName: z
      .string()
      .regex(RAM_NAME, 'write the name of the role alone')
      .optional()
      .describe('With account: the name of the RAM role.'),
    ...more,
  })
  .refine(
    ({ roleArn: arn, account, roleName }) =>
      arn === undefined
        ? account !== undefined && roleName !== undefined
        : (account ?? roleName) === undefined,
    // Beside another fault, such as a misspelled key, it would only repeat it.
    { error: ARN_HELP, when: ({ issues }) => issues.length === 0 },
  );
export type RoleEntry = z.infer<typeof RoleEntry>;

/** `accounts`: alias → account id. Undefined when the role names an account that has no entry. */
export function toRole(
  { roleArn: written, account, roleName, ...rest }: RoleEntry,
  accounts: ReadonlyMap<string, string>,
): Role | undefined {
  const owner = account === undefined ? undefined : accounts.get(account);
  const arn = written ?? RoleArn.safeParse(`acs:ram::${owner}:role/${roleName}`).data;
  const { id: own, ...terms } = rest;
  return arn === undefined ? undefined : { id: own, roleArn: arn, ...terms };
}
