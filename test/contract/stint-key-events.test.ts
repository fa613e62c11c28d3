// `stint key` and what ActionTrail recorded: a key is used at the local STS, RAM and Tablestore, and looked up by auditors
// who may and who may not read events.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sts from '@alicloud/sts20150401';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCallLog } from '../../local/action-trail/call-log.ts';
import { startActionTrail } from '../../local/action-trail/server.ts';
import { openIam } from '../../local/iam/local-iam.ts';
import { startRam } from '../../local/ram/server.ts';
import { startSts } from '../../local/sts/server.ts';
import { startTablestore } from '../../local/tablestore/server.ts';
import { openActionTrail } from '../../shared/adapters/alibaba-cloud/action-trail.ts';
import { openRamPolicies } from '../../shared/adapters/alibaba-cloud/ram-policies.ts';
import { createTables } from '../../shared/adapters/tablestore/create-tables.ts';
import { ACCESS } from '../../shared/adapters/tablestore/tables.ts';
import { createAuditLog } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { RequestId } from '../../shared/kernel/names.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { must } from './must.ts';

const ACCOUNT = '1234567890123456';
const ROLE = `acs:ram::${ACCOUNT}:role/media`;
const allow = (...Action: readonly string[]) => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});
const AUDITOR = { accessKeyId: 'LTAIauditor', accessKeySecret: 'auditor-secret' };
const TABLES_ONLY = { accessKeyId: 'LTAItables', accessKeySecret: 'tables-secret' };
const FOREIGNER = { accessKeyId: 'LTAIforeign', accessKeySecret: 'foreign-secret' };

