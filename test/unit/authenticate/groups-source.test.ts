// Which groups of a token count: `groups` of a provider, as a filter or switched off.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifyPrincipal } from '../../../shared/pipeline/authenticate/oidc/identify-principal.ts';
import { simulatePrincipal } from '../../../shared/pipeline/authenticate/simulate-principal.ts';
import { provider } from '../../support/builders.ts';
import { defaultClaims } from '../../support/issuer.ts';
import { ENTRA, KEYCLOAK, VENDORS } from '../../support/vendor-claims.ts';
import { faultsOf } from '../rules/documents.ts';
import '../../support/fast-check-seed.ts';

type Parts = Parameters<typeof provider>[0];

const groupsOf = (parts: Parts, claims: object) => {
  const principal = identifyPrincipal({ ...defaultClaims(), ...claims }, provider(parts), {
    proofHash: 'hash',
    condition: undefined,
  });
  return principal.ok ? principal.value.groups : principal.error.reason;
};
const filtered = (groups: NonNullable<Parts>['groups'], listed: unknown) =>
  groupsOf({ groups }, { groups: listed });

const MANY = Array.from({ length: 3_000 }, (_, i) => `team-${i}`);

describe('a filter of groups', () => {
  it.each([
    [{ prefix: 'aws-' }, ['aws-a', 'AWS-a', 'xaws-a', 'aws-'], ['aws-a', 'aws-']],
    [{ match: 'aws-[a-z]+' }, ['aws-a', 'aws-', 'aws-a1', 'xaws-a'], ['aws-a']],
    [{ match: '/teams/[^/]+' }, ['/teams/a', '/teams/a/b', 'teams/a'], ['/teams/a']],
    [{ match: '研发-[0-9]{1,3}' }, ['研发-12', '销售-12'], ['研发-12']],
    [{ prefix: 'a', match: '.*z' }, ['az', 'bz', 'ab'], ['az']],
    [{}, ['a', 'b'], ['a', 'b']],
  ])('%j of %j takes %j', (filter, listed, expected) => {
    expect(filtered({ claim: 'groups', ...filter }, listed)).toEqual(expected);
  });

  it('comes before the limit: of 3,000 groups those that count are few', () => {
    expect(filtered({ claim: 'groups', prefix: 'team-299' }, MANY)).toHaveLength(11);
    expect(filtered('groups', MANY)).toBe('groups-too-many');
  });

  it('takes no name that is none, and ignores one that does not count', () => {
    expect(filtered({ claim: 'groups', prefix: 'a' }, ['ab', `b${'x'.repeat(600)}`])).toEqual(['ab']);
    expect(filtered({ claim: 'groups', prefix: 'a' }, [`a${'x'.repeat(600)}`])).toBe('groups-unusable');
    expect(filtered({ claim: 'groups', prefix: 'a' }, ['ab', 7])).toBe('groups-unusable');
    expect(filtered({ claim: 'groups', prefix: 'a' }, 'a,b')).toBe('groups-unusable');
  });

  it('takes one group that is a text', () => {
    expect(filtered({ claim: 'groups', prefix: 'a' }, 'ab')).toEqual(['ab']);
    expect(filtered({ claim: 'groups', prefix: 'a' }, 'b')).toEqual([]);
  });

  it('does not make up for groups that are elsewhere', () => {
    const claims = { groups: undefined, _claim_names: { groups: 'src1' } };
    expect(groupsOf({ groups: { claim: 'groups', prefix: 'a' } }, claims)).toBe('groups-overage');
  });

  it('gives no group that the token does not list, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 30 })),
        fc.string({ minLength: 1, maxLength: 5 }),
        (listed, prefix) => {
          const all = filtered('groups', listed);
          const some = filtered({ claim: 'groups', prefix }, listed);
          if (typeof all === 'string' || typeof some === 'string') return;
          expect(some).toEqual(all.filter((group) => group.startsWith(prefix)));
        },
      ),
    );
  });

  it('is used for described callers as for real ones', () => {
    const described = { subject: 'bob', claims: {}, groups: ['aws-a', 'other'] };
    const principal = simulatePrincipal(described, provider({ groups: { claim: 'groups', prefix: 'aws-' } }));
    expect(principal).toMatchObject({ ok: true, value: { groups: ['aws-a'] } });
  });

  it('works beside the claim of a preset', () => {
    const entry = { preset: 'keycloak', ...KEYCLOAK.entry, groups: { prefix: 'med' } } as const;
    expect(groupsOf(entry, KEYCLOAK.claims)).toEqual(['media']);
  });
});

describe('groups: false', () => {
  it.each(
    VENDORS.filter(({ groups }) => groups.length > 0).map((vendor) => [vendor.preset, vendor] as const),
  )('switches off the groups of %s', (preset, vendor) => {
    const entry = { preset, ...vendor.entry, groups: false } as const;
    expect(groupsOf(entry, { ...vendor.claims, iss: vendor.entry.issuer })).toEqual([]);
  });

  it('makes a claim of groups that cannot be used no hindrance', () => {
    expect(groupsOf({ groups: false }, { groups: MANY })).toEqual([]);
    const entry = { preset: 'entra', ...ENTRA.entry, groups: false } as const;
    expect(groupsOf(entry, { ...ENTRA.claims, groups: undefined, hasgroups: true })).toEqual([]);
    expect(groupsOf(entry, { ...ENTRA.claims, groups: ['Domain Admins'] })).toEqual([]);
  });
});

describe('in the document', () => {
  const faults = (groups: string, more = '') =>
    faultsOf(`version: 1
providers: [{ id: them, kind: oidc, issuer: "https://sso.example.com/realms/a", ${more}groups: ${groups} }]
roles: []
grants: []
`);

  it.each([
    ['{ claim: groups, prefix: aws- }', ''],
    ['{ claim: groups, match: "[a-z]+-admins" }', ''],
    ['{ prefix: aws- }', 'preset: keycloak, '],
    ['false', 'preset: keycloak, '],
    ['false', ''],
  ])('%s is sound', (groups, more) => expect(faults(groups, more)).toEqual([]));

  it.each([
    ['{ prefix: aws- }', '', 'add claim'],
    ['{ claim: groups, match: "(a+)+" }', '', 'use characters, [classes] and repetitions'],
    ['{ claim: groups, match: "a*b*c*" }', '', 'use at most 2 repetitions'],
    ['{ claim: realm_access.other, prefix: a }', 'preset: keycloak, ', 'remove groups'],
    ['true', '', 'write the name of a claim'],
    ['{ claim: groups, like: a }', '', 'groups'],
  ])('%s is refused', (groups, more, says) => {
    expect(faults(groups, more)).toEqual([expect.stringContaining(says)]);
  });
});
