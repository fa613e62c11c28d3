// The section signOn: what it takes, what it becomes in the table, and how a change of it reads.
import { describe, expect, it } from 'vitest';
import {
  createRulesReader,
  type ReadRules,
  toRows,
} from '../../../shared/adapters/tablestore/access-rows.ts';
import type { Row } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { readDocuments } from '../../../shared/rules/compile/read-documents.ts';
import { diffAccess, formatChange } from '../../../shared/rules/review/diff.ts';
import { lintDocument } from '../../../shared/rules/review/lint-document.ts';
import { REVISION } from '../../support/builders.ts';
import { accepted, acceptedDocument, readText, VALID } from './documents.ts';

const CONNECTION = `
    - id: corporate
      kind: oidc
      name: Example Corp
      issuer: https://sso.example.com
      clientId: stint`;
const withSignOn = (connections: string, more = ''): string =>
  `${VALID}signOn:${more}\n  connections:${connections}\n`;

function messages(text: string): readonly string[] {
  const read = readText(text);
  return read.ok ? [] : read.error.map(({ path, message }) => `${path}: ${message}`);
}

function fromRows(rows: Iterable<Row>): ReadRules {
  const reader = createRulesReader(REVISION);
  for (const row of rows) reader.take(row);
  return reader.rules();
}

