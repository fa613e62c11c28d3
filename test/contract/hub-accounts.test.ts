// Guarantees: with hub roles, vend calls AssumeRole from several accounts by the unmodified SDK's requests, each account for its own
// quota, and what a caller gets is the same from each.
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openHubAccounts } from '../../shared/adapters/alibaba-cloud/hub-accounts.ts';
import { lazyStsClient, type StsClient } from '../../shared/adapters/alibaba-cloud/sts-client.ts';
import { createStsRoleAssumer } from '../../shared/adapters/alibaba-cloud/sts-role-assumer.ts';
import { RoleArn } from '../../shared/kernel/names.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { spreadCalls } from '../../shared/pipeline/assume/spread-calls.ts';
import { documentOf, openWorld, roleArn, trusting, type World } from '../local/sts/world.ts';
import { grantTo, NOW, role } from '../support/builders.ts';
import { CANARY } from '../support/canaries.ts';
import { FakeLogger } from '../support/fakes.ts';
import { token } from '../support/issuer.ts';
import { startVend, type Vend } from '../support/vend-app.ts';
import { must } from './must.ts';

const VEND = roleArn('stint-vend');
const HUB_A = RoleArn.parse(roleArn('stint-hub', '2222222222222222'));
const HUB_B = RoleArn.parse(roleArn('stint-hub', '3333333333333333'));
const HUBS = [HUB_A, HUB_B];
const TARGET = role().roleArn;
/** Of each account. */
const CALLS_PER_SECOND = 5;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

const mayAssume = (...Resource: readonly string[]) =>
  documentOf({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource });
const trust = (...RAM: readonly string[]) =>
  trusting({ RAM }, { StringEquals: { 'sts:ExternalId': CANARY.externalId } });

let world: World;
let vend: Vend;
let logger: FakeLogger;
/** What was asked of STS, and the calls that have no answer yet. */
let orders: Parameters<StsClient['assumeRole']>[0][];
let pending: Promise<unknown>[];

function watched(client: StsClient): StsClient {
  return {
    ...client,
    assumeRole(order) {
      orders.push(order);
      const answer = client.assumeRole(order);
      pending.push(answer.catch(() => undefined));
      return answer;
    },
    withCredentials: (credentials) => watched(client.withCredentials(credentials)),
  };
}

/** As docs/hub-accounts.md says. */
function populate({ iam }: World): void {
  const Service = 'fc.aliyuncs.com';
  must(
    iam.putRole({ arn: VEND, trustPolicy: trusting({ Service }), policies: [mayAssume(TARGET, ...HUBS)] }),
  );
  for (const arn of HUBS)
    must(iam.putRole({ arn, trustPolicy: trusting({ RAM: [VEND] }), policies: [mayAssume(TARGET)] }));
  const policies = [documentOf({ Effect: 'Allow', Action: 'oss:*', Resource: '*' })];
  must(
    iam.putRole({
      arn: TARGET,
      trustPolicy: trust(VEND, ...HUBS),
      policies,
      maxSessionSeconds: 43_200,
    }),
  );
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  world = await openWorld({ callsPerSecond: CALLS_PER_SECOND });
  populate(world);
  [orders, pending, logger] = [[], [], new FakeLogger()];
  const openOwn = lazyStsClient({
    endpoint: world.sts.url,
    credentials() {
      const own = must(world.iam.issueServiceSession(VEND, 'fc.aliyuncs.com'));
      return {
        accessKeyId: own.accessKeyId,
        accessKeySecret: new Secret(own.accessKeySecret),
        securityToken: new Secret(own.securityToken),
      };
    },
  });
  const clock = { now: world.now };
  const openSts = async () => watched(await openOwn());
  const own = createStsRoleAssumer(openSts);
  const accounts = openHubAccounts(HUBS, { openSts, clock, counted: (assumer) => assumer });
  const roleAssumer = spreadCalls({ own, clock, logger, ...accounts });
  vend = startVend({ roleAssumer, sourceIdentity: true });
  vend.store.roles = [role({ maxDurationSeconds: 43_200 })];
  vend.store.grants = [grantTo({ kind: 'sub', name: 'alice' }, { maxDurationSeconds: 43_200 })];
});
afterEach(async () => {
  await world.close();
  vi.useRealTimers();
});

/** The clocks of vend, of STS and of the signatures go on together. */
function advance(milliseconds: number): void {
  world.advance(milliseconds / 1000);
  vend.clock.advance(milliseconds);
  vi.setSystemTime(world.now());
}

