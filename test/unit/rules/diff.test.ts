// apply shows every change of a document in one line, and none where a document only looks different.
import { describe, expect, it } from 'vitest';
import type { CompiledAccess } from '../../../shared/rules/document/compiled-access.ts';
import { diffAccess, formatChange } from '../../../shared/rules/review/diff.ts';
import { accepted, edited, VALID } from './documents.ts';

const NOTHING: CompiledAccess = { providers: [], roles: [], grants: [] };
const changes = (before: string, after: string): readonly string[] =>
  diffAccess(accepted(before), accepted(after)).map(formatChange);

const STAFF = VALID.slice(VALID.indexOf('  - id: staff'));
const OWN_PREFIX = VALID.slice(VALID.indexOf('  - id: own-prefix'), VALID.indexOf('  - id: staff'));
const swapped = edited(`${OWN_PREFIX}${STAFF}`, `${STAFF}${OWN_PREFIX}`);

describe('diffAccess', () => {
  it('says nothing about a document that only looks different', () => {
    expect(changes(VALID, `# a comment\n${VALID.replaceAll('"', "'")}`)).toEqual([]);
  });

  it('lists everything of a first document', () => {
    expect(diffAccess(NOTHING, accepted(VALID)).map(formatChange)).toEqual([
      '+ provider app-users: https://id.example.com',
      '+ role media-uploader: acs:ram::1234567890123456:role/media-uploader',
      '+ grant own-prefix: anyone of app-users may take media-uploader',
      '+ grant staff: group "staff" of app-users may take media-uploader',
    ]);
  });

  it.each([
    [
      'a removed grant',
      VALID,
      edited(STAFF, ''),
      ['- grant staff: group "staff" of app-users may take media-uploader'],
    ],
    [
      'a grant to someone else',
      VALID,
      edited('group: staff', 'subject: alice'),
      ['~ grant staff: to group "staff" of app-users → "alice" of app-users'],
    ],
    [
      'a subject in place of a group of that name',
      VALID,
      edited('group: staff', 'subject: staff'),
      ['~ grant staff: to group "staff" of app-users → "staff" of app-users'],
    ],
    [
      'a shorter duration',
      VALID,
      edited('Seconds: 1800', 'Seconds: 900'),
      ['~ grant own-prefix: maxDurationSeconds 1800 → 900'],
    ],
    [
      'a duration that follows the role',
      VALID,
      edited('Seconds: 3600', 'Seconds: 7200'),
      [
        '~ role media-uploader: maxDurationSeconds 3600 → 7200',
        '~ grant staff: maxDurationSeconds 3600 → 7200',
      ],
    ],
    [
      'another session policy',
      VALID,
      edited('[oss:PutObject, oss:GetObject]', '[oss:PutObject]'),
      ['~ grant own-prefix: sessionPolicy changed'],
    ],
    [
      'a dropped constraint',
      VALID,
      edited('constraints: { effectiveSeconds: 300 }', 'constraints: {}'),
      ['~ grant own-prefix: constraints changed'],
    ],
    [
      'a new setting of a provider',
      VALID,
      edited('groups: groups', 'groups: groups\n    jwksUri: https://id.example.com/keys'),
      ['~ provider app-users: jwksUri none → https://id.example.com/keys'],
    ],
    [
      'two grants in another order',
      VALID,
      swapped,
      ['~ grant staff: stands elsewhere among the grants: the first of equally specific ones is used'],
    ],
    [
      'a grant in front of the others',
      edited(OWN_PREFIX, ''),
      VALID,
      ['+ grant own-prefix: anyone of app-users may take media-uploader'],
    ],
  ])('says %s in one line', (_name, before, after, said) => {
    expect(changes(before, after)).toEqual(said);
  });

  it('never shows an external id, neither the old one nor the new one', () => {
    const said = changes(VALID, edited('only-stint-knows-this', 'another-secret'));
    expect(said).toEqual(['~ role media-uploader: externalId changed']);
    expect(JSON.stringify(diffAccess(NOTHING, accepted(VALID)))).not.toContain('only-stint-knows-this');
  });
});
