// What is exported is the rules, all of them and nothing else: applied again it changes nothing, whatever the document was.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDocument } from '../../../clients/cli/documents/apply-document.ts';
import { readCurrentAccess } from '../../../shared/adapters/tablestore/applied-access.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import { digestPolicy } from '../../../shared/rules/compile/pinned-policies.ts';
import { readDocuments } from '../../../shared/rules/compile/read-documents.ts';
import { exportDocuments } from '../../../shared/rules/review/export-document.ts';
import { formatDocument } from '../../../shared/rules/review/format-document.ts';
import { must } from '../../contract/must.ts';
import { FakeRows } from '../../support/fake-rows.ts';
import { acceptedDocument, VALID } from './documents.ts';

const PINNED = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: ['oss:Get*', 'oss:List*'], Resource: '*' }],
};
const parsed = parsePolicy(PINNED);
const POLICY = {
  name: 'ReadMedia',
  type: 'Custom',
  version: 'v3',
  sha256: parsed.ok ? digestPolicy(parsed.value) : '',
  document: PINNED,
};

/** Names that YAML could take for something else, or lay out in another way. */
const AWKWARD = [
  'no',
  'null',
  '~',
  '1042',
  '0x1f',
  '1e3',
  '2026-11-30',
  '- a',
  '# x',
  'a: b',
  "it's",
  '"',
  '{',
  '|',
  'é😀',
  ' ',
];
const name = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
);
/** Of free text, control characters too. */
const text = fc.oneof(name, fc.string({ unit: 'binary', maxLength: 40 }), fc.constant('one\ntwo\n\n three '));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const seconds = fc.integer({ min: 900, max: 43_200 });

const provider = fc.oneof(
  fc.record({
    kind: fc.constant('oidc'),
    groups: fc.constantFrom(
      'groups',
      false,
      { claim: 'groups', prefix: 'a: ' },
      { claim: 'groups', match: '[a-z]+' },
    ),
    when: optional(fc.constant('claims.org == "a: #b"')),
    tokenTypes: optional(fc.constantFrom(['id', 'access'], ['access'])),
    algorithms: optional(fc.constantFrom(['RS256'], ['ES256', 'RS256'])),
    audiences: optional(fc.uniqueArray(fc.constantFrom('a', 'https://vend.example.com'), { minLength: 1 })),
    maxTokenAgeSeconds: optional(fc.integer({ min: 60, max: 86_400 })),
    require: optional(
      fc.dictionary(fc.constantFrom('org', 'tenant'), fc.oneof(name, fc.integer()), { minKeys: 1 }),
    ),
    once: optional(fc.boolean()),
    limits: optional(fc.record({ requestsPerCallerPerSecond: fc.constantFrom(10, 100) })),
  }),
  fc.record({ kind: fc.constant('aliyun') }),
);
const role = fc.record({
  maxDurationSeconds: optional(seconds),
  description: optional(text),
  project: optional(name),
  externalId: optional(fc.constantFrom('x1', '12345', 'yes=no')),
});
const condition = fc.constantFrom('claims.email_verified == true', 'groups.exists(g, g.startsWith("dba: "))');
const sessionPolicy = fc.oneof(
  fc.constant('inherit'),
  fc.constant({ policyFrom: 'ReadMedia', only: ['oss:Get*'] }),
  fc.constant({ policyFrom: 'ReadMedia' }),
  fc.constant({
    variables: { user: { claim: 'sub', pattern: '[a-z]{1,9}' } },
    document: {
      Version: '1',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'oss:PutObject',
          Resource: ['acs:oss:*:*:media/${user}/*', 'acs:oss:*:*:media/no'],
          Condition: { StringEquals: { 'acs:ResourceTag/a.b': ['1', 'true', '${user}'] } },
        },
      ],
    },
  }),
);
const grant = fc.record({
  who: fc.oneof(fc.record({ group: name }), fc.record({ subject: name }), fc.constant({ anyone: true })),
  when: optional(condition),
  maxDurationSeconds: optional(fc.constantFrom(60, 900)),
  sessionPolicy,
  constraints: optional(
    fc.record(
      { mfa: fc.boolean(), effectiveSeconds: fc.constant(300), sourceIp: fc.constant(['203.0.113.0/24']) },
      { requiredKeys: [] },
    ),
  ),
  explains: fc.boolean(),
});
const signOn = optional(
  fc.record({
    blocked: optional(fc.constant(['corporate:mallory', '*:eve'])),
    sessions: optional(fc.constant({ idleSeconds: 600 })),
    connections: fc.constant([
      { id: 'corporate', kind: 'oidc', name: 'No', issuer: 'https://sso.example.com', clientId: '1' },
    ]),
  }),
);
const test = fc.record({ name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), subject: name });

