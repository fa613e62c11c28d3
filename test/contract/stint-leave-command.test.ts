// `stint leave` and `stint leavers` as an operator uses them, with the permissions that operators attach and no more.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fillPolicy } from '../../clients/cli/setup/function-policies.ts';
import { DEMO_ACCOUNT, DEMO_INSTANCE, DEMO_REGION } from '../../local/demo/demo-account.ts';
import { openIam } from '../../local/iam/local-iam.ts';
import { startTablestore } from '../../local/tablestore/server.ts';
import { AUDIT, LEAVERS, PEOPLE } from '../../shared/adapters/tablestore/tables.ts';
import { createLeaverStore } from '../../shared/adapters/tablestore/tablestore-leaver-store.ts';
import { createPasskeyStore } from '../../shared/adapters/tablestore/tablestore-passkey-store.ts';
import { createRecheckStore } from '../../shared/adapters/tablestore/tablestore-recheck-store.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { createSessionStore } from '../../shared/adapters/tablestore/tablestore-session-store.ts';
import { ConnectionId } from '../../shared/kernel/names.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { hasLeft } from '../../shared/people/leaver.ts';
import { CredentialId, type Passkey } from '../../shared/people/passkey.ts';
import { personKey } from '../../shared/people/person.ts';
import { RecheckId, type Session, SessionId } from '../../shared/people/session.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { VALID } from '../unit/rules/documents.ts';
import { must } from './must.ts';

const ROOT = { accessKeyId: 'LTAIroot', accessKeySecret: 'root-secret' };
const OPERATOR = { accessKeyId: 'LTAIoperator', accessKeySecret: 'operator-secret' };

