// Against those who would use a hub account for more than its calls: the author of rules who hands a hub role out, the administrator of
// a hub who makes it fail, a caller whose call fails over from one account to the next.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountOf, RoleArn } from '../../shared/kernel/names.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import type { AssumeFault, AssumeRoleInput } from '../../shared/pipeline/assume/role-assumer.ts';
import { type HubAccount, spreadCalls } from '../../shared/pipeline/assume/spread-calls.ts';
import { must } from '../contract/must.ts';
import { trusting } from '../local/sts/world.ts';
import { role } from '../support/builders.ts';
import { findSecret } from '../support/canaries.ts';
import { FakeClock, FakeLogger } from '../support/fakes.ts';
import {
  ALL_OF_OSS,
  HUB_A,
  HUB_B,
  type HubWorld,
  mayAssume,
  openHubWorld,
  TARGET,
  trustIn,
  VEND,
} from '../support/hub-world.ts';

let hubs: HubWorld;
beforeEach(async () => {
  hubs = await openHubWorld();
});
afterEach(() => hubs.close());

const spelt = (hub: string) => [hub, hub.replace('stint-hub', 'Stint-Hub')];

describe('a hub role', () => {
  /**
   * @attack Hub role handed out: rules that name a hub role, whose session reaches every other role
   * @removed the refusal of hub roles in spread-calls.ts
   * @failed 4 of 10: `expected { status: 200, …(4) } to match object { status: 502, …(1) }`
   */
  it.each([...spelt(HUB_A), ...spelt(HUB_B)])(
    '%s is given to no caller, whatever the rules say',
    async (arn) => {
      hubs.vend.store.roles = [role({ roleArn: arn })];
      must(hubs.world.iam.putRole({ arn, trustPolicy: trustIn(VEND), policies: [mayAssume(TARGET)] }));
      expect(await hubs.vended()).toMatchObject({ status: 502, code: 'role_misconfigured' });
      expect(hubs.vend.auditLog.events.at(-1)).toMatchObject({ outcome: 'refused', cause: 'hub-role' });
      expect(hubs.calls).toEqual([]);
    },
  );

  /**
   * @attack Hub role of the caller's choice: a request that names the role by which STS is to be called
   * @removed the refusal of unknown fields of a body
   * @failed 1 of 10: `expected 200 to be 400`
   */
  it('is none that a caller names', async () => {
    const evil = 'acs:ram::6666666666666666:role/evil';
    for (const name of ['hubRoleArn', 'hubRole', 'hubRoles'])
      expect((await hubs.vended({ [name]: evil })).status).toBe(400);
    expect(hubs.calls).toEqual([]);
    await hubs.vendTimes(6);
    const assumed = new Set(hubs.calls.map(({ order }) => order.roleArn));
    expect(assumed).toEqual(new Set([TARGET, HUB_A, HUB_B]));
  });

  /**
   * @attack Rich hub role: a policy that others attach to a hub role, for an attacker in vend's memory
   * @removed the session policy of the hub's session
   * @failed 1 of 10: `expected true to be false`
   */
  it('that may do more gives vend a session that may only assume roles', async () => {
    const trustPolicy = trusting({ RAM: [VEND] });
    must(hubs.world.iam.putRole({ arn: HUB_A, trustPolicy, policies: [mayAssume(TARGET), ALL_OF_OSS] }));
    await hubs.openHubs();
    await hubs.vendTimes(2);
    const call = hubs.calls.at(-1);
    const owner = call && hubs.ownerOf(call.key);
    expect(owner?.accountId).toBe(accountOf(HUB_A));
    expect(owner?.may('sts:AssumeRole', TARGET, {})).toBe(true);
    expect(owner?.may('oss:GetObject', 'acs:oss:*:2222222222222222:media/a', {})).toBe(false);
  });
});

describe('credentials of one hub', () => {
  /**
   * @attack Mixed credentials: concurrent calls, of which one is signed with the key of another account than is recorded
   * @removed a client of its own for each hub: all share the newest session
   * @failed 3 of 10: `expected [ …(30) ] to have a length of 14 but got 30`
   */
  it('sign the calls that are recorded as its own, and no others', async () => {
    await hubs.openHubs();
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 9 }, () => hubs.ask()));
      await hubs.settled();
      hubs.advance(1000);
    }
    const signedFor = (hub: string | undefined) => {
      const account = hub === undefined ? accountOf(RoleArn.parse(VEND)) : accountOf(RoleArn.parse(hub));
      return hubs.calls.filter(
        ({ order, key }) => order.roleArn === TARGET && hubs.ownerOf(key)?.accountId === account,
      );
    };
    const { keys } = hubs.vend.auditLog;
    const recorded = (hub: string | undefined) => keys.filter(({ hubRoleArn }) => hubRoleArn === hub).length;
    // 9 in a second are within the quota of three accounts, so none was throttled and called again.
    for (const hub of [undefined, HUB_A, HUB_B]) expect(signedFor(hub)).toHaveLength(recorded(hub));
    expect(recorded(HUB_A)).toBeGreaterThan(3);
  });

  /**
   * @attack Leaked hub credentials: their secret or token in an answer, a log line, an audit row or the register, also when STS
   *   does not take them any more
   * @removed the cause of the line `hub-unavailable`: the session's token stands in its place
   * @failed 2 of 10: `expected 'CAISGR9EitrIvQOUTA8O9usmOsex61MKXxkif…' to be falsy`
   */
  it('are in no answer, log line or row', async () => {
    const texts = (await hubs.vendTimes(6)).map(({ text }) => text);
    hubs.world.iam.deleteRole(HUB_A);
    texts.push(...(await hubs.vendTimes(3)).map(({ text }) => text));
    const secrets = hubs.calls.flatMap(({ order, key }) =>
      order.roleArn === TARGET ? [key.accessKeySecret.reveal(), key.securityToken?.reveal() ?? ''] : [],
    );
    const { events, keys } = hubs.vend.auditLog;
    const written = { texts, events, keys, lines: [hubs.logger.lines, hubs.vend.logger.lines] };
    expect(secrets.length).toBeGreaterThan(6);
    expect(findSecret(written, secrets)).toBeFalsy();
    expect(hubs.logger.lines).not.toEqual([]);
  });
});

