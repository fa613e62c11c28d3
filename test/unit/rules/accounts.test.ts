// Accounts have one name each, and a role may say its account by that name. Documents without names mean what they meant.
import { describe, expect, it } from 'vitest';
import { exportDocuments } from '../../../shared/rules/review/export-document.ts';
import { lintDocument } from '../../../shared/rules/review/lint-document.ts';
import { must } from '../../contract/must.ts';
import { accepted, acceptedDocument, edited, expectFault, type FaultCase, VALID } from './documents.ts';

const ACCOUNTS = `accounts:
  - { id: "1234567890123456", alias: prod, name: Production }
`;
const SHORT = edited(
  'roleArn: acs:ram::1234567890123456:role/media-uploader',
  'account: prod\n    roleName: media-uploader',
);
const NAMED = `${SHORT}${ACCOUNTS}`;

describe('a role of a named account', () => {
  it('is the same role as by its ARN', () => {
    const { accounts, ...rules } = accepted(NAMED);
    expect(rules).toEqual(accepted(VALID));
    expect(accounts).toEqual([{ id: '1234567890123456', alias: 'prod', name: 'Production' }]);
  });

  it('may have its account in another file, and its whole ARN', () => {
    expect(accepted(`${VALID}${ACCOUNTS}`).roles).toEqual(accepted(VALID).roles);
    const elsewhere = VALID.replaceAll('1234567890123456', '6543210987654321');
    expect(accepted(`${elsewhere}${ACCOUNTS}`).roles[0]?.roleArn).toContain('6543210987654321');
  });

  it('is written by its name when it is exported', () => {
    const { access } = acceptedDocument(`${VALID}${ACCOUNTS}`);
    const [{ text }] = must(exportDocuments({ access, supplement: access, comment: 'x' }));
    expect(text).toContain('    account: prod\n    roleName: media-uploader\n');
    expect(text).not.toContain('roleArn');
  });

  const role = (more: string) => edited('    externalId', `${more}    externalId`, VALID);
  it.each<FaultCase>([
    ['an account without an entry', SHORT, 9, 'name the alias of an entry of accounts (none is defined)'],
    ['another alias', edited('account: prod', 'account: prd', NAMED), 9, 'accounts (prod)'],
    ['both forms', `${role('    account: prod\n')}${ACCOUNTS}`, 8, 'give roleArn, or account and roleName'],
    [
      'no name of the role',
      edited('    roleName: media-uploader\n', '', NAMED),
      8,
      'give roleArn, or account',
    ],
    [
      'neither',
      edited('    roleArn: acs:ram::1234567890123456:role/media-uploader\n', ''),
      8,
      'give roleArn',
    ],
    [
      'a name with a path',
      edited('roleName: media', 'roleName: a/media', NAMED),
      10,
      'the name of the role alone',
    ],
    [
      'one alias twice',
      `${NAMED}  - { id: "6543210987654321", alias: prod }\n`,
      33,
      'give the account an alias of its own',
    ],
    ['one account twice', `${NAMED}  - { id: "1234567890123456", alias: p2 }\n`, 33, 'list an account once'],
    [
      'an id that is a number',
      edited('id: "1234567890123456", alias', 'id: 1234567890123456, alias', NAMED),
      32,
      'in quotes',
    ],
    [
      'one role in both forms',
      edited(
        'grants:',
        '  - { id: twin, roleArn: "acs:ram::1234567890123456:role/media-uploader" }\ngrants:',
        NAMED,
      ),
      13,
      'list a role ARN once',
    ],
  ])('is refused with %s', (_, text, line, says) => {
    expectFault(text, line, says);
  });
});

describe('lint', () => {
  const codes = (text: string) => lintDocument(acceptedDocument(text).document).map(({ code }) => code);

  it('warns of an account without a role, and of no role without an account', () => {
    expect(codes(NAMED)).not.toContain('unused-account');
    expect(codes(`${VALID}${ACCOUNTS}`)).not.toContain('unused-account');
    expect(codes(`${VALID}accounts:\n  - { id: "9", alias: other }\n`)).toContain('unused-account');
  });
});
