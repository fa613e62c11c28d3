// Guarantees: with hub roles, vend calls AssumeRole from several accounts by the unmodified SDK's requests, each account for its own
// quota, and what a caller gets is the same from each.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RoleArn } from '../../shared/kernel/names.ts';
import { trusting } from '../local/sts/world.ts';
import { CANARY } from '../support/canaries.ts';
import {
  ALL_OF_OSS,
  CALLS_PER_SECOND,
  HUB_A,
  HUB_B,
  type HubWorld,
  mayAssume,
  openHubWorld,
  TARGET,
  trustIn,
  VEND,
} from '../support/hub-world.ts';
import { must } from './must.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

let hubs: HubWorld;
beforeEach(async () => {
  hubs = await openHubWorld();
});
afterEach(() => hubs.close());

const vended = (body: object = {}) => hubs.vended(body);
const vendTimes = (count: number, milliseconds = SECOND_MS) => hubs.vendTimes(count, milliseconds);
const openHubs = () => hubs.openHubs();
const advance = (milliseconds: number) => hubs.advance(milliseconds);
const ordersOf = (arn: string) => hubs.calls.filter(({ order }) => order.roleArn === arn);
const lines = () => hubs.logger.lines.map(({ event, fields }) => [event, fields]);

/** Uses up the second of a hub's account, by calls of others there. */
async function useUp(hub: RoleArn): Promise<void> {
  const found = hubs.world.iam.findRole(hub);
  if (!found) throw new Error('no such hub');
  const keys = hubs.world.iam.issueSession({ role: found, sessionName: 'others', durationSeconds: 900 });
  const request = {
    roleArn: TARGET,
    roleSessionName: 'others',
    toMap: () => ({}),
    validate: () => undefined,
  };
  for (let i = 0; i < CALLS_PER_SECOND; i += 1)
    await hubs.world
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
    expect(hubs.logger.lines).toEqual([]);
  });

  it('are the same from each: session policy, ExternalId, session name and SourceIdentity of the caller', async () => {
    await vendTimes(6);
    const same = ordersOf(TARGET).map(({ order: { durationSeconds: _, sessionPolicy, ...order } }) => ({
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
    const found = hubs.world.iam.find(accessKeyId ?? '', securityToken);
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
    const rows = [hubs.vend.auditLog.events.at(-1), hubs.vend.auditLog.keys.at(-1)];
    for (const row of rows) expect(row).toMatchObject({ accessKeyId, hubRoleArn: HUB_A });
    expect(hubs.vend.auditLog.keys[0]).not.toHaveProperty('hubRoleArn');
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
    const before = hubs.calls.length;
    expect((await vendTimes(6, 0)).map(({ hub }) => hub)).toEqual([
      HUB_B,
      HUB_B,
      undefined,
      HUB_B,
      HUB_B,
      undefined,
    ]);
    // The first of them alone was throttled, and came by another hub.
    expect(hubs.calls.length - before).toBe(7);
    advance(SECOND_MS);
    expect((await vendTimes(2, 0)).map(({ hub }) => hub)).toEqual([HUB_A, HUB_B]);
  });

  it('and every other one too: the caller is told to come later', async () => {
    await openHubs();
    for (const hub of [HUB_A, HUB_B]) await useUp(hub);
    for (let i = 0; i < CALLS_PER_SECOND; i += 1) await vended();
    expect(await vended()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(hubs.vend.auditLog.events.at(-1)).toMatchObject({ reason: 'sts-throttled' });
    advance(SECOND_MS);
    expect((await vended()).status).toBe(200);
  });
});

describe('a hub that fails', () => {
  it('because its role was deleted is left out, says so once a minute, and comes back when it is there again', async () => {
    await openHubs();
    const record = hubs.world.iam.findRole(HUB_A)?.record;
    hubs.world.iam.deleteRole(HUB_A);
    expect((await vendTimes(9)).map(({ status, hub }) => [status, hub === HUB_A])).toEqual(
      Array(9).fill([200, false]),
    );
    expect(lines()).toEqual([
      ['hub-unavailable', { hubRoleArn: HUB_A, cause: 'InvalidAccessKeyId.NotFound' }],
    ]);
    must(
      hubs.world.iam.putRole({ arn: HUB_A, trustPolicy: record?.trustPolicy, policies: [mayAssume(TARGET)] }),
    );
    advance(60_000);
    expect((await vendTimes(6)).map(({ hub }) => hub)).toContain(HUB_A);
  });

  it('because it does not trust vend is left out', async () => {
    const trustPolicy = trusting({ RAM: [HUB_B] });
    must(hubs.world.iam.putRole({ arn: HUB_A, trustPolicy, policies: [mayAssume(TARGET)] }));
    const done = await vendTimes(9);
    expect(done.map(({ status }) => status)).toEqual(Array(9).fill(200));
    expect(new Set(done.map(({ hub }) => hub))).toEqual(new Set([undefined, HUB_B]));
    expect(lines()).toEqual([['hub-unavailable', { hubRoleArn: HUB_A, cause: 'NoPermission' }]]);
  });

  it('at one role, which does not trust it, is left out for that role', async () => {
    const policies = [ALL_OF_OSS];
    must(hubs.world.iam.putRole({ arn: TARGET, trustPolicy: trustIn(VEND, HUB_B), policies }));
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
    expect(hubs.logger.lines).toEqual([]);
  });
});

it('a session of a hub is renewed before it ends, by one call of all who would', async () => {
  await openHubs();
  advance(51 * 60_000);
  const hops = () => ordersOf(HUB_A).length;
  const before = hops();
  const many = Array.from({ length: CALLS_PER_SECOND }, () => hubs.ask());
  const used = (await Promise.all(many)).map(({ body }) => body['hubRoleArn']);
  await hubs.settled();
  expect(hops() - before).toBe(1);
  expect(used).toContain(HUB_A);
});

it('whether every hub role can be assumed is asked of one that fails once a minute, however often anyone asks', async () => {
  expect(await hubs.probe()).toBe(true);
  hubs.world.iam.deleteRole(HUB_A);
  advance(HOUR_MS);
  for (let i = 0; i < 3; i += 1) expect(await hubs.probe()).toBe(false);
  expect([ordersOf(HUB_A).length, ordersOf(HUB_B).length]).toEqual([2, 2]);
  advance(60_000);
  expect(await hubs.probe()).toBe(false);
  expect([ordersOf(HUB_A).length, ordersOf(HUB_B).length]).toEqual([3, 2]);
});
