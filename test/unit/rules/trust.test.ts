// Each caller by account belongs to one provider, which trusts it.
import { describe, expect, it } from 'vitest';
import { diffAccess, formatChange } from '../../../shared/rules/review/diff.ts';
import { accepted, edited, expectFault, type FaultCase, faultsOf, VALID } from './documents.ts';

const PARTNERS = `  - id: partners
    kind: aliyun
    trust:
      - { account: "6543210987654321", role: ci }
      - { account: "1111222233334444" }
roles:`;
const TRUSTING = edited('roles:', PARTNERS);
const grantTo = (to: string) => edited('app-users, group: staff', `partners, ${to}`, TRUSTING);
const trusting = (trust: string) => edited('account: "6543210987654321", role: ci', trust, TRUSTING);
const besides = (trust: string) =>
  edited('roles:', `  - { id: more, kind: aliyun, trust: [{ ${trust} }] }\nroles:`, TRUSTING);

describe('a provider of kind aliyun', () => {
  it.each([
    ['a trusted role', 'subject: "6543210987654321:role/ci"'],
    ['a user of a trusted account', 'subject: "1111222233334444:user/ada"'],
    ['the root of a trusted account', 'subject: "1111222233334444:root"'],
    ['anyone', 'anyone: true'],
  ])('may have a grant to %s', (_, to) => {
    expect(faultsOf(grantTo(to))).toEqual([]);
  });

  const CASES: readonly FaultCase[] = [
    ['a grant to an ARN', grantTo('subject: "acs:ram::6543210987654321:role/ci"'), 32, 'no ARN, no session'],
    ['a grant to a session', grantTo('subject: "6543210987654321:role/ci/build"'), 32, 'no ARN, no session'],
    [
      'a grant to another role',
      grantTo('subject: "6543210987654321:role/cd"'),
      32,
      'whom provider partners trusts',
    ],
    [
      'a grant to a user of its name',
      grantTo('subject: "6543210987654321:user/ci"'),
      32,
      'whom provider partners',
    ],
    ['a grant to a group', grantTo('group: staff'), 32, 'callers by account are in no group'],
    ['an account without quotes', trusting('account: 6543210987654321'), 10, 'in quotes'],
    ['an account of letters', trusting('account: "acme"'), 10, 'in quotes'],
    ['a role by its ARN', trusting('account: "1", role: "acs:ram::1:role/ci"'), 10, 'write the name alone'],
    ['a role and a user at once', trusting('account: "1", role: ci, user: ci'), 10, 'write two entries'],
    ['a wildcard', trusting('account: "1", role: "*"'), 10, 'write the name alone'],
    [
      'an issuer',
      edited('kind: aliyun', 'kind: aliyun\n    issuer: https://x.example', TRUSTING),
      9,
      'issuer',
    ],
    [
      'nobody trusted',
      edited(/trust:[\s\S]*?roles:/.exec(TRUSTING)?.[0] ?? '', 'trust: []\nroles:', TRUSTING),
      9,
      'trust',
    ],
    [
      'a caller of two providers',
      besides('account: "6543210987654321", role: ci'),
      12,
      'providers[1].trust[0] has the same',
    ],
    [
      'a role of a trusted account',
      besides('account: "1111222233334444", role: x'),
      12,
      'providers[1].trust[1] has the same',
    ],
    ['an account of a trusted role', besides('account: "6543210987654321"'), 12, 'list them at one'],
  ];
  it.each(CASES)('may not have %s', (_, text, line, says) => expectFault(text, line, says));

  it('may trust another role of the account than its neighbour', () => {
    expect(faultsOf(besides('account: "6543210987654321", role: cd'))).toEqual([]);
  });

  it('is said by whom it trusts, and every change of that is', () => {
    const changes = (before: string, after: string) =>
      diffAccess(accepted(before), accepted(after)).map(formatChange);
    expect(changes(VALID, TRUSTING)).toEqual([
      '+ provider partners: trusts role ci of account 6543210987654321, account 1111222233334444',
    ]);
    expect(changes(TRUSTING, trusting('account: "6543210987654321", user: ci'))).toEqual([
      '~ provider partners: trust changed',
      '- trust partners/role ci of account 6543210987654321: these callers are refused',
    ]);
  });
});
