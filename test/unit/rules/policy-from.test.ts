// A grant by a policy's name gives what was fetched and reviewed, cut down and shrunk, and never a text that changed since.
import { describe, expect, it } from 'vitest';
import { contains } from '../../../shared/ram/contains.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import { digestPolicy } from '../../../shared/rules/compile/pinned-policies.ts';
import { StoredGrant } from '../../../shared/rules/document/stored-grant.ts';
import { must } from '../../contract/must.ts';
import { acceptedDocument, edited, expectFault, faultsOf, roleGrants, VALID } from './documents.ts';

const statement = (Action: readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});
const documentOf = (...Statement: readonly object[]) => ({ Version: '1', Statement });

const READ = documentOf(statement(['oss:Get*', 'oss:List*', 'oss:GetObject']));
/** No pattern covers another, so it cannot be written shorter. */
const LONG = documentOf(statement(Array.from({ length: 120 }, (_, i) => `oss:GetNumber${i}x`)));

interface Pin {
  readonly name?: string;
  readonly type?: string;
  readonly version?: string;
  readonly sha256?: string;
  readonly document: object;
}

const digestOf = (document: object): string => {
  const policy = parsePolicy(document);
  return policy.ok ? digestPolicy(policy.value) : '0'.repeat(64);
};

const pinned = ({ document, ...rest }: Pin): string =>
  JSON.stringify({
    name: 'Reader',
    type: 'System',
    version: 'v2',
    sha256: digestOf(document),
    document,
    ...rest,
  });

/** Line 12 is `policies:`, line 13 the first entry, and the grant to staff ends with its session policy. */
const using = (sessionPolicy: string, ...pins: readonly Pin[]): string =>
  edited(
    'grants:',
    `policies:\n${pins.map((pin) => `  - ${pinned(pin)}\n`).join('')}grants:`,
    edited('sessionPolicy: inherit', `sessionPolicy: ${sessionPolicy}`),
  );

const STAFF_LINE = VALID.split('\n').findIndex((line) => line.includes('inherit')) + 1;
const lineWith = (pins: number): number => STAFF_LINE + 1 + pins;
const policyOfStaff = (text: string) => roleGrants(text)[1]?.sessionPolicy;