const folder = mkdtempSync(join(tmpdir(), 'stint-key-events-'));
const iam = openIam({ file: join(folder, 'iam.lmdb'), clock: () => new Date() });
const policies = { auditor: [allow('ots:*', 'actiontrail:LookupEvents')], tables: [allow('ots:*')] };
must(iam.putUser({ accountId: ACCOUNT, name: 'auditor', ...AUDITOR, policies: policies.auditor }));
must(iam.putUser({ accountId: ACCOUNT, name: 'tables', ...TABLES_ONLY, policies: policies.tables }));
must(iam.putUser({ accountId: '99', name: 'foreign', ...FOREIGNER, policies: [allow('*')] }));
const trust = {
  Version: '1',
  Statement: [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${ACCOUNT}:root`] } },
  ],
};
const role = must(iam.putRole({ arn: ROLE, trustPolicy: trust, policies: [allow('ram:GetPolicy')] }));

const calls = createCallLog();
const ram = await startRam({ iam, calls });
const stsServer = await startSts({ iam, calls });
const tables = await startTablestore({ dataDir: join(folder, 'ots'), instance: 'i', callers: iam, calls });
const actionTrail = await startActionTrail({ iam, calls, region: 'cn-hangzhou', callsPerSecond: 100 });
afterAll(async () => {
  for (const server of [ram, stsServer, tables, actionTrail, iam]) await server.close();
});

const credentialsOf = (key: typeof AUDITOR & { securityToken?: string }) => () => ({
  accessKeyId: key.accessKeyId,
  accessKeySecret: new Secret(key.accessKeySecret),
  securityToken: key.securityToken === undefined ? undefined : new Secret(key.securityToken),
});
const rowsAs = (key: typeof AUDITOR & { securityToken?: string }) =>
  openTablestore({ endpoint: tables.url, instance: 'i', credentials: credentialsOf(key) });

const cli = testFolder();
const stintKey = (
  key: typeof AUDITOR,
  id: string,
  more: readonly string[] = [],
  endpoint = actionTrail.url,
) =>
  cli.stint(['key', id, ...more], {
    STINT_TABLESTORE_ENDPOINT: tables.url,
    STINT_TABLESTORE_INSTANCE: 'i',
    ALIBABA_CLOUD_ACCESS_KEY_ID: key.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.accessKeySecret,
    ...(endpoint === '' ? {} : { STINT_ACTIONTRAIL_ENDPOINT: endpoint }),
  });

/** A key of the role, registered as vend registers it. */
async function vend(issuedAt = new Date()) {
  const session = iam.issueSession({ role, sessionName: 'alice', durationSeconds: 3600 });
  const entry = {
    ...{ accessKeyId: session.accessKeyId, provider: 'demo', subject: 'alice', role: 'media' },
    ...{ grant: 'own', roleArn: ROLE, sessionName: 'alice', stsRequestId: 'r' },
    ...{ requestId: RequestId.parse(`r-${session.accessKeyId.slice(4)}`), issuedAt },
    expiresAt: new Date(issuedAt.getTime() + 3_600_000),
  };
  must(await createAuditLog(openRows(rowsAs(AUDITOR))).register(entry));
  return session;
}

let used: Awaited<ReturnType<typeof vend>>;

beforeAll(async () => {
  must(await createTables(rowsAs(AUDITOR)));
  used = await vend();
  const client = new sts.default({
    ...used,
    endpoint: new URL(stsServer.url).host,
    protocol: 'http',
    toMap: () => ({}),
  });
  await client.getCallerIdentity();
  await openRamPolicies({ endpoint: ram.url, credentials: credentialsOf(used) }).fetch('none', 'Custom');
  await openRows(rowsAs(used)).getRows(ACCESS, [['x']]);
});

describe('stint key, for an auditor who may read events', () => {
  it('shows what the key did, in the order of time, with the outcome of each call', async () => {
    const { exitCode, out, notes } = await stintKey(AUDITOR, used.accessKeyId);
    expect(exitCode).toBe(0);
    const table =
      out
        .split('\n\n')[1]
        ?.split('\n')
        .map((line) => line.split(/ {2,}/)) ?? [];
    expect(table.map(([, service, event, from, , outcome]) => [service, event, from, outcome])).toEqual([
      ['SERVICE', 'EVENT', 'FROM', 'OUTCOME'],
      ['Sts', 'GetCallerIdentity', '127.0.0.1', 'ok'],
      ['Ram', 'GetPolicy', '127.0.0.1', 'EntityNotExist.Policy'],
      ['Ots', 'BatchGetRow', '127.0.0.1', 'OTSNoPermissionAccess'],
    ]);
    expect(notes).toBe('');
  });

  it('prints the same in --json, in one object', async () => {
    const { out } = await stintKey(AUDITOR, used.accessKeyId, ['--json']);
    expect(JSON.parse(out)).toMatchObject({
      ...{ accessKeyId: used.accessKeyId, alive: true, moreEvents: false, eventsFault: null },
      events: [
        { eventName: 'GetCallerIdentity', errorCode: '' },
        { serviceName: 'Ram' },
        { serviceName: 'Ots' },
      ],
    });
  });

  it('says that an unused key has no events', async () => {
    const { accessKeyId } = await vend();
    const { exitCode, notes } = await stintKey(AUDITOR, accessKeyId);
    expect(exitCode).toBe(0);
    expect(notes).toContain('no event of this key');
  });

  it('asks nothing about a key from before the 90 days of ActionTrail', async () => {
    const { accessKeyId } = await vend(new Date(Date.now() - 91 * 24 * 3_600_000));
    const { exitCode, notes } = await stintKey(AUDITOR, accessKeyId, [], 'http://127.0.0.1:1');
    expect(exitCode).toBe(0);
    expect(notes).toContain('the last 90 days');
  });

  it('reads page after page, and stops after 200 events', async () => {
    const busy = await vend();
    const caller = { accessKeyId: busy.accessKeyId, accountId: ACCOUNT, arn: `${ROLE}:assumed-role/media/a` };
    const call = { serviceName: 'Oss', sourceIpAddress: '1.1.1.1', userAgent: '', errorCode: undefined };
    const at = new Date();
    for (let n = 0; n < 230; n += 1) calls.record({ ...call, caller, eventName: `Put${n}\u001b[2J`, at });
    const { out, notes } = await stintKey(AUDITOR, busy.accessKeyId);
    expect(out.split('\n').filter((line) => line.includes('Oss'))).toHaveLength(200);
    expect(out).toContain('Put0?[2J');
    expect(notes).toContain('later events: these are the first 200');
  });
});

describe('stint key, where ActionTrail does not answer', () => {
  it.each([
    ['without the permission', TABLES_ONLY, () => actionTrail.url, 'it needs actiontrail:LookupEvents on *'],
    ['without an endpoint', AUDITOR, () => '', 'set STINT_ACTIONTRAIL_ENDPOINT'],
  ])('%s, it says so and shows the rest', async (_, key, endpoint, note) => {
    const { exitCode, out, notes } = await stintKey(key, used.accessKeyId, [], endpoint());
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^grant +own$/m);
    expect(notes).toContain(note);
    const json = await stintKey(key, used.accessKeyId, ['--json'], endpoint());
    expect(JSON.parse(json.out)).toMatchObject({ events: null, eventsFault: expect.stringContaining(note) });
  });

  it('says so where it is throttled again and again, or answers with something else', async () => {
    actionTrail.faults.inject({ kind: 'refuse', code: 'Throttling.User' }, 3);
    expect((await stintKey(AUDITOR, used.accessKeyId)).notes).toContain('too many look-ups');
    actionTrail.faults.inject({ kind: 'garbage' }, 3);
    expect(await stintKey(AUDITOR, used.accessKeyId)).toMatchObject({
      exitCode: 0,
      notes: expect.stringContaining('ActionTrail: '),
    });
    actionTrail.faults.clear();
  });
});

describe('the local ActionTrail', () => {
  const range = { since: new Date(Date.now() - 3_600_000), until: new Date(Date.now() + 60_000) };
  const lookUp = (key: typeof AUDITOR, id: string) =>
    openActionTrail({ endpoint: actionTrail.url, credentials: credentialsOf(key) }).eventsOf(id, range);

  it('shows no account the events of another', async () => {
    expect(must(await lookUp(FOREIGNER, used.accessKeyId)).events).toEqual([]);
  });

  it('refuses a range that is older than it keeps, and a wrong key', async () => {
    const old = { since: new Date(0), until: new Date() };
    const asAuditor = openActionTrail({ endpoint: actionTrail.url, credentials: credentialsOf(AUDITOR) });
    expect(await asAuditor.eventsOf('STS.x', old)).toMatchObject({
      error: { code: 'InvalidParameterValue' },
    });
    const forged = { ...AUDITOR, accessKeySecret: 'wrong' };
    expect(await lookUp(forged, 'STS.x')).toMatchObject({ error: { kind: 'key' } });
  });

  it('forgets the oldest calls of a key, and records none of a user', () => {
    const log = createCallLog();
    const call = { serviceName: 'Sts', sourceIpAddress: '', userAgent: '', errorCode: undefined };
    const caller = { accessKeyId: 'STS.a', accountId: ACCOUNT, arn: `acs:ram::${ACCOUNT}:assumed-role/m/a` };
    for (let n = 0; n < 501; n += 1) log.record({ ...call, caller, eventName: `Call${n}`, at: new Date(n) });
    const user = { ...caller, arn: `acs:ram::${ACCOUNT}:user/u` };
    log.record({ ...call, caller: user, eventName: 'ByUser', at: new Date() });
    const kept = log.ofAccount(ACCOUNT).map(({ eventName }) => eventName);
    expect(kept).toHaveLength(500);
    expect([kept[0], kept.at(-1)]).toEqual(['Call1', 'Call500']);
  });
});
