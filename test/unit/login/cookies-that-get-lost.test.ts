// A browser whose answers get lost, arrive late or cross, and a thief with copies of its cookies: any sequence of them.
import '../../support/fast-check-seed.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSessionKeys } from '../../../clients/cli/keys/make-session-keys.ts';
import { readSessionKeys, SessionJwks } from '../../../functions/login/keys/session-key-set.ts';
import { beginSession } from '../../../functions/login/sessions/begin-session.ts';
import { judgeByRules } from '../../../functions/login/sessions/recheck-session.ts';
import { resumeSession } from '../../../functions/login/sessions/resume-session.ts';
import type { SessionHandle } from '../../../functions/login/sessions/session-cookie.ts';
import { createLeaverStore } from '../../../shared/adapters/tablestore/tablestore-leaver-store.ts';
import { createPasskeyStore } from '../../../shared/adapters/tablestore/tablestore-passkey-store.ts';
import { createRecheckStore } from '../../../shared/adapters/tablestore/tablestore-recheck-store.ts';
import { createSessionStore } from '../../../shared/adapters/tablestore/tablestore-session-store.ts';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import { SignOn } from '../../../shared/rules/sign-on/sign-on.ts';
import { NOW } from '../../support/builders.ts';
import { FakeRows } from '../../support/fake-rows.ts';

const KEYS = readSessionKeys(SessionJwks.parse(makeSessionKeys()));
const CORPORATE = ConnectionId.parse('corporate');
const LONG = 400 * 86_400;
const SIGN_ON: SignOn = {
  ...SignOn.parse({
    connections: [
      { id: CORPORATE, kind: 'oidc', name: 'C', issuer: 'https://id.example.com', clientId: 'stint' },
    ],
  }),
  sessions: {
    idleSeconds: LONG,
    absoluteSeconds: LONG,
    commandLine: { idleSeconds: LONG, absoluteSeconds: LONG },
  },
};

/** A request or an answer is under way for so long at most. */
const UNDER_WAY_MS = 30_000;
const OVERLAP_MS = 60_000;
/** A browser that is opened again brings all its tabs back at once. */
const MAX_TABS = 12;

type Fate = 'arrives' | 'is lost' | 'is late';
type Step =
  /** Tabs of one browser ask together; what becomes of each answer. */
  | { readonly kind: 'ask'; readonly fates: readonly Fate[] }
  /** A request leaves now and reaches Stint later. */
  | { readonly kind: 'ask slowly'; readonly fate: Fate }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'steal' }
  /** The thief uses one of the copies. */
  | { readonly kind: 'replay'; readonly which: number };

const FATE = fc.constantFrom<Fate>('arrives', 'arrives', 'is lost', 'is late');
const WAIT = fc.oneof(
  fc.integer({ min: 1, max: UNDER_WAY_MS }),
  fc.constantFrom(4_999, 5_000, 29_999, 30_000),
  fc.constantFrom(59_999, 60_000, 60_001, 899_999, 900_000),
  fc.integer({ min: 60_000, max: 2_400_000 }),
);
const TABS = fc.oneof(
  fc.array(FATE, { minLength: 1, maxLength: 3 }),
  fc.array(FATE, { minLength: 1, maxLength: 3 }),
  fc.array(FATE, { minLength: 4, maxLength: MAX_TABS }),
);
const HONEST = fc.oneof(
  fc.record({ kind: fc.constant('ask' as const), fates: TABS }),
  fc.record({ kind: fc.constant('ask slowly' as const), fate: FATE }),
  fc.record({ kind: fc.constant('wait' as const), ms: WAIT }),
);
/** A slow request with the old cookie comes after the new one was shown: rare enough that chance may pass it by. */
const CROSSING: readonly Step[] = [
  { kind: 'wait', ms: 900_000 },
  { kind: 'ask', fates: ['is lost'] },
  { kind: 'wait', ms: 59_999 },
  { kind: 'ask slowly', fate: 'arrives' },
  { kind: 'ask', fates: ['arrives'] },
  { kind: 'ask', fates: ['arrives'] },
  { kind: 'wait', ms: 1 },
];
const THIEVISH = fc.oneof(
  fc.constant({ kind: 'steal' as const }),
  fc.record({ kind: fc.constant('replay' as const), which: fc.nat({ max: 9 }) }),
);

class World {
  now = NOW;
  jar: SessionHandle;
  /** False from the first request that was not let in. */
  isLetIn = true;
  readonly copies: SessionHandle[] = [];
  /** When the browser first showed each of its cookies, and when it last had each of them. */
  readonly shownAt = new Map<string, number>();
  readonly hadUntil = new Map<string, number>();
  /** When Stint last sent another in the place of each, to a request that was slow, too. */
  readonly replacedAt = new Map<string, number>();
  readonly order: string[] = [];
  #late: (() => Promise<void>)[] = [];
  #store: ReturnType<typeof createSessionStore>;

  private constructor(jar: SessionHandle, store: ReturnType<typeof createSessionStore>) {
    this.jar = jar;
    this.#store = store;
    this.order.push(jar.secret);
  }

  static async start(): Promise<World> {
    const store = createSessionStore(new FakeRows());
    const signedOn = {
      connection: CORPORATE,
      subject: 'alice',
      groups: [],
      claims: {},
      authenticatedAt: NOW,
      methods: [],
    };
    const started = await beginSession(
      signedOn,
      { browser: '', now: NOW, limits: SIGN_ON.sessions, leaverGenerations: [] },
      store,
    );
    if (!started.ok) throw new Error('no session');
    return new World(started.value.handle, store);
  }

