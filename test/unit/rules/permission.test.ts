// A grant of a permission is stored, read back and shown as it was written, and carries no constraints of credentials.
import { describe, expect, it } from 'vitest';
import { StoredGrant } from '../../../shared/rules/document/stored-grant.ts';
import { diffAccess, formatChange } from '../../../shared/rules/review/diff.ts';
import { accepted, edited, expectFault, type FaultCase, faultsOf, VALID } from './documents.ts';

const permitted = (more = '') => `${VALID}  - id: support
    to: { provider: app-users, group: support }
    permission: explain
${more}`;

describe('a grant of a permission', () => {
  it('is stored as it is, to its recipient, and vend reads it back unchanged', () => {
    const { selector, grant } = accepted(permitted('    when: subject == "ann"\n')).grants[2] ?? {};
    expect(selector).toEqual({ provider: 'app-users', principal: { kind: 'group', name: 'support' } });
    const wanted = {
      id: 'support',
      order: 2,
      permission: 'explain',
      when: 'subject == "ann"',
      constraints: {},
    };
    expect(grant).toEqual(wanted);
    expect(StoredGrant.parse(JSON.parse(JSON.stringify(grant)))).toEqual(wanted);
  });

  it('cannot be read with constraints of credentials, whoever stored it', () => {
    const stored = { id: 'a', order: 0, permission: 'explain', constraints: { withinToken: true } };
    expect(StoredGrant.safeParse(stored).success).toBe(false);
  });

  it('shows in what apply would change', () => {
    const changes = diffAccess(accepted(VALID), accepted(permitted())).map(formatChange);
    expect(changes).toEqual(['+ grant support: group "support" of app-users may explain']);
  });

  it.each(['sourceIp: [203.0.113.0/24]', 'mfa: true', 'maxAuthAgeSeconds: 600'])(
    'may say %s',
    (constraint) => {
      expect(faultsOf(permitted(`    constraints: { ${constraint} }\n`))).toEqual([]);
    },
  );

  const CASES: readonly FaultCase[] = [
    [
      'another permission',
      edited('explain', 'everything', permitted()),
      32,
      'write permission: explain, or leave',
    ],
    ['no value', edited(' explain', '', permitted()), 32, 'write permission: explain, or leave it out'],
    ['a role as well', permitted('    role: media-uploader\n'), 33, 'remove or correct the unknown key role'],
    ['a session policy', permitted('    sessionPolicy: inherit\n'), 33, 'unknown key sessionPolicy'],
    ['a duration', permitted('    maxDurationSeconds: 900\n'), 33, 'unknown key maxDurationSeconds'],
    ['a pin', permitted('    constraints: { pinSourceIp: true }\n'), 33, 'unknown key pinSourceIp'],
    ['withinToken', permitted('    constraints: { withinToken: true }\n'), 33, 'unknown key withinToken'],
    [
      'a provider that is not there',
      edited('app-users, group: support', 'x, group: y', permitted()),
      31,
      'name an entry',
    ],
    ['a condition that is none', permitted('    when: subject\n'), 33, 'make the condition a comparison'],
  ];

  it.each(CASES)('is refused with %s', (_, text, line, says) => expectFault(text, line, says));

  it('shares the ids of all grants', () => {
    expectFault(edited('id: support', 'id: staff', permitted()), 30, 'give it an id of its own');
  });
});
