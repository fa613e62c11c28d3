// Vend with two hub accounts on the local STS, as docs/hub-accounts.md sets them up. Every request takes the way of production: the
// signed calls, the trust policies and the quota of each account.
import { setImmediate } from 'node:timers/promises';
import { vi } from 'vitest';
import type { CloudCredentials } from '../../shared/adapters/alibaba-cloud/cloud-credentials.ts';
import { openHubAccounts } from '../../shared/adapters/alibaba-cloud/hub-accounts.ts';
import {
  lazyStsClient,
  type StsClient,
  type StsOrder,
} from '../../shared/adapters/alibaba-cloud/sts-client.ts';
import { createStsRoleAssumer } from '../../shared/adapters/alibaba-cloud/sts-role-assumer.ts';
import { RoleArn } from '../../shared/kernel/names.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { spreadCalls } from '../../shared/pipeline/assume/spread-calls.ts';
import { must } from '../contract/must.ts';
import { documentOf, openWorld, roleArn, trusting, type World } from '../local/sts/world.ts';
import { grantTo, NOW, role } from './builders.ts';
import { CANARY } from './canaries.ts';
import { FakeLogger } from './fakes.ts';
import { token } from './issuer.ts';
import { startVend } from './vend-app.ts';

export const VEND = roleArn('stint-vend');
export const HUB_A = RoleArn.parse(roleArn('stint-hub', '2222222222222222'));
export const HUB_B = RoleArn.parse(roleArn('stint-hub', '3333333333333333'));
const HUBS = [HUB_A, HUB_B];
/** The role that is handed out. */
export const TARGET = role().roleArn;
/** Of each account. */
export const CALLS_PER_SECOND = 5;
const SECOND_MS = 1_000;

export const mayAssume = (...Resource: readonly string[]) =>
  documentOf({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource });
/** With the ExternalId of the rules. */
export const trustIn = (...RAM: readonly string[]) =>
  trusting({ RAM }, { StringEquals: { 'sts:ExternalId': CANARY.externalId } });
export const ALL_OF_OSS = documentOf({ Effect: 'Allow', Action: 'oss:*', Resource: '*' });

function populate({ iam }: World): void {
  const Service = 'fc.aliyuncs.com';
  const own = { arn: VEND, trustPolicy: trusting({ Service }), policies: [mayAssume(TARGET, ...HUBS)] };
  const target = { arn: TARGET, trustPolicy: trustIn(VEND, ...HUBS), policies: [ALL_OF_OSS] };
  must(iam.putRole(own));
  must(iam.putRole({ ...target, maxSessionSeconds: 43_200 }));
  for (const arn of HUBS)
    must(iam.putRole({ arn, trustPolicy: trusting({ RAM: [VEND] }), policies: [mayAssume(TARGET)] }));
}

/** A call of AssumeRole: what was asked for, and with which key. */
interface SeenCall {
  readonly order: StsOrder;
  readonly key: CloudCredentials;
}

/** Fakes the date, which `close` gives back. */
export async function openHubWorld() {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  const world = await openWorld({ callsPerSecond: CALLS_PER_SECOND });
  populate(world);
  const calls: SeenCall[] = [];
  const pending: Promise<unknown>[] = [];
  const watched = (client: StsClient, credentials: () => CloudCredentials): StsClient => ({
    ...client,
    assumeRole(order) {
      calls.push({ order, key: credentials() });
      const answer = client.assumeRole(order);
      pending.push(answer.catch(() => undefined));
      return answer;
    },
    withCredentials: (others) => watched(client.withCredentials(others), others),
  });
  // Function Compute's session of vend, which is always a good one.
  const credentials = (): CloudCredentials => {
    const own = must(world.iam.issueServiceSession(VEND, 'fc.aliyuncs.com'));
    return {
      accessKeyId: own.accessKeyId,
      accessKeySecret: new Secret(own.accessKeySecret),
      securityToken: new Secret(own.securityToken),
    };
  };
  const openOwn = lazyStsClient({ endpoint: world.sts.url, credentials });
  const openSts = async () => watched(await openOwn(), credentials);
  const logger = new FakeLogger();
  const clock = { now: world.now };
  const accounts = openHubAccounts(HUBS, { openSts, clock, counted: (assumer) => assumer });
  const roleAssumer = spreadCalls({ own: createStsRoleAssumer(openSts), clock, logger, ...accounts });
  const vend = startVend({ roleAssumer, sourceIdentity: true });
  vend.store.roles = [role({ maxDurationSeconds: 43_200 })];
  vend.store.grants = [grantTo({ kind: 'sub', name: 'alice' }, { maxDurationSeconds: 43_200 })];

  /** The clocks of vend, of STS and of the signatures go on together. */
  function advance(milliseconds: number): void {
    world.advance(milliseconds / 1000);
    vend.clock.advance(milliseconds);
    vi.setSystemTime(world.now());
  }

  let duration = 1000;
  /** A new session, since each asks for another duration. */
  const ask = (body: object = {}) => {
    const seconds = world.now().getTime() / 1000;
    duration += 1;
    const fresh = token({ claims: { iat: seconds, exp: seconds + 600 } });
    return vend.vend({ durationSeconds: duration, ...body }, { token: fresh });
  };

  /** What runs beside requests has come to its end, too. */
  async function settled(): Promise<void> {
    while (pending.length > 0) {
      await Promise.all(pending.splice(0));
      await setImmediate();
    }
  }

  async function vended(body: object = {}) {
    const { status, body: answer, text } = await ask(body);
    await settled();
    return { status, text, code: answer['code'], hub: answer['hubRoleArn'], answer };
  }

  async function vendTimes(count: number, milliseconds = SECOND_MS) {
    const done = [];
    for (let i = 0; i < count; i += 1) {
      done.push(await vended());
      advance(milliseconds);
    }
    return done;
  }

  return {
    probe: accounts.probe,
    ...{ world, vend, logger, calls, advance, ask, settled, vended, vendTimes },
    /** From then on the sessions of both hubs are open, and the own account is next. */
    openHubs: () => vendTimes(3),
    /** Who a key is, by RAM; undefined: the session has ended. */
    ownerOf({ accessKeyId, securityToken }: CloudCredentials) {
      const found = world.iam.find(accessKeyId, securityToken?.reveal());
      return found.kind === 'found' ? found.caller : undefined;
    },
    async close() {
      await world.close();
      vi.useRealTimers();
    },
  };
}

export type HubWorld = Awaited<ReturnType<typeof openHubWorld>>;
