// A document is stored with its defaults filled in and its order kept, as vend reads it back.
import { describe, expect, it } from 'vitest';
import { StoredGrant } from '../../../shared/rules/document/stored-grant.ts';
import { accepted, edited, expectFault, faultsOf, roleGrants, VALID } from './documents.ts';

const grant = (text: string, position: number) => roleGrants(text)[position];

describe('compile', () => {
  it.each([
    ['anyone: true', { kind: 'any' }],
    ['subject: alice', { kind: 'sub', name: 'alice' }],
    ['group: "a|b"', { kind: 'group', name: 'a|b' }],
  ])('turns a grant to %s into its selector', (to, principal) => {
    expect(accepted(edited('anyone: true', to)).grants[0]?.selector).toEqual({
      provider: 'app-users',
      principal,
    });
  });

  it('takes the duration of the grant, or else that of its role', () => {
    expect(grant(VALID, 0)?.maxDurationSeconds).toBe(1800);
    expect(grant(VALID, 1)?.maxDurationSeconds).toBe(3600);
    expect(grant(edited('    maxDurationSeconds: 3600\n', ''), 1)?.maxDurationSeconds).toBe(3600);
  });

  it('numbers grants in the order of the document', () => {
    expect(accepted(VALID).grants.map(({ grant: { id, order } }) => [id, order])).toEqual([
      ['own-prefix', 0],
      ['staff', 1],
    ]);
  });

  it('makes grants that vend reads back unchanged', () => {
    for (const { grant: compiled } of accepted(VALID).grants)
      expect(StoredGrant.parse(JSON.parse(JSON.stringify(compiled)))).toEqual(compiled);
  });

  it.each([
    [
      'an action that RAM does not know how to read',
      edited('oss:PutObject', 'PutObject'),
      23,
      'grants[0].sessionPolicy.document.Statement[0].Action[0]',
    ],
    ['an unknown effect', edited('Effect: Allow', 'Effect: Alow'), 22, 'must be "Allow" or "Deny"'],
    ['no version', edited('Version: "1"', 'Version: "2"'), 20, 'sessionPolicy.document.Version'],
    [
      'an undeclared variable',
      edited('${user}', '${usr}'),
      24,
      'uses a variable that is not declared under variables: "usr"',
    ],
    [
      'an unused variable',
      edited('${user}/', ''),
      18,
      'variables.user: declares a variable that it does not use',
    ],
    [
      'a pattern with a group',
      edited('[A-Za-z0-9_-]{1,64}', '(a|b)+'),
      18,
      'sessionPolicy.variables.user.pattern',
    ],
    [
      'a policy too long for STS',
      edited(
        'media/users',
        'm'.repeat(1000),
        edited(
          '[oss:PutObject, oss:GetObject]',
          `[${Array.from({ length: 60 }, (_, i) => `oss:PutObjectNumber${i}`)}]`,
        ),
      ),
      19,
      'STS accepts 2048',
    ],
  ])('refuses a session policy with %s', (_name, text, line, says) => {
    expectFault(text, line, says);
  });

  it('accepts a session policy of 2,048 bytes without its variables, and no longer one', () => {
    const literal = {
      Version: '1',
      Statement: [
        { Effect: 'Allow', Action: ['oss:PutObject', 'oss:GetObject'], Resource: 'acs:oss:*:*://*' },
      ],
    };
    const room = 2048 - JSON.stringify(literal).length;
    const prefix = (length: number) => edited('media/users', 'm'.repeat(length));
    expect(faultsOf(prefix(room))).toEqual([]);
    expectFault(prefix(room + 1), 19, 'it has 2049 bytes without its variables');
  });
});
