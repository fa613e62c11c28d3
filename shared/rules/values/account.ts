// A name for an Alibaba Cloud account, for documents, answers and the portal. It gives nothing: roles are what is given.
import * as z from 'zod';
import { AccountAlias } from '../../kernel/names.ts';
import { ACCOUNT_ID } from './ram-member.ts';

const MAX_NAME_CHARACTERS = 60;

export const Account = z.strictObject({
  id: z
    .string('write the account id in quotes')
    .regex(ACCOUNT_ID, 'write the digits of the account id, in quotes')
    .describe('The digits of the account id, in quotes.'),
  alias: AccountAlias.describe('The name that roles use, as in account: prod.'),
  name: z
    .string()
    .trim()
    .min(1)
    .max(MAX_NAME_CHARACTERS)
    .optional()
    .describe('The name that people see beside the roles of the account. Default: the alias.'),
});
export type Account = z.infer<typeof Account>;

/** The name that people see. */
export const shownAs = ({ alias, name }: Account): string => name ?? alias;