const scratch = mkdtempSync(join(tmpdir(), 'stint-leave-'));
const iam = openIam({ file: join(scratch, 'iam.lmdb'), clock: () => new Date() });
const VALUES = { account: DEMO_ACCOUNT, region: DEMO_REGION, instance: DEMO_INSTANCE, roles: [] };
const everything = { Version: '1', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const leavePolicy = fillPolicy('clients/cli/ram/leave-policy.json', VALUES);
must(iam.putUser({ ...ROOT, accountId: DEMO_ACCOUNT, name: 'root', policies: [everything] }));
must(iam.putUser({ ...OPERATOR, accountId: DEMO_ACCOUNT, name: 'operator', policies: [leavePolicy] }));
const tablestore = await startTablestore({
  dataDir: join(scratch, 'tablestore'),
  instance: DEMO_INSTANCE,
  region: DEMO_REGION,
  accountId: DEMO_ACCOUNT,
  callers: iam,
});
afterAll(async () => {
  await tablestore.close();
  await iam.close();
  rmSync(scratch, { recursive: true });
});

const folder = testFolder();
const environment = ({ accessKeyId, accessKeySecret }: typeof ROOT) => ({
  USER: 'ada',
  STINT_TABLESTORE_ENDPOINT: tablestore.url,
  STINT_TABLESTORE_INSTANCE: DEMO_INSTANCE,
  ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
});
const stint = (...argv: readonly string[]) => folder.stint(argv, environment(OPERATOR));
const rowsOf = ({ accessKeyId, accessKeySecret }: typeof ROOT) =>
  openRows(
    openTablestore({
      endpoint: tablestore.url,
      instance: DEMO_INSTANCE,
      credentials: () => ({
        accessKeyId,
        accessKeySecret: new Secret(accessKeySecret),
        securityToken: undefined,
      }),
      timing: { attemptDeadlineMs: 10_000, firstRetryMs: 0 },
    }),
  );
const rows = rowsOf(ROOT);
const [sessions, passkeys, leavers] = [
  createSessionStore(rows),
  createPasskeyStore(rows),
  createLeaverStore(rows),
];

const [CORPORATE, PARTNER] = [ConnectionId.parse('corporate'), ConnectionId.parse('partner')];
const ONE = { connection: CORPORATE, subject: 'alice', person: '4711' };
const OTHER = { connection: PARTNER, subject: 'alice.b', person: '4711' };

const connection = (id: string, issuer: string) => `    - id: ${id}
      kind: oidc
      name: ${id}
      issuer: ${issuer}
      clientId: stint
      person: { claim: employee_id }
`;

const session = (who: typeof ONE, id: string, parts: Partial<Session> = {}): Session => ({
  ...who,
  id: SessionId.parse(id.padEnd(22, 'x')),
  groups: [],
  claims: {},
  methods: [],
  signedOnAt: new Date(),
  lastSeenAt: new Date(),
  rotatedAt: new Date(),
  secretHash: 'hash',
  formToken: 'form',
  browser: 'Browser',
  version: 1,
  ...parts,
});
const RECHECK = RecheckId.parse('r'.repeat(22));
const commandLine = {
  approvedIn: SessionId.parse('b'.padEnd(22, 'x')),
  startedAt: new Date(),
  familyHash: 'f',
};
const passkey = (who: typeof ONE): Passkey => ({
  ...who,
  credential: CredentialId.parse('credential'),
  publicKey: 'key',
  counter: 1,
  transports: [],
  name: 'Key',
  addedAt: new Date(),
  version: 1,
});

beforeAll(async () => {
  const signOn = `signOn:
  connections:
${connection('corporate', 'https://id.example.com')}${connection('partner', 'https://partner.example.com')}`;
  folder.write('access.yaml', `${VALID}${signOn}`);
  const admin = (...argv: readonly string[]) => folder.stint(argv, environment(ROOT));
  expect((await admin('tables', 'create')).exitCode).toBe(0);
  expect(await admin('apply', 'access.yaml')).toMatchObject({ exitCode: 0 });
});

/** A browser and a command line at one connection, a browser at the other, a passkey at each; and another person. */
beforeEach(async () => {
  for (const table of [PEOPLE, LEAVERS, AUDIT])
    for (const { key } of must(await rows.getRange(table, '', '\u{10ffff}')))
      must(await rows.deleteRow(table, key));
  for (const one of [
    session(ONE, 'a', { recheck: RECHECK }),
    session(ONE, 'c', { commandLine }),
    session(OTHER, 'd'),
    session({ connection: CORPORATE, subject: 'bob', person: '4712' }, 'e'),
  ])
    must(await sessions.create(one));
  for (const who of [ONE, OTHER]) must(await passkeys.add(passkey(who)));
  const word = { signedOn: session(ONE, 'a'), confirmedAt: new Date(), startedAt: new Date() };
  const first = { iss: 'https://id.example.com', sub: 'alice' };
  must(await createRecheckStore(rows).create({ ...word, id: RECHECK, first, token: 'sealed', version: 1 }));
  must(await passkeys.noteSignOn({ signedOn: session(ONE, 'a'), at: new Date(0) }));
});
afterEach(() => tablestore.faults.clear());

const peopleRows = async () =>
  must(await rows.getRange(PEOPLE, '', '\u{10ffff}')).filter(
    ({ key: [owner = ''] }) => !owner.startsWith('person-link/'),
  );
const out = async () => {
  const page = must(await leavers.page('', 100));
  return page.leavers.filter(hasLeft).map(({ name }) => name);
};
const auditRows = async () =>
  must(await rows.getRange(AUDIT, '', '\u{10ffff}'))
    .map(({ columns }) => JSON.parse(columns['event'] ?? ''))
    .map(({ action, subject, operator }) => [action, subject, operator.split(' ')[0]].join(' '))
    .toSorted();

const NAMES = ['corporate:alice', 'partner:alice.b', 'person:4711'];
const WHY = ['--reason', 'left, INC-1'];

describe('stint leave', () => {
  it.each(['corporate:alice', 'partner:alice.b', 'person:4711'])(
    'ends everything of a person at every connection, by the name %s',
    async (name) => {
      const done = await stint('leave', name, ...WHY, '--yes');
      expect(done).toMatchObject({ exitCode: 0 });
      // The audit trail has who was given credentials by these names, and never by the link.
      for (const other of NAMES)
        expect(done.out.includes(`--who ${other}`)).toBe(!other.startsWith('person:'));
      expect(await out()).toEqual(NAMES);
      expect((await peopleRows()).map(({ columns }) => JSON.parse(columns['json'] ?? '').subject)).toEqual([
        'bob',
      ]);
      expect(done.out).toContain(
        'corporate:alice: ended 1 session of a browser, 1 session of a command line, 1 passkey.',
      );
      expect(done.out).toContain(
        'partner:alice.b: ended 1 session of a browser, 0 sessions of command lines, 1 passkey.',
      );
      expect(done.out).toMatch(
        /until \d{4}-.* at the latest[\s\S]*stint contain[\s\S]*provider app-users[\s\S]*stint block/,
      );
      expect(await auditRows()).toEqual(NAMES.map((one) => `leave ${one} ada`));
    },
  );

  it('asks first, changes nothing without an answer, and nothing in a dry run', async () => {
    const words = ['leave', 'corporate:alice', ...WHY];
    expect(await stint(...words)).toMatchObject({ exitCode: 2, notes: expect.stringContaining('add --yes') });
    const no = await folder.stint(words, environment(OPERATOR), undefined, async () => 'no');
    expect(no).toMatchObject({ exitCode: 2, notes: expect.stringContaining('person:4711') });
    const dry = await stint('leave', 'corporate:alice', '--dry-run', '--json');
    expect(JSON.parse(dry.out)).toMatchObject({
      dryRun: true,
      people: [{ subject: 'alice', browsers: 1, commandLines: 1, passkeys: 1 }, { subject: 'alice.b' }],
    });
    expect([await out(), (await peopleRows()).length, await auditRows()]).toEqual([[], 8, []]);
  });

  it('goes on after it was stopped half-way, and says what it could not do', async () => {
    tablestore.faults.add({ operation: 'DeleteRow', kind: 'busy', times: Number.POSITIVE_INFINITY });
    const first = await stint('leave', 'corporate:alice', ...WHY, '--yes');
    expect(first).toMatchObject({
      exitCode: 3,
      notes: expect.stringContaining('end all of partner:alice.b'),
    });
    // Out all the same.
    expect(await out()).toEqual(NAMES);
    tablestore.faults.clear();
    // What names the link is gone by then: the marks still name the others.
    const alice = personKey(CORPORATE, 'alice');
    must(await sessions.end(must(await sessions.list(alice))));
    must(await passkeys.forgetSignOn(alice, new Date()));
    must(await rows.deleteRow(PEOPLE, [`person/${alice}`, `recheck/${RECHECK}`]));
    expect(await stint('leave', 'corporate:alice', ...WHY, '--yes')).toMatchObject({ exitCode: 0 });
    expect((await peopleRows()).length).toBe(1);
  });

  it('ends nothing while it cannot mark, since the person could begin again', async () => {
    tablestore.faults.add({ operation: 'PutRow', kind: 'busy', times: Number.POSITIVE_INFINITY });
    const failed = await stint('leave', 'corporate:alice', ...WHY, '--yes');
    expect(failed).toMatchObject({ exitCode: 3, notes: expect.stringContaining('nothing was ended') });
    expect((await peopleRows()).length).toBe(8);
  });

  it('lets a person in again by any of the names, and keeps the rows', async () => {
    must(
      await leavers.mark('person:4711', {
        source: 'scim:corporate',
        by: 'scim',
        reason: 'inactive',
        at: new Date(),
      }),
    );
    await stint('leave', 'corporate:alice', ...WHY, '--yes');
    expect((await stint('leave', 'partner:alice.b', '--undo')).exitCode).toBe(2);
    expect(await out()).toEqual(NAMES);
    const back = await stint('leave', 'partner:alice.b', '--undo', '--yes');
    expect(back).toMatchObject({ exitCode: 0, out: expect.stringContaining('scim:corporate said') });
    expect(await out()).toEqual([]);
    expect((await auditRows()).filter((row) => row.startsWith('reinstate'))).toHaveLength(3);
    const again = await stint('leave', 'partner:alice.b', '--undo', '--yes');
    expect(again).toMatchObject({ exitCode: 2, notes: expect.stringContaining('has not left') });
  });

  it('takes the name as audit rows show it, and refuses one that fits nothing', async () => {
    const refused = async (...words: readonly string[]) => {
      const { exitCode, notes } = await stint('leave', ...words);
      return `${exitCode} ${notes}`;
    };
    expect(await refused('nobody', ...WHY)).toContain('2 write the person as connection:subject');
    expect(await refused('corprate:alice', ...WHY)).toContain('did you mean corporate?');
    expect(await refused('app-users:alice', ...WHY)).toContain('stint block');
    expect(await refused('corporate:alice', '--yes')).toContain('give a reason');
    expect(await refused('corporate:alice', '--yes', '--reason', 'x'.repeat(201))).toContain('1 to 200');
    expect(await out()).toEqual([]);
  });

  /**
   * @attack An operator who may end sessions makes one, and signs in as anyone
   * @removed that leave-policy.json has no BatchWriteRow on people
   * @failed 1 of 10: has a policy that can end sessions and write none: `expected [ Array(3) ] to match object [ { ok: false,
   *   …(1) }, …(2) ]`
   */
  it('has a policy that can end sessions and write none', async () => {
    const own = rowsOf(OPERATOR);
    const forged = await createSessionStore(own).create(session(ONE, 'forged'));
    const raised = await own.putRowIf({ table: PEOPLE, key: ['a', 'b'], columns: {} }, 'absent');
    const cleaned = await own.deleteRow(AUDIT, ['0', 'x', 'y']);
    const denied = 'OTSNoPermissionAccess';
    expect([forged, raised, cleaned]).toMatchObject([
      { ok: false, error: { cause: denied } },
      { ok: false, error: { code: denied } },
      { ok: false, error: { code: denied } },
    ]);
  });
});

describe('stint leavers', () => {
  it('lists who left and why, and the others on request, by pages', async () => {
    await stint('leave', 'corporate:alice', ...WHY, '--yes');
    must(
      await leavers.mark('corporate:carol', { source: 'operator', by: 'b', reason: 'r', at: new Date(0) }),
    );
    must(await leavers.reinstate('corporate:carol', { source: undefined, by: 'b', at: new Date(1) }));
    const { out: table } = await stint('leavers');
    expect(table).toMatch(/^NAME .*\ncorporate:alice .*operator .*ada \(LTAIoperator\).* left, INC-1\n/);
    expect(table).not.toContain('carol');
    expect((await stint('leavers', '--all')).out).toContain('corporate:carol');
    const page = await stint('leavers', '--limit', '1');
    expect(page.notes).toMatch(/stint leavers --from \S+$/);
    const next = page.notes.split(' ').at(-1) ?? '';
    expect((await stint('leavers', '--from', next, '--json')).out).not.toContain(
      '"corporate:alice",\n      "leaves"',
    );
  });
});
