// A past request is decided again as far as its audit row tells, and never guessed: what depends on claims, groups or a second
// factor is known only from the grant that was used then.
import { describe, expect, it } from 'vitest';
import { createReplay, type PastRequest } from '../../../shared/policy-tests/replay-request.ts';
import { accepted, edited } from '../rules/documents.ts';

const BASE = `version: 1
providers:
  - { id: app-users, kind: oidc, issuer: "https://id.example.com", groups: groups }
roles:
  - { id: media, roleArn: "acs:ram::1234567890123456:role/media" }
grants:
`;
const TO_ALICE =
  '  - { id: alice, to: { provider: app-users, subject: alice }, role: media, sessionPolicy: inherit }\n';
const TO_STAFF =
  '  - { id: staff, to: { provider: app-users, group: staff }, role: media, sessionPolicy: inherit }\n';
const ANYONE = (more: string) =>
  `  - { id: all, to: { provider: app-users, anyone: true }, role: media, sessionPolicy: inherit, ${more} }\n`;
const NONE = BASE.replace('grants:', 'grants: []');

const GRANTED: PastRequest = {
  at: new Date('2026-11-30T10:00:00Z'),
  outcome: 'granted',
  provider: 'app-users',
  subject: 'alice',
  role: 'media',
  grant: 'alice',
  clientAddress: '203.0.113.9',
  hasKey: false,
  askedTooLong: false,
  shortens: false,
};
const REFUSED: PastRequest = { ...GRANTED, outcome: 'refused', grant: undefined };

const replay = (before: string, after: string, request: PastRequest) =>
  createReplay(accepted(after))(request, accepted(before));

describe('a request that was granted', () => {
  it.each([
    ['nothing that could decide it changed', `${BASE}${TO_ALICE}`, `${BASE}${TO_ALICE}`],
    [
      'its grant is the same under another name',
      `${BASE}${TO_ALICE}`,
      edited('id: alice', 'id: other', `${BASE}${TO_ALICE}`),
    ],
    [
      'another grant was added above it',
      `${BASE}${TO_ALICE}`,
      `${BASE}${ANYONE('constraints: { mfa: true }')}${TO_ALICE}`,
    ],
    [
      'its grant asks for the same, and for an address that it came from',
      `${BASE}${edited(' }\n', ', when: "claims.team == 1" }\n', TO_ALICE)}`,
      `${BASE}${edited(' }\n', ', when: "claims.team == 1", constraints: { sourceIp: [203.0.113.0/24] } }\n', TO_ALICE)}`,
    ],
  ])('is allowed when %s', async (_, before, after) => {
    expect(await replay(before, after, GRANTED)).toEqual({ verdict: 'allowed' });
  });

  it.each([
    ['no grant is left', NONE, 'no-grant'],
    ['its role is gone', edited('id: media', 'id: media2', NONE), 'role-unknown'],
    ['its provider is gone', edited('id: app-users', 'id: others', NONE), 'provider-removed'],
    [
      'it came from elsewhere',
      `${BASE}${edited(' }\n', ', constraints: { sourceIp: [192.0.2.0/24] } }\n', TO_ALICE)}`,
      'source-ip',
    ],
    [
      'it showed no key',
      `${BASE}${edited(' }\n', ', constraints: { dpop: true } }\n', TO_ALICE)}`,
      'dpop-missing',
    ],
    [
      'only another subject has a grant',
      `${BASE}${edited('subject: alice', 'subject: bob', TO_ALICE)}`,
      'no-grant',
    ],
  ])('would be refused when %s', async (_, after, reason) => {
    expect(await replay(`${BASE}${TO_ALICE}`, after, GRANTED)).toEqual({ verdict: 'refused', reason });
  });

  const variables =
    'sessionPolicy: { variables: { u: { claim: sub, pattern: "[a-z]+" } }, document: { Version: "1", Statement: [{ Effect: Allow, Action: oss:GetObject, Resource: "acs:oss:*:*:m/${u}" }] } }';
  it.each([
    ['claims', `${BASE}${edited(' }\n', ', when: "claims.team == 1" }\n', TO_ALICE)}`],
    ['claims', `${BASE}${edited('sessionPolicy: inherit', variables, TO_ALICE)}`],
    ['second factor', `${BASE}${edited(' }\n', ', constraints: { mfa: true } }\n', TO_ALICE)}`],
    [
      'time of sign-in',
      `${BASE}${edited(' }\n', ', constraints: { maxAuthAgeSeconds: 300 } }\n', TO_ALICE)}`,
    ],
    ['end of the token', `${BASE}${edited(' }\n', ', constraints: { withinToken: true } }\n', TO_ALICE)}`],
    ['duration asked for', `${BASE}${edited(' }\n', ', maxDurationSeconds: 900 }\n', TO_ALICE)}`],
    ['groups', `${BASE}${TO_STAFF}`],
    ['token', edited('groups: groups', 'groups: roles', `${BASE}${TO_ALICE}`)],
  ])('is not decidable without the %s', async (need, after) => {
    expect(await replay(`${BASE}${TO_ALICE}`, after, GRANTED)).toEqual({
      verdict: 'undecidable',
      needs: [need],
    });
  });

  it('was by a member of the group, if its grant was for the group', async () => {
    const moved = `${BASE}${edited('id: staff', 'id: crew', TO_STAFF)}${TO_ALICE.replaceAll('alice', 'bob')}`;
    expect(await replay(`${BASE}${TO_STAFF}`, moved, { ...GRANTED, grant: 'staff' })).toEqual({
      verdict: 'allowed',
    });
  });

  it.each([
    [300, 600, { verdict: 'allowed' }],
    [600, 300, { verdict: 'undecidable', needs: ['time of sign-in'] }],
  ])(
    'signed in %i s before at most, which proves nothing of less than that: %i s',
    async (then, now, verdict) => {
      const [before = '', after = ''] = [then, now].map(
        (seconds) =>
          `${BASE}${edited(' }\n', `, constraints: { maxAuthAgeSeconds: ${seconds} } }\n`, TO_ALICE)}`,
      );
      expect(await replay(before, after, GRANTED)).toEqual(verdict);
    },
  );

  it('is not decidable without the duration asked for where the role gives shorter sessions now', async () => {
    const before = `${BASE}${TO_ALICE}`;
    const after = edited('role/media"', 'role/media", maxDurationSeconds: 900', before);
    expect(await replay(before, after, GRANTED)).toEqual({
      verdict: 'undecidable',
      needs: ['duration asked for'],
    });
  });

  it('had a second factor, if its grant asked for one', async () => {
    const [before, after] = ['before', 'after'].map(
      (id) =>
        `${BASE}${edited('id: alice', `id: ${id}`, edited(' }\n', ', constraints: { mfa: true } }\n', TO_ALICE))}`,
    );
    expect(await replay(before ?? '', after ?? '', { ...GRANTED, grant: 'before' })).toEqual({
      verdict: 'allowed',
    });
  });

  it('is not decidable when the rules of that time are gone', async () => {
    const decide = createReplay(accepted(`${BASE}${TO_ALICE}`));
    expect(await decide(GRANTED, undefined)).toEqual({
      verdict: 'undecidable',
      needs: ['rules of that time'],
    });
  });

  it('by a wire that shortens durations does not depend on the one it asked for', async () => {
    const shorter = `${BASE}${edited(' }\n', ', maxDurationSeconds: 900 }\n', TO_ALICE)}`;
    expect(await replay(`${BASE}${TO_ALICE}`, shorter, { ...GRANTED, shortens: true })).toEqual({
      verdict: 'allowed',
    });
  });
});

