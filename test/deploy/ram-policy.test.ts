// Each function's RAM policy allows the calls that its code makes, on the tables that it uses, and nothing else.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fillPolicy } from '../../clients/cli/setup/function-policies.ts';

const FUNCTIONS = join(import.meta.dirname, '../../functions');
const ROLES = ['acs:ram::42:role/media-uploader', 'acs:ram::7:role/partner'];
const VALUES = { account: '42', region: 'cn-shanghai', instance: 'mine', roles: ROLES };
const List = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Policy = z.object({
  Statement: z.array(z.object({ Effect: z.string(), Action: List, Resource: List })),
});

const statementsOf = (name: string) =>
  Policy.parse(fillPolicy(join(FUNCTIONS, name, 'ram-policy.json'), VALUES)).Statement;
const statements = statementsOf('vend');
const table = (name: string) => `acs:ots:cn-shanghai:42:instance/mine/table/${name}`;
const resourcesOf = (action: string) =>
  statements.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource);

describe('vend’s RAM policy', () => {
  it('allows named actions on named resources, and has no wildcard', () => {
    expect(JSON.stringify(statements)).not.toMatch(/[*?]|\$\{/);
    expect(statements.map(({ Effect }) => Effect)).toEqual(Array(7).fill('Allow'));
  });

  it('lets vend assume the listed roles and no other', () => {
    expect(resourcesOf('sts:AssumeRole')).toEqual(ROLES);
  });

  it.each([
    ['ots:GetRow', ['access', 'catalog']],
    ['ots:GetRange', ['access', 'catalog', 'keys']],
  ])('lets %s read the rules and the keys that were seen only', (action, tables) => {
    expect(resourcesOf(action)).toEqual(tables.map(table));
  });

  it.each([
    ['ots:PutRow', ['audit', 'issued', 'keys', 'once']],
    ['ots:BatchWriteRow', ['audit', 'issued', 'counters']],
  ])(
    'lets %s write the audit trail, the keys that were seen, what is used up and the counters only',
    (action, tables) => {
      expect(resourcesOf(action)).toEqual(tables.map(table));
    },
  );

  it('lets vend write and look up what is used up, which needs its whole key, and neither list nor delete it', () => {
    const actions = statements.filter(({ Resource }) => Resource.includes(table('once')));
    expect(actions.map(({ Action }) => Action)).toEqual([['ots:PutRow', 'ots:BatchGetRow']]);
  });

  it('lets vend count, and change no row of another table', () => {
    expect(resourcesOf('ots:UpdateRow')).toEqual([table('counters')]);
  });

  it('lets vend look up who left, and mark or reinstate nobody', () => {
    const actions = statements.filter(({ Resource }) => Resource.includes(table('leavers')));
    expect(actions.map(({ Action }) => Action)).toEqual([['ots:BatchGetRow']]);
  });

  it('holds nothing else', () => {
    const actions = statements.flatMap(({ Action }) => Action).sort();
    expect(actions).toEqual([
      'ots:BatchGetRow',
      'ots:BatchGetRow',
      'ots:BatchGetRow',
      'ots:BatchWriteRow',
      'ots:BatchWriteRow',
      'ots:GetRange',
      'ots:GetRange',
      'ots:GetRow',
      'ots:PutRow',
      'ots:PutRow',
      'ots:PutRow',
      'ots:UpdateRow',
      'sts:AssumeRole',
    ]);
  });

  it('is not used with a placeholder that nothing fills', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stint-policy-'));
    const file = join(folder, 'policy.json');
    writeFileSync(file, JSON.stringify({ Resource: ['$', '{tenant}'].join('') }));
    expect(() => fillPolicy(file, VALUES)).toThrow('tenant');
    rmSync(folder, { recursive: true });
  });
});

describe('login’s RAM policy', () => {
  it('lets login read the rules and client secrets, keep people, directories, who left, its keys and providers’ metadata, and write devices, keys that it saw, what is used up and the audit trail; nothing else', () => {
    const read = ['ots:BatchGetRow', 'ots:GetRange'];
    expect(statementsOf('login')).toEqual(
      [
        [read, 'catalog'],
        [[...read, 'ots:PutRow', 'ots:BatchWriteRow'], 'people'],
        [['ots:BatchGetRow', 'ots:PutRow'], 'devices'],
        [['ots:BatchGetRow', 'ots:PutRow'], 'once'],
        [['ots:BatchGetRow', 'ots:PutRow'], 'login_keys'],
        [['ots:GetRange'], 'client_secrets'],
        [['ots:BatchGetRow', 'ots:PutRow'], 'idp_metadata'],
        [['ots:GetRange', 'ots:PutRow'], 'keys'],
        [[...read, 'ots:PutRow', 'ots:BatchWriteRow'], 'directory'],
        [['ots:BatchWriteRow'], 'audit'],
        [['ots:BatchGetRow', 'ots:PutRow'], 'leavers'],
      ].map(([actions, name]) => ({ Effect: 'Allow', Action: actions, Resource: [table(String(name))] })),
    );
  });
});

describe('sweep’s RAM policy', () => {
  it('lets sweep read and delete what expires, keep its place, and look at providers’ metadata', () => {
    expect(statementsOf('sweep').slice(0, 4)).toEqual(
      [
        [
          ['ots:GetRange', 'ots:BatchWriteRow'],
          ['keys', 'once'],
        ],
        [['ots:GetRange', 'ots:PutRow', 'ots:BatchWriteRow'], ['people']],
        [['ots:BatchGetRow', 'ots:BatchWriteRow'], ['sweep']],
        [['ots:GetRange'], ['idp_metadata']],
      ].map(([actions, names]) => ({ Effect: 'Allow', Action: actions, Resource: names?.map(table) })),
    );
  });

  it('lets it read and delete rules and not write them, and read RAM’s roles and policies; nothing else', () => {
    expect(statementsOf('sweep').slice(4)).toEqual([
      {
        Effect: 'Allow',
        Action: ['ots:GetRange', 'ots:BatchGetRow', 'ots:DeleteRow'],
        Resource: [table('catalog')],
      },
      { Effect: 'Allow', Action: ['ots:GetRange', 'ots:DeleteRow'], Resource: [table('access')] },
      {
        Effect: 'Allow',
        Action: ['ram:GetRole', 'ram:ListPoliciesForRole'],
        Resource: ['acs:ram:*:42:role/*'],
      },
      {
        Effect: 'Allow',
        Action: ['ram:GetPolicy'],
        Resource: ['acs:ram:*:42:policy/*', 'acs:ram:*:system:policy/*'],
      },
    ]);
  });
});

describe('the roles of all functions', () => {
  it.each(['vend', 'login', 'sweep'])('are trusted to Function Compute alone: %s', (name) => {
    expect(fillPolicy(join(FUNCTIONS, name, 'trust-policy.json'), VALUES)).toEqual({
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: ['fc.aliyuncs.com'] } }],
    });
  });
});

describe('the keys of login and client secrets', () => {
  it.each(['vend', 'sweep'])('are in tables that no policy of another function names: %s', (name) => {
    const text = JSON.stringify(statementsOf(name));
    for (const secret of ['login_keys', 'client_secrets']) expect(text).not.toContain(secret);
  });
});
