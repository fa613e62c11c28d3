// Guarantees: the placeholders of a policy file are filled, and nothing else of it changes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fillPolicy } from '../../../clients/cli/setup/function-policies.ts';

const folder = mkdtempSync(join(tmpdir(), 'stint-fill-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ROLES = ['acs:ram::42:role/a', 'acs:ram::42:role/b'];
const VALUES = { account: '42', region: 'cn-shanghai', instance: 'mine', roles: ROLES };

function filled(document: unknown): unknown {
  const file = join(folder, 'policy.json');
  writeFileSync(file, JSON.stringify(document));
  return fillPolicy(file, VALUES);
}

describe('a policy file', () => {
  it.each([
    ['every placeholder of a text', '${region}/${account}/${account}/${instance}', 'cn-shanghai/42/42/mine'],
    ['a text however deep it lies', { a: [{ b: '${account}' }] }, { a: [{ b: '42' }] }],
    ['the list of roles in the place of its text', { Resource: '${roles}' }, { Resource: ROLES }],
  ])('is filled in: %s', (_, document, expected) => {
    expect(filled(document)).toEqual(expected);
  });

  it('keeps all else as it is', () => {
    const document = { Version: '1', n: 1, t: true, z: null, d: '$account' };
    expect(filled(document)).toEqual(document);
  });

  it.each(['${tenant}', 'x${roles}', '${constructor}'])(
    'is not used with %s, which nothing fills',
    (text) => {
      expect(() => filled({ Resource: text })).toThrow(`nothing fills ${text.replace('x', '')}`);
    },
  );
});