/** What an account answers: credentials, or a fault. */
const answer = fc.oneof(
  fc.constant('ok' as const),
  fc.record({
    kind: fc.constantFrom('throttled', 'refused', 'unavailable', 'unusable'),
    cause: fc.constantFrom('NoPermission', 'Throttling.User', 'InvalidSecurityToken.Expired', 'deadline'),
  }),
);
type Answer = 'ok' | AssumeFault;

const INPUT = {
  roleArn: TARGET,
  externalId: 'an-id',
  sessionName: 'app-users.alice.0123',
  sourceIdentity: 'app-users.alice.0123',
  sessionPolicy: { json: '{}', document: {} },
};

describe('a call that goes from one account to the next', () => {
  /**
   * @attack Failing hub: an account that refuses, is throttled or loses its session, to have the next one asked for more
   * @removed the session policy of a second attempt
   * @failed 1 of 10: `Property failed after 3 tests`: `expected { …(6) } to deeply equal { …(6) }`
   * @note with the limit of an hour taken out, it fails by `expected [ +0, 1 ] to deeply equal [ +0 ]`; with the last word of
   *   the own account taken out, by `expected { ok: false, … } to match object { ok: false, … }`
   */
  it('asks for the same of each, for an hour at most of a hub, and ends with what an account gave', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(answer, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 900, max: 7200 }),
        fc.integer({ min: 0, max: 90_000 }),
        async (rounds, durationSeconds, pause) => {
          const clock = new FakeClock();
          const asked: { readonly account: number; readonly input: AssumeRoleInput }[] = [];
          let round: readonly Answer[] = [];
          const assumerOf = (account: number) => ({
            async assume(input: AssumeRoleInput) {
              asked.push({ account, input });
              const given = round[account] ?? 'ok';
              if (given !== 'ok') return err(given);
              const [accessKeySecret, securityToken] = [new Secret('s'), new Secret('t')];
              const name = { assumedRoleArn: 'a', assumedRoleId: 'i', requestId: 'r' };
              return ok({
                accessKeyId: `STS.${account}`,
                accessKeySecret,
                securityToken,
                expiration: clock.now(),
                ...name,
              });
            },
          });
          const session = {
            isOpen: () => true,
            isFresh: () => true,
            open: async () => ok(undefined),
            close: () => undefined,
          };
          const hubAccounts = [HUB_A, HUB_B].map(
            (hubRoleArn, i): HubAccount => ({ hubRoleArn, session, assumer: assumerOf(i + 1) }),
          );
          const own = assumerOf(0);
          const spread = spreadCalls({
            own,
            ownOnce: own,
            hubs: hubAccounts,
            clock,
            logger: new FakeLogger(),
          });
          // Only the check of a policy makes one.
          const input = { ...INPUT, durationSeconds } as unknown as AssumeRoleInput;
          const before = structuredClone(input);
          for (round of rounds) {
            asked.length = 0;
            const assumed = await spread.assume(input);
            for (const one of asked) expect(one.input).toEqual(before);
            if (durationSeconds > 3600) expect(asked.map(({ account }) => account)).toEqual([0]);
            const last = asked.at(-1)?.account ?? 0;
            expect(new Set(asked.map(({ account }) => account)).size).toBe(asked.length);
            // Where the own account is asked, what it refuses stays refused.
            if (asked.some(({ account }) => account === 0) && Object(round[0]).kind === 'refused')
              expect(assumed).toMatchObject({ ok: false, error: { kind: 'refused' } });
            if (assumed.ok) {
              expect(assumed.value.accessKeyId).toBe(`STS.${last}`);
              expect(assumed.value.hubRoleArn).toBe([undefined, HUB_A, HUB_B][last]);
            }
            clock.advance(pause);
          }
        },
      ),
    );
  });

  /**
   * @attack Confused deputy by way of a hub: a role that asks for an ExternalId that the rules do not have
   * @removed the ExternalId in the calls of hubs
   * @failed 4 of 10: `expected 1 to be 3`
   */
  it('has the ExternalId of the rules, so that a role of others stays out of reach', async () => {
    await hubs.openHubs();
    expect(new Set((await hubs.vendTimes(3)).map(({ hub }) => hub)).size).toBe(3);
    hubs.vend.store.roles = [role({ externalId: 'another-id' })];
    for (let i = 0; i < 3; i += 1) expect((await hubs.vended()).status).toBe(502);
  });
});
