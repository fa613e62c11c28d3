// Filters and patches of SCIM, for any text and any value: each is read or refused, and nothing gets into a resource that its schema
// does not have.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../functions/login/scim/protocol/apply-patch.ts';
import { GROUP, USER } from '../../../functions/login/scim/protocol/attributes.ts';
import { matchesFilter } from '../../../functions/login/scim/protocol/match-filter.ts';
import { parseFilter } from '../../../functions/login/scim/protocol/parse-filter.ts';
import { readPatch } from '../../../functions/login/scim/protocol/patch-operations.ts';
import { readResource, type ScimComplex } from '../../../functions/login/scim/protocol/resource-values.ts';
import { readSelection, selectAttributes } from '../../../functions/login/scim/protocol/select-attributes.ts';
import { must } from '../../contract/must.ts';

const ALICE: ScimComplex = {
  userName: 'alice',
  active: true,
  name: { givenName: 'Alice' },
  emails: [
    { value: 'a@work', type: 'work', primary: true },
    { value: 'a@home', type: 'home' },
  ],
};
const meta = { created: '2026-11-01T00:00:00.000Z' };

const matches = (filter: string): boolean =>
  matchesFilter(must(parseFilter(filter, USER)), { ...ALICE, meta });

describe('a filter', () => {
  it.each([
    ['userName eq "ALICE"', true],
    ['userName ne "alice"', false],
    ['userName sw "al" and userName ew "CE" and userName co "lic"', true],
    ['emails.value eq "a@home"', true],
    ['emails eq "a@home"', true],
    ['emails[type eq "work" and value co "home"]', false],
    ['emails[type eq "home" and not (primary eq true)]', true],
    ['title pr or active eq "True"', true],
    ['title pr', false],
    ['title eq null', true],
    ['not (active eq true)', false],
    ['userName eq "x" or userName eq "y" and active eq true', false],
    ['meta.created gt "2026-10-31T23:00:00Z"', true],
    ['meta.created lt "2026-11-01T01:00:00+02:00"', false],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "alice"', true],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department pr', false],
    ['USERNAME EQ "alice"', true],
  ])('%s', (filter, expected) => {
    expect(matches(filter)).toBe(expected);
  });

  const word = fc.constantFrom(
    'userName',
    'emails',
    '[',
    ']',
    '(',
    ')',
    'eq',
    'and',
    'or',
    'not',
    'pr',
    '"x"',
    'true',
    '1',
    '"',
    '.',
  );

  it('of any words is read or refused, and then matches or not', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word, { maxLength: 30 }).map((words) => words.join(' ')),
        ),
        (text) => {
          for (const type of [USER, GROUP]) {
            const parsed = parseFilter(text, type);
            if (parsed.ok) expect(typeof matchesFilter(parsed.value, ALICE)).toBe('boolean');
            else expect(parsed.error.scimType).toBe('invalidFilter');
          }
        },
      ),
    );
  });

  it('finds a text, whichever it is, by equality alone', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 200 }), (name, other) => {
        const parsed = parseFilter(`externalId eq ${JSON.stringify(other)}`, USER);
        expect(matchesFilter(must(parsed), { externalId: name })).toBe(name === other);
      }),
    );
  });
});

describe('a patch', () => {
  const path = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'active',
      'name',
      'name.givenName',
      'emails',
      'emails.value',
      'emails[type eq "work"]',
      'emails[type eq "x"].value',
      '__proto__',
      'groups',
      'id',
      'userName',
    ),
  );
  const operation = fc.record(
    { op: fc.constantFrom('add', 'Replace', 'remove'), path, value: fc.jsonValue() },
    { requiredKeys: ['op'] },
  );

  it('of any operations leaves a resource that reads as itself, or is refused', () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 4 }), (Operations) => {
        const patch = readPatch({ Operations });
        const applied = patch.ok ? applyPatch(USER, ALICE, patch.value) : patch;
        if (!applied.ok) return;
        expect(Object.getPrototypeOf(applied.value)).toBe(Object.prototype);
        expect(must(readResource(USER, applied.value))).toEqual(applied.value);
        expect(({} as Record<string, unknown>)['active']).toBeUndefined();
      }),
    );
  });

  it('leaves one value primary', () => {
    const value = [{ value: 'new', primary: true }];
    const patch = must(readPatch({ Operations: [{ op: 'add', path: 'emails', value }] }));
    const { emails } = must(applyPatch(USER, ALICE, patch));
    expect((emails as { primary?: boolean }[]).map(({ primary }) => primary)).toEqual([
      false,
      undefined,
      true,
    ]);
  });
});

describe('attributes and excludedAttributes', () => {
  const shown = { schemas: ['s'], id: '1', ...ALICE };
  it.each([
    ['userName', undefined, ['schemas', 'id', 'userName']],
    ['emails.type', undefined, ['schemas', 'id', 'emails']],
    ['nothing', undefined, ['schemas', 'id']],
    [undefined, 'emails,name,id', ['schemas', 'id', 'userName', 'active']],
    [undefined, undefined, ['schemas', 'id', 'userName', 'active', 'name', 'emails']],
  ])('%s, without %s', (attributes, excluded, names) => {
    expect(Object.keys(selectAttributes(USER, shown, must(readSelection(attributes, excluded))))).toEqual(
      names,
    );
  });
});
