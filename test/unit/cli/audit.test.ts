// What `stint audit` prints of a row, and which rows it prints.
import { describe, expect, it } from 'vitest';
import { matches } from '../../../clients/cli/audit/audit-filter.ts';
import { auditLines } from '../../../clients/cli/audit/format-audit-row.ts';
import { fitColumn } from '../../../clients/cli/base/terminal-text.ts';
import type { AuditRow } from '../../../shared/adapters/tablestore/audit-reader.ts';
import { testFolder } from './test-terminal.ts';

const row = (event: AuditRow['event']): AuditRow => ({
  id: 'a|2026-03-02T09:00:00.000Z|r1',
  at: '2026-03-02T09:00:00.000Z',
  request: 'r1',
  event,
});

const GRANTED = {
  outcome: 'granted',
  action: 'credentials',
  provider: 'stint',
  subject: 'corporate:alice',
  role: 'media-uploader',
  roleArn: 'acs:ram::1234567890123456:role/media-uploader',
  grant: 'own-prefix',
  accessKeyId: 'STS.abc',
};

describe('a line of stint audit', () => {
  it('says who got what by which grant', () => {
    expect(auditLines(160).lineOf(row(GRANTED)).split(/ {2,}/)).toEqual([
      ...['2026-03-02 09:00:00', 'granted', 'credentials', 'stint:corporate:alice', 'media-uploader'],
      'own-prefix STS.abc',
    ]);
  });

  it('says why a request was refused', () => {
    const line = auditLines(160).lineOf(
      row({ outcome: 'refused', action: 'credentials', reason: 'no-grant', cause: 'x', subject: 'mallory' }),
    );
    expect(line).toMatch(/ {2}mallory +- +no-grant x$/);
  });

  it('says at which connection a sign-in was refused before it was known whose it was', () => {
    const fault = { reason: 'idp-error', connection: 'keycloak', providerError: 'access_denied' };
    const line = auditLines(160).lineOf(row({ outcome: 'refused', action: 'sign-on', ...fault }));
    expect(line).toMatch(/ {2}keycloak +- +idp-error access_denied$/);
  });

  it('says which SCIM client changed what in which directory', () => {
    const change = { directory: 'staff', client: 'entra', resource: 'group/1', members: '+2 -1' };
    const line = auditLines(160).lineOf(
      row({ outcome: 'granted', action: 'directory-group-changed', ...change }),
    );
    expect(line).toMatch(/ {2}staff:entra +- +group\/1 \+2 -1$/);
  });

  it.each([80, 100, 160])('fits a window of %d columns', (window) => {
    const { heading, lineOf } = auditLines(window);
    const long = Object.fromEntries(Object.keys(GRANTED).map((name) => [name, '长'.repeat(300)]));
    for (const line of [heading, lineOf(row(GRANTED)), lineOf(row(undefined))])
      expect(line.length).toBeLessThanOrEqual(window);
    const wide = [...lineOf(row(long))].reduce((sum, character) => sum + (character === '长' ? 2 : 1), 0);
    expect(wide).toBeLessThanOrEqual(window);
  });

  it('shows a row that cannot be read as one', () => {
    expect(auditLines(160).lineOf(row(undefined))).toContain('unreadable row r1');
  });

  it.each([
    ['an escape sequence', '\u001b[2Jalice'],
    ['a carriage return', 'mallory\rgranted'],
    ['a new line', 'a\nb'],
    ['a control sequence of one character', '\u009b31m'],
    ['a mark of direction', '\u202Eecila'],
  ])('makes %s inert', (_, subject) => {
    expect(auditLines(80).lineOf(row({ ...GRANTED, subject }))).not.toMatch(/\p{C}/u);
  });
});

describe('a column', () => {
  it('is as wide as it should be', () => {
    expect([fitColumn('ab', 4), fitColumn('abcdef', 4), fitColumn('长长长', 4)]).toEqual([
      'ab  ',
      'abc…',
      '长… ',
    ]);
  });
});

describe('the rows that match', () => {
  it.each([
    ['the subject', { who: 'corporate:alice' }, true],
    ['the person without the connection', { who: 'alice' }, true],
    ['provider and subject', { who: 'stint:corporate:alice' }, true],
    ['another subject', { who: 'ali' }, false],
    ['the role', { role: 'media-uploader' }, true],
    ['the RoleArn', { role: GRANTED.roleArn }, true],
    ['another role', { role: 'arms-reader' }, false],
    ['the grant', { grant: 'own-prefix' }, true],
    ['another grant', { grant: 'other' }, false],
    ['one of two', { who: 'alice', grant: 'other' }, false],
  ])('%s', (_, filter, expected) => {
    expect(matches(row(GRANTED), filter)).toBe(expected);
  });

  it('include those that cannot be read', () => {
    expect(matches(row(undefined), { who: 'alice' })).toBe(true);
  });
});

describe('stint audit', () => {
  it.each([
    [['audit', '--since', 'yesterday'], 'how long ago'],
    [['audit', '--limit', '0'], 'above zero'],
    [['audit', '--outcome', 'maybe'], 'granted, refused'],
    [['audit', '--follow', '--limit', '3'], 'leave out --until and --limit'],
  ])('%j is a wrong command line', async (argv, message) => {
    const { exitCode, notes } = await testFolder().stint(argv);
    expect([exitCode, notes.includes(message)]).toEqual([2, true]);
  });
});