describe('a request that was refused', () => {
  it('would be allowed by a grant that asks for nothing that is unknown', async () => {
    expect(await replay(NONE, `${BASE}${TO_ALICE}`, REFUSED)).toEqual({ verdict: 'allowed' });
    expect(await replay(NONE, `${BASE}${ANYONE('when: "subject == \\"alice\\""')}`, REFUSED)).toEqual({
      verdict: 'allowed',
    });
  });

  it('stays refused, whatever is unknown, where nothing that could decide it changed', async () => {
    const same = `${BASE}${ANYONE('constraints: { mfa: true }')}`;
    expect(await replay(same, `${same}${TO_ALICE.replaceAll('alice', 'bob')}`, REFUSED)).toMatchObject({
      verdict: 'refused',
    });
  });

  it.each([
    ['groups', `${BASE}${TO_STAFF}`, REFUSED],
    ['claims', `${BASE}${ANYONE('when: "claims.email_verified == true"')}`, REFUSED],
    ['claims', `${BASE}${ANYONE('when: "groups.exists(g, g == subject)"')}`, REFUSED],
    ['duration asked for', `${BASE}${TO_ALICE}`, { ...REFUSED, askedTooLong: true }],
  ])('is not decidable without the %s', async (need, after, request) => {
    expect(await replay(NONE, after, request)).toEqual({ verdict: 'undecidable', needs: [need] });
  });
});

describe('a request of a person who signed on', () => {
  const PEOPLE = `version: 1
providers:
  - { id: staff, kind: oidc, issuer: "https://vend.example.com/login", maxTokenAgeSeconds: 300 }
roles:
  - { id: media, roleArn: "acs:ram::1234567890123456:role/media" }
grants:
  - { id: alice, to: { provider: staff, subject: "corporate:alice" }, role: media, sessionPolicy: inherit }
signOn:
  connections:
    - { id: corporate, kind: oidc, name: Corp, issuer: "https://id.example.com", clientId: stint }
`;
  const OTHER = edited('id: corporate,', 'id: partners,', PEOPLE);
  const blocking = (person: string) => `${PEOPLE}  blocked: ["${person}"]\n`;
  const request = { ...GRANTED, provider: 'staff', subject: 'corporate:alice' };

  it.each([
    ['is refused where the person is blocked', blocking('corporate:alice'), 'person-blocked'],
    ['is refused where the person is blocked everywhere', blocking('*:alice'), 'person-blocked'],
    ['is refused where the connection is gone', OTHER, 'connection-removed'],
  ])('%s', async (_, after, reason) => {
    expect(await replay(PEOPLE, after, request)).toEqual({ verdict: 'refused', reason });
  });

  it('is not decidable where the connection or its directory changes, but for the name', async () => {
    const linked = edited('clientId: stint }', 'clientId: stint, person: { claim: oid } }', PEOPLE);
    const groups = edited('clientId: stint', 'clientId: stint, groups: roles', linked);
    const directory = `${linked}  directories: [{ id: corp, connections: [corporate] }]\n`;
    for (const after of [groups, directory])
      expect(await replay(linked, after, request)).toEqual({ verdict: 'undecidable', needs: ['token'] });
    const named = edited('name: Corp', 'name: Company', linked);
    expect(await replay(linked, named, request)).toEqual({ verdict: 'allowed' });
  });

  it('is allowed where another person is blocked', async () => {
    expect(await replay(PEOPLE, blocking('corporate:bob'), request)).toEqual({ verdict: 'allowed' });
  });
});
