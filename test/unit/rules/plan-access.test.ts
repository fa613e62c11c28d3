// apply tells who gains and loses which role, permissions and limits, and nothing of what stays the same for people.
import { describe, expect, it } from 'vitest';
import { formatAccessChange, planAccess } from '../../../shared/rules/review/plan-access.ts';
import { accepted, edited, VALID } from './documents.ts';

const NOTHING = { providers: [], roles: [], grants: [] };
const said = (before: string, after: string): readonly string[] =>
  planAccess(accepted(before), accepted(after)).flatMap((change) => formatAccessChange(change).split('\n'));

const OWN = 'anyone of app-users keeps role media-uploader';
const EVERY_OBJECT = 'Resource: "acs:oss:*:*:media/users/${user}/*"';

describe('planAccess', () => {
  it('says of a first document who gains what', () => {
    expect(
      planAccess(NOTHING, accepted(VALID)).flatMap((change) => formatAccessChange(change).split('\n')),
    ).toEqual([
      '+ anyone of app-users gains role media-uploader (grant own-prefix)',
      '    + oss:PutObject, oss:GetObject on acs:oss:*:*:media/users/${user}/*',
      '    maxDurationSeconds 1800',
      '    effectiveSeconds 300',
      '+ group "staff" of app-users gains role media-uploader (grant staff)',
      '    + all that the RAM role may do',
      '    maxDurationSeconds 3600',
    ]);
  });

  it('says nothing of what only looks different, has another id or stands elsewhere', () => {
    expect(said(VALID, VALID.replaceAll('"', "'"))).toEqual([]);
    expect(said(VALID, edited('id: staff', 'id: people'))).toEqual([]);
  });

  it.each([
    [
      'an action less',
      '[oss:PutObject, oss:GetObject]',
      '[oss:GetObject]',
      [`~ ${OWN}, narrower (grant own-prefix)`, '    - oss:PutObject on acs:oss:*:*:media/users/${user}/*'],
    ],
    [
      'an action more',
      '[oss:PutObject, oss:GetObject]',
      '[oss:PutObject, oss:GetObject, oss:DeleteObject]',
      [`~ ${OWN}, WIDER (grant own-prefix)`, '    + oss:DeleteObject on acs:oss:*:*:media/users/${user}/*'],
    ],
    [
      'a wildcard over the same actions',
      '[oss:PutObject, oss:GetObject]',
      '["oss:*Object"]',
      [`~ ${OWN}, WIDER (grant own-prefix)`, '    + oss:*Object on acs:oss:*:*:media/users/${user}/*'],
    ],
    [
      'another resource',
      EVERY_OBJECT,
      'Resource: "acs:oss:*:*:other/${user}/*"',
      [
        `~ ${OWN}, different permissions (grant own-prefix)`,
        '    + oss:PutObject, oss:GetObject on acs:oss:*:*:other/${user}/*',
        '    - oss:PutObject, oss:GetObject on acs:oss:*:*:media/users/${user}/*',
      ],
    ],
    [
      'the prefix of everybody',
      EVERY_OBJECT,
      'Resource: ["acs:oss:*:*:media/*", "acs:oss:*:*:x/${user}"]',
      [
        `~ ${OWN}, WIDER (grant own-prefix)`,
        '    + oss:PutObject, oss:GetObject on acs:oss:*:*:media/*, acs:oss:*:*:x/${user}',
      ],
    ],
    [
      'a condition more',
      EVERY_OBJECT,
      `${EVERY_OBJECT}\n            Condition: { Bool: { "acs:SecureTransport": "true" } }`,
      [
        `~ ${OWN}, narrower (grant own-prefix)`,
        '    - oss:PutObject, oss:GetObject on acs:oss:*:*:media/users/${user}/*',
      ],
    ],
    [
      'a Deny more',
      EVERY_OBJECT,
      `${EVERY_OBJECT}\n          - { Effect: Deny, Action: oss:PutObject, Resource: "*" }`,
      [`~ ${OWN}, narrower (grant own-prefix)`, '    - oss:PutObject on acs:oss:*:*:media/users/${user}/*'],
    ],
    [
      'another pattern of the variable',
      '{1,64}',
      '{1,32}',
      [
        `~ ${OWN}, different permissions (grant own-prefix)`,
        '    + oss:PutObject, oss:GetObject on acs:oss:*:*:media/users/${user}/*',
        '    - oss:PutObject, oss:GetObject on acs:oss:*:*:media/users/${user, as before}/*',
      ],
    ],
    [
      'a shorter life',
      'Seconds: 1800',
      'Seconds: 900',
      [`~ ${OWN}, the same permissions (grant own-prefix)`, '    maxDurationSeconds 1800 → 900'],
    ],
    [
      'a constraint less',
      'constraints: { effectiveSeconds: 300 }',
      'constraints: {}',
      [`~ ${OWN}, the same permissions (grant own-prefix)`, '    effectiveSeconds 300 → none'],
    ],
    [
      'a condition for anyone',
      'anyone: true }',
      'anyone: true }\n    when: claims.a == 1',
      [`~ ${OWN}, the same permissions (grant own-prefix)`, '    when none → claims.a == 1'],
    ],
    [
      'another recipient',
      'group: staff',
      'subject: staff',
      [
        '- group "staff" of app-users loses role media-uploader (grant staff)',
        '    - all that the RAM role may do',
        '    maxDurationSeconds 3600',
        '+ "staff" of app-users gains role media-uploader (grant staff)',
        '    + all that the RAM role may do',
        '    maxDurationSeconds 3600',
      ],
    ],
  ])('says %s', (_name, from, to, lines) => {
    expect(said(VALID, edited(from, to))).toEqual(lines);
  });

  it('names a permission of Stint’s own as what it is', () => {
    const grants = `${VALID}  - { id: ask, to: { provider: app-users, group: ops }, permission: explain }\n`;
    expect(said(VALID, grants)).toEqual([
      '+ group "ops" of app-users gains the permission explain (grant ask)',
    ]);
  });

  it('says that a role stands for another RAM role, to everyone who has it', () => {
    expect(said(VALID, edited(':role/media-uploader', ':role/admin'))).toEqual([
      `~ ${OWN}, the same permissions (grant own-prefix)`,
      '    roleArn acs:ram::1234567890123456:role/media-uploader → acs:ram::1234567890123456:role/admin',
      '~ group "staff" of app-users keeps role media-uploader, the same permissions (grant staff)',
      '    roleArn acs:ram::1234567890123456:role/media-uploader → acs:ram::1234567890123456:role/admin',
    ]);
  });

  it('says when another grant gives the same role to the same callers', () => {
    const second = `${VALID}  - { id: more, to: { provider: app-users, group: staff }, role: media-uploader, sessionPolicy: inherit }\n`;
    expect(said(VALID, second)[0]).toBe(
      '+ group "staff" of app-users gains role media-uploader (grant more, beside staff)',
    );
    expect(said(second, VALID)[0]).toBe(
      '- group "staff" of app-users loses role media-uploader (grant more, beside staff)',
    );
  });

  it('does not count as gained what a Deny of the policy takes away again', () => {
    const denied = edited(
      EVERY_OBJECT,
      `${EVERY_OBJECT}\n          - { Effect: Deny, Action: "oss:*", Resource: "acs:oss:*:*:media/*/locked" }`,
    );
    expect(said(denied, edited('oss:GetObject]', 'oss:GetObject, oss:DeleteObject]', denied))).toEqual([
      `~ ${OWN}, WIDER (grant own-prefix)`,
      '    + oss:DeleteObject on acs:oss:*:*:media/users/${user}/*',
    ]);
  });

  it('names all actions but those of NotAction', () => {
    const not = edited(
      'Action: [oss:PutObject, oss:GetObject]',
      'NotAction: [oss:DeleteObject, "sts:*", "ram:*"]',
    );
    expect(said(VALID, not)).toContain(
      '    + all actions but oss:DeleteObject, sts:*, ram:* on acs:oss:*:*:media/users/${user}/*',
    );
  });
});
