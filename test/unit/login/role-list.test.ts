// The list of roles: its order and groups, its search, and the part of a long list that a page holds.
import { describe, expect, it } from 'vitest';
import type { PortalRole } from '../../../functions/login/ui/model/role-list.ts';
import {
  groupRoles,
  readQuery,
  searchRoles,
  shownRoles,
} from '../../../functions/login/ui/model/role-list.ts';
import { RoleId } from '../../../shared/kernel/names.ts';

const role = (name: string, account: string, project?: string): PortalRole => ({
  role: RoleId.parse(name),
  roleArn: `acs:ram::${account}:role/${name}`,
  account,
  description: `What ${name} does`,
  ...(project === undefined ? {} : { project }),
  maxDurationSeconds: 3_600,
  needs: [],
});

const ROLES = [
  role('role-10', '2', 'Media'),
  role('alone', '1'),
  role('role-9', '2', 'Media'),
  role('reader', '1', 'Media'),
  role('writer', '1', 'Accounting'),
];

describe('roles', () => {
  it('stand in the order of the names of their accounts, where these have names', () => {
    const named = (name: string, account: string, accountName: string) => ({
      ...role(name, account),
      accountName,
    });
    const [group] = groupRoles(
      [named('a', '1', 'Staging'), named('b', '2', 'Production'), role('c', '3')],
      'en',
    );
    expect(group?.accounts.map(({ account, accountName }) => [account, accountName])).toEqual([
      ['3', undefined],
      ['2', 'Production'],
      ['1', 'Staging'],
    ]);
    expect(searchRoles([named('a', '1', 'Staging')], 'staging')).toHaveLength(1);
  });

  it('stand under their project and account, in the order of people, those without a project last', () => {
    const groups = groupRoles(ROLES, 'en').map(({ project, accounts }) => [
      project,
      accounts.map(({ account, roles }) => [account, roles.map((one) => one.role)]),
    ]);
    expect(groups).toEqual([
      ['Accounting', [['1', ['writer']]]],
      [
        'Media',
        [
          ['1', ['reader']],
          ['2', ['role-9', 'role-10']],
        ],
      ],
      [undefined, [['1', ['alone']]]],
    ]);
  });

  it.each([
    ['', 5],
    ['media', 3],
    ['MEDIA 2', 2],
    ['media writer', 0],
    ['does', 5],
  ])('that match %j are %i', (query, count) => {
    expect(searchRoles(ROLES, readQuery(query))).toHaveLength(count);
  });

  it('are searched for with a hundred characters at most', () => {
    expect(readQuery('x'.repeat(5_000))).toHaveLength(100);
    expect(readQuery(undefined)).toBe('');
  });
});

describe('a list of more roles than a page may hold', () => {
  const many = Array.from({ length: 120 }, (_, i) => role(`role-${i}`, '1', 'Media'));
  const search = { query: '', wanted: undefined, language: 'en' };

  it('shows the first fifty in its own order, says how many there are, and is searched by asking', () => {
    const { roles, found, matches, isWhole } = shownRoles(many.toReversed(), search);
    expect(roles.map((one) => one.role)).toEqual(many.slice(0, 50).map((one) => one.role));
    expect([found.size, matches, isWhole]).toEqual([50, 120, false]);
  });

  it('shows what matches, of all of them', () => {
    const { roles, matches } = shownRoles(many, { ...search, query: 'role-11' });
    expect(roles.map((one) => one.role)).toContain('role-119');
    expect(matches).toBe(11);
  });

  it('shows the one that somebody comes back for', () => {
    const { roles } = shownRoles(many, { ...search, wanted: RoleId.parse('role-119') });
    expect(roles.map((one) => one.role)).toContain('role-119');
    expect(roles).toHaveLength(50);
  });

  it('is not what fifty roles are: they are all in the page, and what does not match is hidden', () => {
    const { roles, found, isWhole } = shownRoles(many.slice(0, 50), { ...search, query: 'role-11' });
    expect([roles.length, found.size, isWhole]).toEqual([50, 1, true]);
  });
});