/** Also what runs beside requests has come to its end. */
async function settled(): Promise<void> {
  while (pending.length > 0) {
    await Promise.all(pending.splice(0));
    await setImmediate();
  }
}

/** A new session, since each asks for another duration. */
let duration = 1000;
const ask = (body: object = {}) => {
  const seconds = world.now().getTime() / 1000;
  duration += 1;
  const fresh = token({ claims: { iat: seconds, exp: seconds + 600 } });
  return vend.vend({ durationSeconds: duration, ...body }, { token: fresh });
};
async function vended(body: object = {}) {
  const { status, body: answer } = await ask(body);
  await settled();
  return { status, code: answer['code'], hub: answer['hubRoleArn'], answer };
}

async function vendTimes(count: number, milliseconds = SECOND_MS) {
  const done = [];
  for (let i = 0; i < count; i += 1) {
    done.push(await vended());
    advance(milliseconds);
  }
  return done;
}

/** From then on the sessions of both hubs are open, and the own account is next. */
const openHubs = () => vendTimes(3);

const lines = () => logger.lines.map(({ event, fields }) => [event, fields]);

/** Uses up the second of a hub's account, by calls of others there. */
async function useUp(hub: RoleArn): Promise<void> {
  const found = world.iam.findRole(hub);
  if (!found) throw new Error('no such hub');
  const keys = world.iam.issueSession({ role: found, sessionName: 'others', durationSeconds: 900 });
  const request = {
    roleArn: TARGET,
    roleSessionName: 'others',
    toMap: () => ({}),
    validate: () => undefined,
  };
  for (let i = 0; i < CALLS_PER_SECOND; i += 1)
    await world
      .client(keys)
      .assumeRole(request as never)
      .catch(() => undefined);
}

