// A role that `stint apply` adds gives what its grant's session policy names and nothing else, on the local cloud as
// deployed.
import ram from '@alicloud/ram20150501';
import sts from '@alicloud/sts20150401';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseDocument } from 'yaml';
import { MEDIA_EXTERNAL_ID, roleArn, TABLE_READER } from '../../local/demo/demo-account.ts';
import { ignore, type SdkClient } from '../local/tablestore/sdk.ts';
import { ramClient, readTable, stsClient, tablestoreClient } from './cloud-clients.ts';
import { granted } from './exchange.ts';
import { adminKeyIn } from './state.ts';
import { type Exchange, startWorld, type World } from './world.ts';

/** The promise: a change of the rules is in force everywhere within this time. */
const RULES_BOUND_MS = 5_000;
/** As much again for a machine that is busy with other tests. */
const PATIENCE_MS = 2 * RULES_BOUND_MS;
const REFUSED = { code: 'OTSNoPermissionAccess', status: 403 };

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close()); // a start that failed has cleaned up after itself

/** Asks again and again until the answer has this status. */
async function vendUntil(status: number, person: string, role: string): Promise<Exchange> {
  const token = await world.token(person);
  return vi.waitFor(
    async () => {
      const exchange = await world.vend(token, { role });
      expect(exchange.status).toBe(status);
      return exchange;
    },
    { timeout: PATIENCE_MS, interval: 100 },
  );
}

const rules = (client: SdkClient) => readTable(client, 'catalog', ['kind', 'id']);
const grants = (client: SdkClient) => readTable(client, 'access', ['principal']);
const headKey = [{ kind: 'head' }, { id: 'current' }];
const put = (client: SdkClient, tableName: string, primaryKey: readonly Record<string, string>[]) =>
  client.putRow({ tableName, condition: ignore(), primaryKey, attributeColumns: [{ revision: 'x' }] });

/** As the owner of the account: adds what `stint role import` would. */
async function letVendAssume(arn: string): Promise<void> {
  const client = ramClient(world.ports.ram, world.state.rootKey);
  const policy = { policyName: 'stint-vend', policyType: 'Custom' };
  const { body } = await client.getPolicy(new ram.GetPolicyRequest(policy));
  const document = JSON.parse(body?.defaultPolicyVersion?.policyDocument ?? '');
  document.Statement.push({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: arn });
  const version = { ...policy, policyDocument: JSON.stringify(document), setAsDefault: true };
  await client.createPolicyVersion(new ram.CreatePolicyVersionRequest(version));
}

describe('npm start', () => {
  it('makes a deployment in which stint doctor finds nothing', async () => {
    const ended = await world.run(`npx stint doctor --strict --env ${world.state.folder}/admin.env`);
    expect(ended).toMatchObject({ exitCode: 0 });
  });
});

describe('a role that stint apply adds', () => {
  const clientOf = (exchange: Exchange) =>
    tablestoreClient(world.ports.tablestore, granted(exchange).credentials);
  let before: Exchange;
  let alice: SdkClient;
  let bob: SdkClient;

  beforeAll(async () => {
    before = await world.vend(await world.token('alice'), { role: 'table-reader' });
    await letVendAssume(TABLE_READER);
    await world.apply((text) => {
      const document = parseDocument(text);
      document.addIn(['roles'], { id: 'table-reader', roleArn: TABLE_READER });
      const Statement = [
        {
          Effect: 'Allow',
          Action: ['ots:GetRange', 'ots:GetRow'],
          Resource: 'acs:ots:*:*:instance/stint/table/catalog',
        },
      ];
      const grant = { role: 'table-reader', to: { provider: 'demo', subject: 'alice' } };
      document.addIn(['grants'], {
        ...grant,
        id: 'catalog',
        sessionPolicy: { document: { Version: '1', Statement } },
      });
      document.addIn(['grants'], {
        ...grant,
        id: 'all-tables',
        to: { provider: 'demo', subject: 'bob' },
        sessionPolicy: 'inherit',
      });
      return document.toString();
    });
    alice = clientOf(await vendUntil(200, 'alice', 'table-reader'));
    bob = clientOf(await vendUntil(200, 'bob', 'table-reader'));
  });

  it('is nobody’s before', () => {
    expect(before.status).toBe(403);
  });

  it('reads what the grant’s session policy names', async () => {
    expect(await rules(alice)).toContainEqual(expect.objectContaining({ kind: 'head', id: 'current' }));
    const { row } = await alice.getRow({ tableName: 'catalog', primaryKey: headKey, maxVersions: 1 });
    expect(row.primaryKey).toMatchObject([{ value: 'head' }, { value: 'current' }]);
  });

  it('reads nothing else, although the role may: who inherits the role’s own policy reads it', async () => {
    await expect(grants(alice)).rejects.toMatchObject(REFUSED);
    expect(await grants(bob)).not.toEqual([]);
  });

  it('writes nothing', async () => {
    await expect(put(alice, 'catalog', headKey)).rejects.toMatchObject(REFUSED);
    await expect(put(bob, 'catalog', headKey)).rejects.toMatchObject(REFUSED);
  });
});

