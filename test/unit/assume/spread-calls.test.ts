// Guarantees: what does not depend on STS of how calls are spread over accounts: whom a call waits for, and for how long an account
// is passed over. test/contract/hub-accounts.test.ts has the rest.
import { beforeEach, expect, it } from 'vitest';
import { RoleArn } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type {
  AssumedRole,
  AssumeFault,
  AssumeRoleInput,
  RoleAssumer,
} from '../../../shared/pipeline/assume/role-assumer.ts';
import { spreadCalls } from '../../../shared/pipeline/assume/spread-calls.ts';
import { FakeClock, FakeLogger } from '../../support/fakes.ts';

const HUB = RoleArn.parse('acs:ram::2222222222222222:role/stint-hub');
const TARGET = RoleArn.parse('acs:ram::1234567890123456:role/media');
/** Only what is looked at here. */
const INPUT = { roleArn: TARGET, durationSeconds: 900 } as AssumeRoleInput;

let clock: FakeClock;
let asked: string[];
let own: AssumeFault | undefined;
let hop: AssumeFault | undefined;
let isOpen: boolean;
let spread: RoleAssumer;

beforeEach(() => {
  [clock, asked, own, hop, isOpen] = [new FakeClock(), [], undefined, undefined, false];
  const answering = (name: string, fault: () => AssumeFault | undefined): RoleAssumer => ({
    async assume(): Promise<Result<AssumedRole, AssumeFault>> {
      asked.push(name);
      const failed = fault();
      return failed ? err(failed) : ok({ accessKeyId: name } as AssumedRole);
    },
  });
  const session = {
    isOpen: () => isOpen,
    isFresh: () => isOpen,
    async open() {
      asked.push('open');
      if (hop) return err(hop);
      isOpen = true;
      return ok(undefined);
    },
    close: () => undefined,
  };
  const ownAssumer = answering('own', () => own);
  spread = spreadCalls({
    own: ownAssumer,
    ownOnce: ownAssumer,
    hubs: [{ hubRoleArn: HUB, session, assumer: answering('hub', () => undefined) }],
    clock,
    logger: new FakeLogger(),
  });
});

it('a session of a hub is waited for where no other account is left', async () => {
  own = { kind: 'throttled', cause: 'Throttling.User' };
  expect(await spread.assume(INPUT)).toMatchObject({ ok: true, value: { hubRoleArn: HUB } });
  expect(asked).toEqual(['own', 'open', 'hub']);
});

it('without an account that is left, STS is not called and the fault is one of throttling', async () => {
  own = { kind: 'throttled', cause: 'Throttling.User' };
  hop = { kind: 'refused', cause: 'NoPermission' };
  const throttled = { ok: false, error: { kind: 'throttled' } };
  expect(await spread.assume(INPUT)).toMatchObject(throttled);
  asked.length = 0;
  expect(await spread.assume(INPUT)).toMatchObject(throttled);
  expect(asked).toEqual([]);
});

it.each([
  [undefined, 1_000],
  [5_000, 5_000],
  [3_600_000, 60_000],
])('an account that is throttled for %s ms is passed over for %s', async (retryAfterMs, milliseconds) => {
  isOpen = true;
  own = { kind: 'throttled', cause: 'Throttling.User', ...(retryAfterMs && { retryAfterMs }) };
  await spread.assume(INPUT);
  asked.length = 0;
  clock.advance(milliseconds - 1);
  for (let i = 0; i < 2; i += 1) await spread.assume(INPUT);
  expect(asked).toEqual(['hub', 'hub']);
  clock.advance(1);
  for (let i = 0; i < 2; i += 1) await spread.assume(INPUT);
  expect(asked).toContain('own');
});

it.each([
  ['refused', 60_000],
  ['unavailable', 10_000],
  ['throttled', 1_000],
] as const)('a hub role that cannot be assumed (%s) is passed over for %s ms', async (kind, milliseconds) => {
  hop = { kind, cause: 'x' };
  await spread.assume(INPUT);
  await spread.assume(INPUT);
  expect(asked).toEqual(['own', 'open', 'own']);
  clock.advance(milliseconds - 1);
  for (let i = 0; i < 2; i += 1) await spread.assume(INPUT);
  expect(asked).toHaveLength(5);
  clock.advance(1);
  for (let i = 0; i < 2; i += 1) await spread.assume(INPUT);
  expect(asked.filter((one) => one === 'open')).toHaveLength(2);
});

it('a fault that is not of one account ends the call: STS does not answer the others either', async () => {
  isOpen = true;
  for (const kind of ['unavailable', 'unusable'] as const) {
    own = { kind, cause: 'deadline' };
    asked.length = 0;
    const both = [await spread.assume(INPUT), await spread.assume(INPUT)];
    expect(both).toContainEqual(err(own));
    expect(asked).toHaveLength(2);
  }
});