describe('signOn', () => {
  it('has limits and a safe client by default', () => {
    expect(accepted(withSignOn(CONNECTION)).signOn).toEqual({
      sessions: {
        idleSeconds: 3600,
        absoluteSeconds: 43_200,
        commandLine: { idleSeconds: 14_400, absoluteSeconds: 43_200 },
      },
      passkeys: { maxSignOnAgeSeconds: 14_400 },
      blocked: [],
      directories: [],
      connections: [
        {
          id: 'corporate',
          kind: 'oidc',
          name: 'Example Corp',
          issuer: 'https://sso.example.com',
          privateNetwork: false,
          clientId: 'stint',
          clientAuthentication: 'none',
          scopes: ['openid', 'profile', 'email'],
          mfaContexts: [
            'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
            'https://refeds.org/profile/mfa',
          ],
          subject: 'sub',
          claims: {},
        },
      ],
    });
  });

  it.each([
    ['an address that anybody on the way reads', CONNECTION.replace('https', 'http'), /issuer/],
    ['a claim of Stint’s own', `${CONNECTION}\n      claims: { sub: email }`, /claims/],
    ['a second factor that the provider may write', `${CONNECTION}\n      claims: { amr: x }`, /claims/],
    ['where people are', `${CONNECTION}\n      claims: { caller_address: x }`, /claims/],
    ['groups by another way', `${CONNECTION}\n      claims: { groups: x }`, /claims/],
    ['scopes without openid', `${CONNECTION}\n      scopes: [email]`, /openid/],
    ['a client secret, which the table would hold', `${CONNECTION}\n      clientSecret: x`, /clientSecret/],
    ['two contexts in one', `${CONNECTION}\n      stepUp: { acrValues: ["a b"] }`, /without spaces/],
    ['a step up that asks for nothing', `${CONNECTION}\n      stepUp: { acrValues: [] }`, /acrValues/],
    ['a misspelt key', `${CONNECTION}\n      subjct: sub`, /subjct/],
    ['a name in the place of an id', CONNECTION.replace('corporate', 'Example Corp'), /id/],
    ['a person link without a claim', `${CONNECTION}\n      person: {}`, /person/],
    ['a link that a mapping writes', `${CONNECTION}\n      claims: { person_link: x }`, /claims/],
    [
      'a connection whose people would be named as links',
      `${CONNECTION.replace('corporate', 'person')}\n      person: { claim: oid }`,
      /use another id/,
    ],
    ['one id twice', CONNECTION + CONNECTION, /id of its own/],
  ])('refuses %s', (_, connections, said) => {
    expect(messages(withSignOn(connections)).join('\n')).toMatch(said);
  });

  it.each([
    'idleSeconds: 60',
    'absoluteSeconds: 2592000',
    'commandLine: { absoluteSeconds: 172800 }',
    'commandLine: { idleSeconds: 60 }',
  ])('refuses sessions with %s', (limit) => {
    expect(messages(withSignOn(CONNECTION, `\n  sessions: { ${limit} }`))).not.toEqual([]);
  });

  it('stands in one file only: half of it could be taken away unseen', () => {
    const read = readDocuments([
      { name: 'a.yaml', text: withSignOn(CONNECTION) },
      { name: 'b.yaml', text: `version: 1\nsignOn:\n  connections: []\n` },
    ]);
    expect(read.ok ? [] : read.error).toMatchObject([{ file: 'b.yaml', line: 2, path: 'signOn' }]);
  });

  it('is placed in the file that has it, when something in it is wrong', () => {
    const read = readDocuments([
      { name: 'a.yaml', text: VALID },
      { name: 'b.yaml', text: `version: 1\nsignOn:\n  connections:${CONNECTION}${CONNECTION}\n` },
    ]);
    expect(read.ok ? [] : read.error).toMatchObject([{ file: 'b.yaml', line: 9 }]);
  });

  it('is read from the table as it was stored, in its order', () => {
    const other = CONNECTION.replace('corporate', 'another');
    const access = accepted(withSignOn(CONNECTION + other, '\n  sessions: { idleSeconds: 600 }'));
    expect(fromRows(toRows(REVISION, access))).toMatchObject({ access, unreadable: 0 });
    expect(fromRows(toRows(REVISION, accepted(VALID))).access.signOn).toBeUndefined();
  });

  it('counts as unreadable when a connection of it is missing or broken', () => {
    const rows = [...toRows(REVISION, accepted(withSignOn(CONNECTION)))];
    const without = rows.filter(({ key: [kind] }) => !kind?.endsWith('/connection'));
    const broken = rows.map((row) =>
      row.key[0]?.endsWith('/connection') ? { ...row, columns: { json: '{}' } } : row,
    );
    for (const found of [fromRows(without), fromRows(broken)]) {
      expect(found.unreadable).toBe(1);
      expect(found.access.signOn).toBeUndefined();
    }
  });

  it.each(['passkeys: { maxSignOnAgeSeconds: 2592001 }', 'passkeys: { maxAge: 1 }', 'blocked: [mallory]'])(
    'refuses %s',
    (part) => {
      expect(messages(withSignOn(CONNECTION, `\n  ${part}`))).not.toEqual([]);
    },
  );

  it('refuses to block somebody of a connection that is not there, and takes any name at all of them', () => {
    const blocked = (person: string) => messages(withSignOn(CONNECTION, `\n  blocked: ["${person}"]`));
    expect(blocked('corprate:mallory')).toEqual([
      expect.stringContaining('there is no connection corprate: write one of *, corporate'),
    ]);
    for (const person of ['corporate:mallory', '*:mallory', '*:urn:x:mallory@example.com'])
      expect(blocked(person)).toEqual([]);
    for (const person of ['*:', '*', '**:mallory', ':mallory', '*:*', 'corporate:*', '*:mal*'])
      expect(blocked(person)).not.toEqual([]);
  });

  it('blocks people by their link where a connection declares one, and nowhere else', () => {
    const blocked = (connection: string) => messages(withSignOn(connection, '\n  blocked: ["person:4711"]'));
    expect(blocked(CONNECTION)).toEqual([expect.stringContaining('there is no connection person')]);
    expect(blocked(`${CONNECTION}\n      person: { claim: employee_id }`)).toEqual([]);
  });

  it('says in a plan what changes', () => {
    const before = accepted(VALID);
    const after = accepted(withSignOn(CONNECTION));
    const renamed = accepted(withSignOn(CONNECTION.replace('clientId: stint', 'clientId: other')));
    expect(diffAccess(before, after).map(formatChange)).toEqual([
      '+ connection corporate: Example Corp (https://sso.example.com)',
      '+ signOn sessions: sessions end 3600 s after the last use, 43200 s after sign-on; on a command line 14400 s and 43200 s',
      '+ signOn passkeys: passkeys alone sign in until 14400 s after a sign-on',
    ]);
    expect(diffAccess(after, renamed).map(formatChange)).toEqual([
      '~ connection corporate: clientId stint → other',
    ]);
    const never = '\n  passkeys: { maxSignOnAgeSeconds: 0 }\n  blocked: [corporate:mallory]';
    const limited = accepted(withSignOn(CONNECTION, never));
    expect(diffAccess(after, limited).map(formatChange)).toEqual([
      '~ signOn passkeys: maxSignOnAgeSeconds 14400 → 0',
      '+ signOn corporate:mallory: is blocked',
    ]);
    expect(diffAccess(limited, after).map(formatChange)).toContain('- signOn corporate:mallory: is blocked');
  });

  it('is warned of when people are named by what they can change', () => {
    const { document } = acceptedDocument(withSignOn(`${CONNECTION}\n      subject: email`));
    expect(lintDocument(document)).toContainEqual(
      expect.objectContaining({ code: 'mutable-claim', path: ['signOn', 'connections', 0, 'subject'] }),
    );
  });

  it.each(['email', 'preferred_username', 'upn', 'nickname', 'name', 'mail'])(
    'is warned of when people are linked by %s, which passes to others',
    (claim) => {
      const { document } = acceptedDocument(withSignOn(`${CONNECTION}\n      person: { claim: ${claim} }`));
      const path = ['signOn', 'connections', 0, 'person', 'claim'];
      expect(lintDocument(document)).toContainEqual(expect.objectContaining({ code: 'mutable-claim', path }));
      const safe = acceptedDocument(withSignOn(`${CONNECTION}\n      person: { claim: employee_id }`));
      expect(lintDocument(safe.document)).not.toContainEqual(expect.objectContaining({ path }));
    },
  );
});