describe('a pinned policy', () => {
  it.each<[string, object, object]>([
    ['with an empty Condition has none', { Condition: {} }, {}],
    [
      'with an offset gives the instant',
      { Condition: { DateLessThan: { 'acs:CurrentTime': '2031-01-01T08:00:00+08:00' } } },
      { Condition: { DateLessThan: { 'acs:CurrentTime': '2031-01-01T00:00:00Z' } } },
    ],
  ])('%s', (_, written, stored) => {
    const document = documentOf(statement(['oss:GetObject'], written));
    expect(policyOfStaff(using('{ policyFrom: Reader }', { document }))).toMatchObject({
      document: documentOf({ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*', ...stored }),
    });
  });
});

describe('a grant of a policy by name', () => {
  it('stores the text, shrunk, as a template without variables', () => {
    expect(policyOfStaff(using('{ policyFrom: Reader }', { document: READ }))).toEqual({
      variables: {},
      document: documentOf({ Effect: 'Allow', Action: ['oss:Get*', 'oss:List*'], Resource: '*' }),
    });
  });

  it('stores only the actions that it names', () => {
    const text = using('{ policyFrom: Reader, only: [oss:GetObjectAcl, "oss:Lis*"] }', { document: READ });
    expect(policyOfStaff(text)).toMatchObject({
      document: { Statement: [{ Action: ['oss:GetObjectAcl', 'oss:List*'] }] },
    });
  });

  it('stores what vend reads back unchanged, and nothing wider than the policy', () => {
    const [, staff] = roleGrants(using('{ policyFrom: Reader, only: ["oss:Get*"] }', { document: READ }));
    expect(StoredGrant.parse(JSON.parse(JSON.stringify(staff)))).toEqual(staff);
    const stored = staff?.sessionPolicy;
    if (typeof stored !== 'object') throw new Error('not a template');
    expect(contains(must(parsePolicy(READ)), must(parsePolicy(stored.document))).ok).toBe(true);
  });

  it('may be made by many, of several policies', () => {
    const text = using(
      '{ policyFrom: B }',
      { name: 'A', document: READ },
      { name: 'B', document: LONG_ENOUGH },
    );
    expect(policyOfStaff(text)).toMatchObject({ document: LONG_ENOUGH });
    expect(acceptedDocument(text).access.policies.map(({ name }) => name)).toEqual(['A', 'B']);
  });

  it.each([
    ['{ policyFrom: Other }', 'sessionPolicy.policyFrom: name an entry of policies'],
    ['{ policyFrom: reader }', 'sessionPolicy.policyFrom: name an entry of policies'],
    ['{ policyFrom: __proto__ }', 'sessionPolicy.policyFrom: write the name of a RAM policy'],
    ['{ policyFrom: ../Reader }', 'sessionPolicy.policyFrom: write the name of a RAM policy'],
    ['{ policyFrom: Reader, only: [] }', 'sessionPolicy.only: use at least 1 items'],
    ['{ policyFrom: Reader, only: [GetObject] }', 'only[0]: write it as service:Operation'],
    ['{ policyFrom: Reader, only: ["*:GetObject"] }', 'only[0]: write it as service:Operation'],
    ['{ policyFrom: Reader, only: [oss:GetObject, oss:PutObject] }', 'only[1]: remove or correct it'],
    ['{ policyFrom: Reader, only: ["oss:*Acl"] }', 'only[0]: write a narrower pattern'],
    ['{ policyFrom: Reader, variables: {} }', 'remove or correct the unknown key variables'],
    ['{ policyFrom: Reader, document: {} }', 'sessionPolicy: give variables and document, or policyFrom'],
    ['{ only: [oss:GetObject] }', 'sessionPolicy: give variables and document, or policyFrom'],
  ])('is refused as %s', (sessionPolicy, says) => {
    expectFault(using(sessionPolicy, { document: READ }), lineWith(1), says);
  });

  it('is refused when the policy does not fit, with its bytes and the way out', () => {
    expectFault(
      using('{ policyFrom: Reader }', { document: LONG }),
      lineWith(1),
      'policyFrom: name the actions',
    );
    const [fault] = faultsOf(using('{ policyFrom: Reader }', { document: LONG }));
    expect(Number(/has (\d+) bytes/.exec(fault ?? '')?.[1])).toBeGreaterThan(2048);
    const cut = (count: number) =>
      `{ policyFrom: Reader, only: [${Array.from({ length: count }, (_, i) => `oss:GetNumber${i}x`)}] }`;
    expectFault(using(cut(119), { document: LONG }), lineWith(1), 'only: name fewer actions');
    expect(faultsOf(using(cut(50), { document: LONG }))).toEqual([]);
  });

  it('is refused when the policy could give actions of sts or ram, unless cut or meant', () => {
    const admin = { document: documentOf(statement(['oss:Get*', 'ram:ListUsers'])) };
    expectFault(using('{ policyFrom: Reader }', admin), lineWith(1), 'actions of sts or ram');
    expect(faultsOf(using('{ policyFrom: Reader, only: ["oss:*"] }', admin))).toEqual([]);
    const meant = using('{ policyFrom: Reader }\n    allowIdentityActions: true', admin);
    expect(faultsOf(meant)).toEqual([]);
  });

  it('is judged anew for a grant that does not mean such actions', () => {
    const admin = { document: documentOf(statement(['oss:Get*', 'ram:ListUsers'])) };
    const first = using('{ policyFrom: Reader }\n    allowIdentityActions: true', admin);
    const second = `${first}  - id: more\n    to: { provider: app-users, group: more }\n    role: media-uploader\n    sessionPolicy: { policyFrom: Reader }\n`;
    expect(faultsOf(second)).toEqual([expect.stringContaining('grants[2].sessionPolicy.policyFrom')]);
  });

  it('is refused when the policy has a hole that nothing would fill', () => {
    const Resource = 'acs:oss:*:*:media/${user}/*';
    const holed = { document: documentOf({ ...statement(['oss:Get*']), Resource }) };
    expectFault(using('{ policyFrom: Reader }', holed), lineWith(1), 'policyFrom: uses a variable');
    const dollar = {
      document: documentOf({ ...statement(['oss:Get*']), Resource: 'acs:oss:*:*:media/$/*' }),
    };
    expectFault(using('{ policyFrom: Reader }', dollar), lineWith(1), 'policyFrom: has a $');
  });
});

const LONG_ENOUGH = documentOf({ Effect: 'Allow', Action: 'log:GetIndex', Resource: '*' });

describe('a pinned policy', () => {
  it('has one fingerprint however its JSON is written', () => {
    const [first] = READ.Statement;
    const reordered = { Statement: [{ Resource: ['*'], ...first, Effect: 'Allow' }], Version: '1' };
    expect(digestOf(reordered)).toBe(digestOf(READ));
    expect(faultsOf(using('inherit', { document: reordered, sha256: digestOf(READ) }))).toEqual([]);
  });

  it.each<[string, Pin, string]>([
    [
      'whose text is not the one that was fetched',
      { document: documentOf(statement(['oss:*'])), sha256: digestOf(READ) },
      'policies[0].sha256: fetch the policy again',
    ],
    [
      'with a hash of another kind',
      { document: READ, sha256: 'ABC' },
      'policies[0].sha256: write the SHA-256',
    ],
    ['of an unknown version', { document: READ, version: '2' }, 'policies[0].version: write the version'],
    ['of an unknown type', { document: READ, type: 'Any' }, 'policies[0].type: write System or Custom'],
    ['with a path for a name', { document: READ, name: '../../etc/passwd' }, 'policies[0].name'],
    [
      'that is not in the language of RAM',
      { document: documentOf({ ...statement(['oss:*']), Principal: '*' }) },
      'policies[0].document.Statement[0]: has the unknown key',
    ],
    ['with an action that is none', { document: documentOf(statement(['oss'])) }, 'Statement[0].Action[0]'],
  ])('%s is refused, whoever uses it', (_, pin, says) => {
    expectFault(using('inherit', pin), 13, says);
  });

  it('that is refused brings no second fault to the grants that use it', () => {
    const changed = { document: documentOf(statement(['oss:*'])), sha256: digestOf(READ) };
    expect(faultsOf(using('{ policyFrom: Reader }', changed))).toEqual([
      expect.stringContaining('policies[0].sha256'),
    ]);
  });

  it('is listed once', () => {
    const text = using('inherit', { document: READ }, { document: LONG_ENOUGH, type: 'Custom' });
    expectFault(text, 14, 'policies[1].name: list a policy once');
  });

  it('is one of at most a hundred', () => {
    const pins = Array.from({ length: 101 }, (_, i) => ({ name: `P${i}`, document: READ }));
    expect(faultsOf(using('inherit', ...pins.slice(1)))).toEqual([]);
    expectFault(using('inherit', ...pins), 12, 'policies: use at most 100 items');
  });
});