  async #send(handle: SessionHandle): Promise<string | 'kept' | undefined> {
    const rows = new FakeRows();
    const resumed = await resumeSession({
      handle,
      now: this.now,
      signOn: SIGN_ON,
      stores: {
        sessions: this.#store,
        passkeys: createPasskeyStore(rows),
        rechecks: createRecheckStore(rows),
      },
      judge: judgeByRules(this.now, SIGN_ON, { leavers: createLeaverStore(rows) }),
      keys: KEYS,
    });
    if (!resumed.ok) throw new Error(resumed.error.cause);
    return resumed.value?.kind === 'open' ? (resumed.value.newSecret ?? 'kept') : undefined;
  }

  #keep(answer: string | undefined): void {
    if (answer === undefined) this.isLetIn = false;
    if (answer === undefined || answer === 'kept') return;
    this.hadUntil.set(this.jar.secret, this.now.getTime());
    this.jar = { ...this.jar, secret: answer };
    if (!this.order.includes(answer)) this.order.push(answer);
  }

  async #ask(handle: SessionHandle, fate: Fate): Promise<void> {
    if (!this.shownAt.has(handle.secret)) this.shownAt.set(handle.secret, this.now.getTime());
    const answer = await this.#send(handle);
    if (answer !== undefined && answer !== 'kept') this.replacedAt.set(handle.secret, this.now.getTime());
    if (fate === 'arrives') this.#keep(answer);
    else if (answer === undefined) this.isLetIn = false;
    else if (fate === 'is late') this.#late.push(async () => this.#keep(answer));
  }

  async arrive(): Promise<void> {
    for (const one of this.#late.splice(0)) await one();
  }

  async honest(step: Step): Promise<void> {
    const { jar } = this;
    if (step.kind === 'ask') await Promise.all(step.fates.map((fate) => this.#ask(jar, fate)));
    if (step.kind === 'ask slowly') this.#late.push(() => this.#ask(jar, step.fate));
    if (step.kind !== 'wait') return;
    // Whatever is under way arrives in time: the requests first, then the answers to them.
    const isLong = step.ms > UNDER_WAY_MS;
    if (isLong) await this.arrive();
    if (isLong) await this.arrive();
    this.now = new Date(this.now.getTime() + step.ms);
    if (!isLong) await this.arrive();
  }

  /** Whether the thief was let in. */
  async replay(copy: SessionHandle): Promise<boolean> {
    return (await this.#send(copy)) !== undefined;
  }

  /** The browser showed another cookie after this one, and the overlap has passed since it had this one or asked with it. */
  isOld({ secret }: SessionHandle): boolean {
    const had = this.hadUntil.get(secret);
    const since = Math.max(had ?? 0, this.replacedAt.get(secret) ?? 0);
    const isPast = had !== undefined && this.now.getTime() - since >= OVERLAP_MS;
    const later = this.order.slice(this.order.indexOf(secret) + 1);
    return isPast && secret !== this.jar.secret && later.some((one) => this.shownAt.has(one));
  }

  async isOver(): Promise<boolean> {
    await this.arrive();
    return (await this.#send(this.jar)) === undefined;
  }
}

describe('any sequence of requests and lost, late and crossing answers', () => {
  /**
   * @attack A lost answer that counts as theft, by answers that cross
   * @removed counting the minute from the last time that the cookie was sent
   * @failed 1 of 3: signs an honest browser out never: `Property failed after 1 tests`
   *
   * @attack Tabs that come back at once, turned away
   * @removed the answer without a write to who comes just after
   * @failed 3 of 3: signs an honest browser out never: `Property failed after 5 tests`
   * @note 503 from the sixth tab on
   */
  it('signs an honest browser out never', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array<Step>(HONEST, { maxLength: 40, size: 'max' }), async (steps) => {
        const world = await World.start();
        for (const step of steps) await world.honest(step);
        await world.arrive();
        await world.arrive();
        expect(world.isLetIn).toBe(true);
        expect(await world.isOver()).toBe(false);
      }),
      { numRuns: 300, examples: [[[...CROSSING]]] },
    );
  });

  it('with a thief in it: an old cookie opens nothing after the overlap, and ends the session', async () => {
    let replayed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(HONEST, HONEST, THIEVISH), { maxLength: 40, size: 'max' }),
        async (steps) => {
          const world = await World.start();
          for (const step of steps) {
            if (step.kind === 'steal') world.copies.push(world.jar);
            else if (step.kind !== 'replay') await world.honest(step);
            const copy = step.kind === 'replay' ? world.copies[step.which % world.copies.length] : undefined;
            if (!copy || !world.isOld(copy)) continue;
            replayed++;
            expect(await world.replay(copy)).toBe(false);
            expect(await world.isOver()).toBe(true);
            return;
          }
        },
      ),
      { numRuns: 600 },
    );
    expect(replayed).toBeGreaterThan(20);
  });

  /**
   * @attack Copy of a cookie, used before its owner shows the new one
   * @removed another successor after the minute
   * @failed 1 of 3: with a thief in it who keeps up with nobody: one of the two is found out at the owner’s
   *   next request: `Property failed after 1 tests`
   */
  it('with a thief in it who keeps up with nobody: one of the two is found out at the owner’s next request', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(HONEST, { maxLength: 20, size: 'max' }), WAIT, async (steps, wait) => {
        const world = await World.start();
        for (const step of steps) await world.honest(step);
        world.copies.push(world.jar);
        await world.honest({ kind: 'wait', ms: 900_000 });
        await world.honest({ kind: 'ask', fates: ['arrives'] });
        await world.honest({ kind: 'wait', ms: OVERLAP_MS + wait });
        const [copy] = world.copies;
        if (!copy || copy.secret === world.jar.secret) throw new Error('no new cookie');
        await world.replay(copy);
        expect(await world.isOver()).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