const document = fc
  .record({
    providers: fc.array(provider, { minLength: 1, maxLength: 3 }),
    roles: fc.array(role, { minLength: 1, maxLength: 3 }),
    grants: fc.array(grant, { maxLength: 6 }),
    tests: fc.array(test, { maxLength: 3 }),
    signOn,
    accountName: optional(fc.constantFrom('No', '1042')),
    isNamed: fc.boolean(),
  })
  .map(({ providers, roles, grants, tests, signOn: section, accountName, isNamed }) => {
    const ids = providers.map((_, i) => `provider-${i}`);
    return {
      version: 1,
      providers: providers.map((own, i) => ({
        id: ids[i],
        ...own,
        ...(own.kind === 'oidc'
          ? { issuer: `https://id${i}.example.com` }
          : { trust: [{ account: `123456789012345${i}`, user: 'no' }] }),
      })),
      roles: roles.map((own, i) => ({
        id: `r${i}`,
        roleArn: `acs:ram::1234567890123456:role/r${i}`,
        ...own,
      })),
      policies: [POLICY],
      accounts: isNamed ? [{ id: '1234567890123456', alias: 'no', name: accountName }] : [],
      grants: grants.map(({ who, explains, ...own }, i) => {
        const to = { provider: ids[i % ids.length], ...who };
        const gives = { role: `r${i % roles.length}`, ...own };
        return { id: `g${i}`, to, ...(explains ? { when: own.when, permission: 'explain' } : gives) };
      }),
      signOn: section,
      tests: tests.map(({ name: own, subject }) => ({
        name: own,
        as: { provider: ids[0], subject },
        role: 'r0',
        expect: 'deny',
      })),
    };
  });

const apply = (rows: FakeRows, files: Parameters<typeof applyDocument>[0]['files']) =>
  applyDocument({ rows, files, appliedBy: 'test', now: new Date(0), ram: undefined, dryRun: false });

async function exportedFrom(rows: FakeRows) {
  const { access, supplement } = must(await readCurrentAccess(rows));
  return must(exportDocuments({ access, supplement, comment: 'Exported.' }));
}

describe('an exported document', () => {
  it('changes nothing when it is applied, and is laid out, whatever was applied before', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(document, async (value) => {
        const rows = new FakeRows();
        const files = [{ name: 'random.yaml', text: JSON.stringify(value) }] as const;
        const applied = await apply(rows, files);
        // Tests may fail, and names may be refused: such a document is never in force.
        if (!applied.ok) return;
        accepted += 1;
        const exported = await exportedFrom(rows);
        expect(await apply(rows, exported)).toMatchObject({ ok: true, value: { result: 'unchanged' } });
        expect(await exportedFrom(rows)).toEqual(exported);
        for (const { text: own } of exported) expect(formatDocument(own)).toEqual({ ok: true, value: own });
        // On an empty store it puts the same rules in force.
        const elsewhere = new FakeRows();
        expect(await apply(elsewhere, exported)).toMatchObject({ ok: true });
        expect(must(await readCurrentAccess(elsewhere)).access).toEqual(
          must(await readCurrentAccess(rows)).access,
        );
      }),
      { numRuns: 80 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it('has a subject of several claims, and the claim of the audience', async () => {
    const rows = new FakeRows();
    const members = 'subject: [org, project], audience: { claim: client_id }, audiences: ["1"]';
    const text = `version: 1
providers: [{ id: a, kind: oidc, issuer: "https://id.example.com", ${members} }, { id: b, kind: oidc, preset: spiffe, issuer: "https://b.example.com", tenants: [b.example] }]
roles: [{ id: r, roleArn: "acs:ram::1234567890123456:role/r" }]
grants: [{ id: g, to: { provider: a, subject: "a%2Fb/c" }, role: r, sessionPolicy: inherit }]
`;
    must(await apply(rows, [{ name: 'a.yaml', text }]));
    const exported = await exportedFrom(rows);
    expect(exported[0]?.text).toContain('client_id');
    expect(await apply(rows, exported)).toMatchObject({ ok: true, value: { result: 'unchanged' } });
  });

  it('names the pinned policy that a grant refers to', () => {
    const { access } = acceptedDocument(
      `${VALID}policies: ${JSON.stringify([POLICY])}\n`.replace(
        'inherit',
        '{ policyFrom: ReadMedia, only: ["oss:Get*"] }',
      ),
    );
    const [file] = must(exportDocuments({ access, supplement: access, comment: 'x' }));
    expect(file.text).toMatch(/policyFrom: ReadMedia\n +only: \[oss:Get\*\]/);
  });

  it('becomes several files where one would be long, whose names keep the order of the grants', () => {
    const grants = Array.from(
      { length: 2_500 },
      (_, i) =>
        `  - { id: g${i}, to: { provider: app-users, subject: s${i} }, role: media-uploader, sessionPolicy: inherit, when: 'claims.team == "${'x'.repeat(100)}"' }\n`,
    );
    const { access } = acceptedDocument(`${VALID}${grants.join('')}`);
    const files = must(exportDocuments({ access, supplement: access, comment: 'x' }));
    const names = files.map(({ name: own }) => own);
    expect(names).toEqual(names.toSorted());
    expect(names.filter((own) => own.includes('grants')).length).toBeGreaterThan(1);
    for (const { text: own } of files) expect(Buffer.byteLength(own)).toBeLessThan(1_500_000);
    const read = must(readDocuments(files));
    expect(read.access.grants).toEqual(access.grants);
  });
});