describe('duties are separate', () => {
  const vend = () => tablestoreClient(world.ports.tablestore, world.state.vendKeys);
  const batchPut = (client: SdkClient, tableName: string, primaryKey: readonly object[]) =>
    client.batchWriteRow({
      tables: [
        {
          tableName,
          rows: [{ type: 'PUT', condition: ignore(), primaryKey, attributeColumns: [{ a: 'b' }] }],
        },
      ],
    });

  it('vend reads the rules, and can write none of them', async () => {
    expect(await rules(vend())).not.toEqual([]);
    const access = [{ principal: 'x' }];
    await expect(put(vend(), 'catalog', headKey)).rejects.toMatchObject(REFUSED);
    await expect(put(vend(), 'access', access)).rejects.toMatchObject(REFUSED);
    await expect(batchPut(vend(), 'catalog', headKey)).rejects.toMatchObject(REFUSED);
    await expect(batchPut(vend(), 'access', access)).rejects.toMatchObject(REFUSED);
  });

  it('vend adds audit rows, and can neither read one nor delete one by DeleteRow', async () => {
    const primaryKey = [{ shard: '0' }, { at: '2026-01-01T00:00:00.000Z' }, { request: 'e2e' }];
    const row = { tableName: 'audit', condition: ignore(), primaryKey };
    await put(vend(), 'audit', primaryKey);
    await expect(vend().getRow({ ...row, maxVersions: 1 })).rejects.toMatchObject(REFUSED);
    await expect(vend().deleteRow(row)).rejects.toMatchObject(REFUSED);
    await expect(vend().deleteTable({ tableName: 'audit' })).rejects.toMatchObject(REFUSED);
  });

  it('the administrator writes the rules, and can assume no role', async () => {
    const admin = adminKeyIn(world.state.folder);
    const tablestore = tablestoreClient(world.ports.tablestore, admin);
    expect(await grants(tablestore)).not.toEqual([]);
    const client = stsClient(world.ports.sts, admin);
    expect((await client.getCallerIdentity()).body).toMatchObject({ identityType: 'RAMUser' });
    const order = (name: string) =>
      new sts.AssumeRoleRequest({ roleArn: roleArn(name), roleSessionName: 'e2e' });
    for (const name of ['media-uploader', 'arms-reader', 'table-reader', 'stint-vend']) {
      await expect(client.assumeRole(order(name))).rejects.toMatchObject({ code: 'NoPermission' });
    }
  });
});

describe('a role whose trust policy asks for another ExternalId', () => {
  it('is a 502 to the caller, and STS’s own code only in the log', async () => {
    await world.apply((text) => text.replace(MEDIA_EXTERNAL_ID, 'of-somebody-else'));
    const refused = await vendUntil(502, 'alice', 'media-uploader');
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'role_misconfigured' });
    expect(refused.text).not.toMatch(/NoPermission|somebody|sts/i);
    const logged = await vi.waitFor(() => {
      const line = world
        .log()
        .split('\n')
        .find((entry) => entry.includes(refused.requestId));
      if (line === undefined) throw new Error('not logged yet');
      return line;
    });
    expect(JSON.parse(logged)).toMatchObject({
      level: 'error',
      code: 'role_misconfigured',
      cause: 'NoPermission',
      role: 'media-uploader',
    });
  });
});