describe('calls of AssumeRole', () => {
  it('are made in turn from each account, and the first ones wait for no session of a hub', async () => {
    expect((await openHubs()).map(({ hub }) => hub)).toEqual([undefined, undefined, undefined]);
    expect((await vendTimes(6)).map(({ hub }) => hub)).toEqual([
      undefined,
      HUB_A,
      HUB_B,
      undefined,
      HUB_A,
      HUB_B,
    ]);
    expect(logger.lines).toEqual([]);
  });

  it('are the same from each: session policy, ExternalId, session name and SourceIdentity of the caller', async () => {
    await vendTimes(6);
    const toTarget = orders.filter((order) => order.roleArn === TARGET);
    const same = toTarget.map(({ durationSeconds: _, sessionPolicy, ...order }) => ({
      ...order,
      policy: sessionPolicy.json,
    }));
    expect(same).toHaveLength(6);
    expect(new Set(same.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(same[0]).toMatchObject({
      externalId: CANARY.externalId,
      policy: expect.stringContaining('alice'),
    });
    expect(same[0]?.sourceIdentity).toBe(same[0]?.sessionName);
  });

  it('give sessions with the SourceIdentity of the caller and the composed policy', async () => {
    await openHubs();
    await vended();
    const { hub, answer } = await vended();
    expect(hub).toBe(HUB_A);
    const { accessKeyId, securityToken } = answer['credentials'] as Record<string, string>;
    const found = world.iam.find(accessKeyId ?? '', securityToken);
    if (found.kind !== 'found') throw new Error(found.kind);
    expect(found.caller.principal).toMatchObject({
      roleName: 'media-uploader',
      sourceIdentity: answer['sessionName'],
    });
    const may = (user: string) =>
      found.caller.may('oss:GetObject', `acs:oss:*:1234567890123456:media/users/${user}/a.png`, {});
    expect([may('alice'), may('bob')]).toEqual([true, false]);
  });

  it('are named by their hub in the answer, the audit row and the register of keys', async () => {
    await openHubs();
    await vended();
    const { answer } = await vended();
    const { accessKeyId } = answer['credentials'] as Record<string, string>;
    expect(answer).toMatchObject({ hubRoleArn: HUB_A });
    const rows = [vend.auditLog.events.at(-1), vend.auditLog.keys.at(-1)];
    for (const row of rows) expect(row).toMatchObject({ accessKeyId, hubRoleArn: HUB_A });
    expect(vend.auditLog.keys[0]).not.toHaveProperty('hubRoleArn');
  });

  it('for sessions of more than an hour are made from the own account alone', async () => {
    await openHubs();
    for (let i = 0; i < 4; i += 1) {
      expect(await vended({ durationSeconds: 3_601 + i })).toMatchObject({ status: 200, hub: undefined });
      advance(SECOND_MS);
    }
  });
});

describe('a hub whose account is throttled', () => {
  it('is passed over for a second, with no call to it, and then asked again', async () => {
    await openHubs();
    await vended();
    await useUp(HUB_A);
    const before = orders.length;
    expect((await vendTimes(3, 0)).map(({ hub }) => hub)).toEqual([HUB_B, HUB_B, undefined]);
    // The first of them alone was throttled, and came by another hub.
    expect(orders.length - before).toBe(4);
    advance(SECOND_MS);
    expect((await vendTimes(2, 0)).map(({ hub }) => hub)).toEqual([HUB_A, HUB_B]);
  });

  it('and every other one too: the caller is told to come later', async () => {
    await openHubs();
    for (const hub of HUBS) await useUp(hub);
    for (let i = 0; i < CALLS_PER_SECOND; i += 1) await vended();
    expect(await vended()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(vend.auditLog.events.at(-1)).toMatchObject({ reason: 'sts-throttled' });
    advance(SECOND_MS);
    expect((await vended()).status).toBe(200);
  });
});

describe('a hub that fails', () => {
  it('because its role was deleted is left out, says so once a minute, and comes back when it is there again', async () => {
    await openHubs();
    const record = world.iam.findRole(HUB_A)?.record;
    world.iam.deleteRole(HUB_A);
    expect((await vendTimes(9)).map(({ status, hub }) => [status, hub === HUB_A])).toEqual(
      Array(9).fill([200, false]),
    );
    expect(lines()).toEqual([
      ['hub-unavailable', { hubRoleArn: HUB_A, cause: 'InvalidAccessKeyId.NotFound' }],
    ]);
    must(world.iam.putRole({ arn: HUB_A, trustPolicy: record?.trustPolicy, policies: [mayAssume(TARGET)] }));
    advance(60_000);
    expect((await vendTimes(6)).map(({ hub }) => hub)).toContain(HUB_A);
  });

  it('because it does not trust vend is left out', async () => {
    const trustPolicy = trusting({ RAM: [HUB_B] });
    must(world.iam.putRole({ arn: HUB_A, trustPolicy, policies: [mayAssume(TARGET)] }));
    const done = await vendTimes(9);
    expect(done.map(({ status }) => status)).toEqual(Array(9).fill(200));
    expect(new Set(done.map(({ hub }) => hub))).toEqual(new Set([undefined, HUB_B]));
    expect(lines()).toEqual([['hub-unavailable', { hubRoleArn: HUB_A, cause: 'NoPermission' }]]);
  });

  it('at one role, which does not trust it, is left out for that role', async () => {
    const policies = [documentOf({ Effect: 'Allow', Action: 'oss:*', Resource: '*' })];
    must(world.iam.putRole({ arn: TARGET, trustPolicy: trust(VEND, HUB_B), policies }));
    const done = await vendTimes(9);
    expect(done.map(({ status, hub }) => [status, hub === HUB_A])).toEqual(Array(9).fill([200, false]));
    expect(lines()).toEqual([['hub-refused', { hubRoleArn: HUB_A, roleArn: TARGET, cause: 'NoPermission' }]]);
  });

  it('because the instance was frozen for longer than its session is renewed, and nobody waits', async () => {
    await openHubs();
    expect((await vendTimes(3)).map(({ hub }) => hub)).toEqual([undefined, HUB_A, HUB_B]);
    advance(2 * HOUR_MS);
    const done = await vendTimes(6);
    expect(done.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(done.map(({ hub }) => hub)).toEqual([undefined, undefined, undefined, undefined, HUB_A, HUB_B]);
    expect(logger.lines).toEqual([]);
  });
});

it('a session of a hub is renewed before it ends, by one call of all who would', async () => {
  await openHubs();
  advance(51 * 60_000);
  const hops = () => orders.filter((order) => order.roleArn === HUB_A).length;
  const before = hops();
  const many = Array.from({ length: CALLS_PER_SECOND }, () => ask());
  const hubs = (await Promise.all(many)).map(({ body }) => body['hubRoleArn']);
  await settled();
  expect(hops() - before).toBe(1);
  expect(hubs).toContain(HUB_A);
});
