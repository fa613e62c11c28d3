// Against a person who left, or the holder of their devices: nothing that they have signs in, is renewed or gets credentials, by
// whichever way, and none of it counts again when they come back.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { mintToken } from '../../functions/login/keys/mint-token.ts';
import { LEAVERS } from '../../shared/adapters/tablestore/tables.ts';
import {
  createLeaverStore,
  rememberLeavers,
} from '../../shared/adapters/tablestore/tablestore-leaver-store.ts';
import { ConnectionId } from '../../shared/kernel/names.ts';
import { ok } from '../../shared/kernel/result.ts';
import { hasLeft, leaverState } from '../../shared/people/leaver.ts';
import type { LeaverStore } from '../../shared/people/leaver-store.ts';
import type { Session } from '../../shared/people/session.ts';
import { requirementName } from '../../shared/rules/values/required-claims.ts';
import { Authenticator } from '../support/authenticator.ts';
import { blocksOf, NOW } from '../support/builders.ts';
import { gate } from '../support/catalog-rows.ts';
import { credentials, said as saidByCloudSso, signInWithAliyun } from '../support/cloudsso.ts';
import { startCloudSso } from '../support/cloudsso-world.ts';
import { refresh, said, signInOnCommandLine } from '../support/command-line.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { FakeClock } from '../support/fakes.ts';
import { type Login, PORTAL, startLogin } from '../support/login-app.ts';
import { startOpenIdProvider } from '../support/openid-provider.ts';
import { perform } from '../support/passkeys.ts';
import { startPortalAndVend } from '../support/portal-and-vend.ts';
import { connection } from '../support/saml-idp.ts';
import { isSignedOn as isSignedOnBySaml, SamlLogin } from '../support/saml-login.ts';
import { connectionTo, isSignedOn, signOnAs } from '../support/sign-on.ts';
import { startVend, type Vend } from '../support/vend-app.ts';
import { LOGIN_PATHS, type SignedOnWorld, VEND_PATHS } from '../support/ways-of-people.ts';

const HOUR_MS = 3_600_000;
const ALICE = 'corporate:alice';
const LINK = 'person:4711';
const NAMES = [ALICE, LINK];
const OTHERS = ['corporate:bob', 'partner:alice', 'person:47111', 'person:alice', 'corporate:4711'];

const leave = (leavers: Pick<LeaverStore, 'mark'>, name: string) =>
  leavers.mark(name, { source: 'operator', by: 'ops', reason: 'left', at: NOW });
const comeBack = (leavers: Pick<LeaverStore, 'reinstate'>, name: string) =>
  leavers.reinstate(name, { source: undefined, by: 'ops', at: NOW });
const damage = (rows: FakeRows, name: string) =>
  rows.putRows([{ table: LEAVERS, key: [name], columns: { version: '1', json: '{' } }]);

const CLAIMS = { groups: ['engineers'], employee_id: '4711' };
const LINKED = { person: { claim: 'employee_id' } };

describe('login', () => {
  let world: SignedOnWorld;

  async function startWorld(parts?: (login: () => Login) => Partial<Login['deps']>): Promise<SignedOnWorld> {
    const idp = await startOpenIdProvider();
    const started: { login?: Login } = {};
    const own = () => {
      if (!started.login) throw new Error('not started');
      return started.login;
    };
    const login = startLogin({
      connections: [connectionTo(idp, LINKED)],
      ...(parts && { parts: parts(own) }),
    });
    started.login = login;
    login.clock.freeze();
    return { idp, login, alice: (await signOnAs(login, idp, CLAIMS)).browser, claims: CLAIMS };
  }

  beforeEach(async () => {
    world = await startWorld();
  });

  const cases = Object.keys(LOGIN_PATHS).flatMap((path) => NAMES.map((name) => [path, name] as const));

  /**
   * @attack A person who left signs in, or goes on with a session, a refresh token, a passkey or a code
   * @removed the check of the leaver rows in isInForce and in refuseLeaver
   * @failed 24 of 61: no more signs in by OIDC: of corporate:alice: `expected true to be false`
   */
  it.each(cases)('no more %s: of %s', async (path, name) => {
    const still = await LOGIN_PATHS[path]?.(world);
    await leave(world.login.deps.leavers, name);
    expect(await still?.()).toBe(false);
  });

  /**
   * @attack What a person had before they left works again when they are back
   * @removed the generation in reasonToRefuse
   * @failed 15 of 61: no more signs in with a passkey after a return: of corporate:alice: `expected true to be false`
   * @note without the check of the passkey alone 3 failed
   */
  it.each(cases.filter(([path]) => path !== 'signs in by OIDC'))(
    'no more %s after a return: of %s',
    async (path, name) => {
      const still = await LOGIN_PATHS[path]?.(world);
      await leave(world.login.deps.leavers, name);
      await comeBack(world.login.deps.leavers, name);
      expect(await still?.()).toBe(false);
      // The person signs in anew, which brings nothing of before back.
      expect(await LOGIN_PATHS['signs in by OIDC']?.(world).then((signIn) => signIn())).toBe(true);
      expect(await still?.()).toBe(false);
    },
  );

  it.each(Object.keys(LOGIN_PATHS))('%s while others left', async (path) => {
    const still = await LOGIN_PATHS[path]?.(world);
    for (const name of OTHERS) await leave(world.login.deps.leavers, name);
    expect(await still?.()).toBe(true);
  });

  /**
   * @attack A damaged leaver row: its person is in
   * @removed the fault for a row that cannot be read
   * @failed 7 of 61: no more signs in by OIDC while a row cannot be read: `expected true to be false`
   */
  it.each(Object.keys(LOGIN_PATHS))('no more %s while a row cannot be read', async (path) => {
    const still = await LOGIN_PATHS[path]?.(world);
    await damage(world.login.rows, LINK);
    expect(await still?.()).toBe(false);
  });

  it('answers 503 while a row cannot be read, and ends no session for it', async () => {
    await damage(world.login.rows, LINK);
    const page = await world.alice.request(new URL(`${PORTAL}/portal`));
    expect(page.status).toBe(503);
    await world.login.rows.deleteRow(LEAVERS, [LINK]);
    expect(await isSignedOn(world.alice)).toBe(true);
  });

  it.each(['blocked', 'blocks'] as const)('keeps people out by their link with %s', async (how) => {
    for (const path of Object.keys(LOGIN_PATHS)) {
      const still = await LOGIN_PATHS[path]?.(world);
      const until = new Date(world.login.clock.now().getTime() + HOUR_MS);
      const all = blocksOf(['subject', LINK]).all.map((one) => ({ ...one, until }));
      const before = world.login.state.signOn;
      world.login.state.signOn =
        how === 'blocked' ? { ...before, blocked: [LINK] } : { ...before, blocks: { text: 'x', all } };
      expect(await still?.()).toBe(false);
      world.login.state.signOn = before;
      world = { ...world, alice: (await signOnAs(world.login, world.idp, CLAIMS)).browser };
    }
  });

  it('gives a passkey from before no second life, though its person signs in at the company', async () => {
    const authenticator = new Authenticator(PORTAL);
    await perform(world.alice, 'add', authenticator);
    await leave(world.login.deps.leavers, LINK);
    await comeBack(world.login.deps.leavers, LINK);
    const { browser } = await signOnAs(world.login, world.idp, CLAIMS);
    expect(await isSignedOn(browser)).toBe(true);
    const other = world.login.browser();
    await perform(other, 'sign-in', authenticator);
    expect(await isSignedOn(other)).toBe(false);
    expect(world.login.auditLog.events.at(-1)).toMatchObject({ reason: 'signed-on-before-leaving' });
  });

  /**
   * @attack A passkey from before `person` was declared stands for a sign-on from before a leave by the link
   * @removed the generation of the sign-on in refuseLeaver
   * @failed 1 of 60: gives a passkey without the link no sign-on from before, either: `expected true to be false`
   */
  it('gives a passkey without the link no sign-on from before, either', async () => {
    const { login, idp } = world;
    const { signOn } = login.state;
    const connections = signOn.connections.map((one) => ({ ...one, person: undefined }));
    login.state.signOn = { ...signOn, connections };
    const authenticator = new Authenticator(PORTAL);
    await perform((await signOnAs(login, idp, CLAIMS)).browser, 'add', authenticator);
    login.state.signOn = signOn;
    await signOnAs(login, idp, CLAIMS);
    const signIn = async () => {
      const browser = login.browser();
      await perform(browser, 'sign-in', authenticator);
      return isSignedOn(browser);
    };
    expect(await signIn()).toBe(true);
    await leave(login.deps.leavers, LINK);
    await comeBack(login.deps.leavers, LINK);
    expect(await signIn()).toBe(false);
    expect(login.auditLog.events.at(-1)).toMatchObject({ reason: 'signed-on-before-leaving' });
  });

  it('is told no more than anyone who may not sign in, and why is in the audit trail', async () => {
    await leave(world.login.deps.leavers, LINK);
    const { page } = await signOnAs(world.login, world.idp, CLAIMS);
    expect(page.status).toBe(403);
    expect(page.text).not.toContain('left');
    expect(world.login.auditLog.events.at(-1)).toMatchObject({ subject: 'alice', reason: 'person-left' });
  });

  /** Marks alice once, when a request has just read that she has not left. */
  function leavingInBetween() {
    let isArmed = false;
    const parts = (login: () => Login): Partial<Login['deps']> => {
      const store = () => createLeaverStore(login().rows);
      return {
        leavers: {
          mark: (...given) => store().mark(...given),
          reinstate: (...given) => store().reinstate(...given),
          page: (...given) => store().page(...given),
          async find(names) {
            const found = await store().find(names);
            if (isArmed) await leave(store(), LINK);
            isArmed = false;
            return found;
          },
        },
      };
    };
    return {
      parts,
      arm: () => {
        isArmed = true;
      },
    };
  }

  /**
   * @attack A sign-in that began before its person left leaves a session behind
   * @removed the check of the leaver rows in isInForce
   * @failed 19 of 61: leaves no session when a person leaves while they sign in: `expected true to be false`
   */
  it('leaves no session when a person leaves while they sign in', async () => {
    const between = leavingInBetween();
    const { login, idp } = await startWorld(between.parts);
    between.arm();
    const { browser, page } = await signOnAs(login, idp, CLAIMS);
    // It was let in, and is out with its first request, also when its person is back by then.
    expect(page.status).toBe(303);
    await comeBack(login.deps.leavers, LINK);
    expect(await isSignedOn(browser)).toBe(false);
  });

  it('renews no second time when a person leaves while they renew', async () => {
    const between = leavingInBetween();
    const { login, alice } = await startWorld(between.parts);
    const refreshToken = await signInOnCommandLine(login, alice);
    between.arm();
    const renewed = await refresh(login, refreshToken);
    expect(said(renewed)).toBe('ok');
    await comeBack(login.deps.leavers, LINK);
    const next: unknown = renewed.body['refresh_token'];
    expect(said(await refresh(login, String(next)))).toBe('invalid_grant');
  });

  it('refuses a person without the claim of the link, or with one that is no text', async () => {
    for (const claims of [
      {},
      { employee_id: '' },
      { employee_id: 4711 },
      { employee_id: ['4711'] },
      { employee_id: 'x'.repeat(512) },
    ]) {
      const { browser } = await signOnAs(world.login, world.idp, claims);
      expect(await isSignedOn(browser)).toBe(false);
      expect(world.login.auditLog.events.at(-1)).toMatchObject({ reason: 'person-link-unusable' });
    }
  });

  /**
   * @attack A session from before `person` was declared, which a leave by the link does not reach
   * @removed the link in meets
   * @failed 1 of 61: ends sessions whose link is not that of the claim of today: `expected [ true, true ] to deeply equal
   *   [ false, true ]`
   */
  it('ends sessions whose link is not that of the claim of today', async () => {
    const { login, idp } = world;
    const { connections } = login.state.signOn;
    const declare = (person: { claim: string } | undefined) => {
      login.state.signOn = {
        ...login.state.signOn,
        connections: connections.map((one) => ({ ...one, person })),
      };
    };
    declare(undefined);
    const before = (await signOnAs(login, idp, CLAIMS)).browser;
    expect(await isSignedOn(before)).toBe(true);
    declare({ claim: 'employee_id' });
    const linked = (await signOnAs(login, idp, CLAIMS)).browser;
    expect([await isSignedOn(before), await isSignedOn(linked)]).toEqual([false, true]);
    declare({ claim: 'badge' });
    expect(await isSignedOn(linked)).toBe(false);
  });
});

describe('by SAML', () => {
  async function signIn(person: object, marked?: string) {
    const login = new SamlLogin();
    login.connections[0] = connection({ person });
    if (marked !== undefined) await leave(createLeaverStore(login.rows), marked);
    const browser = login.newBrowser();
    await login.answer(browser, await login.begin(browser));
    return isSignedOnBySaml(browser) ? 'signed on' : login.refusal;
  }
  const MAIL = { claim: 'mail' };

  it.each(['corp:alice', 'person:alice@example.com'])(
    'a person who left signs in no more: %s',
    async (name) => {
      expect(await signIn(MAIL)).toBe('signed on');
      expect(await signIn(MAIL, name)).toBe('sign_on_refused person-left');
      expect(await signIn(MAIL, `${name}.au`)).toBe('signed on');
    },
  );

  it.each(['badge', 'groups'])('a person without one value of the link is refused: %s', async (claim) => {
    expect(await signIn({ claim })).toContain('person-link-unusable');
  });
});

it('the CloudSSO dialect gives nothing to a person who left, or who was away', async () => {
  const world = await startCloudSso();
  const accessToken = await signInWithAliyun(world.login, world.alice);
  const { leavers } = world.portal.deps;
  const take = async () => saidByCloudSso(await credentials(world.login, accessToken));
  expect(await take()).toBe('ok');
  await leave(leavers, ALICE);
  expect(await take()).toBe('InvalidAccessToken');
  await comeBack(leavers, ALICE);
  expect(await take()).toBe('InvalidAccessToken');
});

describe('vend', () => {
  async function startWorld(parts: Partial<Session> = {}) {
    const { vend, portal } = await startPortalAndVend({});
    const { leavers } = portal.deps;
    const mint = async (more: Partial<Session> & { readonly requirement?: string | undefined } = {}) => {
      const now = vend.clock.now();
      const session = { ...portal.alice.session, person: '4711', ...parts, ...more };
      const token = await mintToken(session, new Date(now.getTime() + HOUR_MS), now, portal.deps.tokens);
      return token.reveal();
    };
    return { vend, leavers, mint };
  }
  const generations = async (leavers: Pick<LeaverStore, 'find'>) => {
    const found = await leavers.find(NAMES);
    return found.ok ? [...leaverState(NAMES, found.value).generations] : [];
  };
  const given = (vend: Vend, proof: string) =>
    Promise.all(Object.values(VEND_PATHS).map((path) => path(vend, proof)));
  const nothing = Object.keys(VEND_PATHS).map(() => false);
  const everything = nothing.map(() => true);

  /**
   * @attack A session token of a person who left, by any wire
   * @removed the check of session tokens in identifyCaller
   * @failed 1 of 60: refuses session tokens while a row cannot be read, and reads none for other callers: `expected
   *   [ { …(6) } ] to deeply equal []`
   * @note the second check, before the answer, held the credentials back; STS had given them
   */
  it.each(NAMES)('gives nothing for a session token of %s, also after a return', async (name) => {
    const { vend, leavers, mint } = await startWorld();
    const token = await mint();
    expect(await given(vend, token)).toEqual(everything);
    await leave(leavers, name);
    expect(await given(vend, token)).toEqual(nothing);
    const row = vend.auditLog.events.at(-1);
    expect(row).toMatchObject({ outcome: 'refused', stage: 'authenticate', reason: 'person-left' });
    await comeBack(leavers, name);
    expect(await given(vend, token)).toEqual(nothing);
    // One of a sign-in since then.
    const signedOn = { leaverGenerations: await generations(leavers) };
    expect(await given(vend, await mint(signedOn))).toEqual(everything);
  });

  it('gives what it gave while others left', async () => {
    const { vend, leavers, mint } = await startWorld();
    for (const name of OTHERS) await leave(leavers, name);
    expect(await given(vend, await mint())).toEqual(everything);
  });

  it('gives nothing to a person who is blocked by their link', async () => {
    const { vend, mint } = await startWorld();
    const token = await mint();
    vend.store.blocks = blocksOf(['subject', LINK]);
    expect(await given(vend, token)).toEqual(nothing);
    vend.store.blocks = blocksOf(['subject', 'person:4712']);
    expect(await given(vend, token)).toEqual(everything);
    vend.store.blocked = [LINK];
    expect(await given(vend, token)).toEqual(nothing);
  });

  it('takes no token of a session that was not asked for the link that its connection declares by now', async () => {
    const { vend, mint } = await startWorld();
    const demanded = requirementName({ person: { claim: 'employee_id' } });
    expect(demanded).not.toBe(requirementName({ person: { claim: 'badge' } }));
    vend.store.requirements = new Map([['corporate', demanded ?? '']]);
    expect(await given(vend, await mint())).toEqual(nothing);
    expect(await given(vend, await mint({ requirement: demanded }))).toEqual(everything);
  });

  /** The link is in no decision: this fails once it is. */
  it('gives a connection that claims the person of another nothing of theirs', async () => {
    const { vend, mint } = await startWorld();
    const rogue = { connection: ConnectionId.parse('partner'), subject: 'mallory', groups: [] };
    expect(await given(vend, await mint(rogue))).toEqual(nothing);
    expect(await given(vend, await mint())).toEqual(everything);
  });

  /**
   * @attack A person who leaves while STS is asked gets the key
   * @removed the check of the leaver rows after STS has answered
   * @failed 1 of 61: hands out no key that STS gives while a person leaves: `expected 200 to be 401`
   */
  it('hands out no key that STS gives while a person leaves', async () => {
    const { vend, leavers, mint } = await startWorld();
    const sts = gate();
    vend.assumer.gate = sts.closed;
    const answer = vend.vend({}, { token: await mint() });
    await vi.waitFor(() => expect(vend.assumer.orders.length).toBe(1));
    await leave(leavers, LINK);
    sts.open();
    expect((await answer).status).toBe(401);
  });

  /**
   * @attack A person who came back is handed credentials from before they left
   * @removed the generation in the key of credentials that are reused
   * @failed 1 of 61: hands out anew what it had handed out before a leave: `expected 1 to be 2`
   */
  it('hands out anew what it had handed out before a leave', async () => {
    const { vend, leavers, mint } = await startWorld();
    await vend.vend({}, { token: await mint() });
    await leave(leavers, LINK);
    await comeBack(leavers, LINK);
    await vend.vend({}, { token: await mint({ leaverGenerations: await generations(leavers) }) });
    expect(vend.assumer.orders.length).toBe(2);
  });

  it('refuses session tokens while a row cannot be read, and reads none for other callers', async () => {
    const rows = new FakeRows();
    const leavers = createLeaverStore(rows);
    const asked: (readonly string[])[] = [];
    const find: LeaverStore['find'] = (names) => {
      asked.push(names);
      return leavers.find(names);
    };
    const others = startVend({ leavers: { find } });
    expect((await others.vend()).status).toBe(200);
    expect(asked).toEqual([]);
    const { vend, portal } = await startPortalAndVend({});
    const now = vend.clock.now();
    const token = await mintToken(
      portal.alice.session,
      new Date(now.getTime() + HOUR_MS),
      now,
      portal.deps.tokens,
    );
    rows.intercept = () => ({ code: 'OTSServerBusy', requestId: undefined });
    Object.assign(portal.deps.leavers, { find });
    const { status, body } = await vend.vend({}, { token: token.reveal() });
    expect([status, body['code'], asked.length]).toEqual([503, 'store_unavailable', 1]);
    expect(vend.assumer.orders).toEqual([]);
  });
});

describe('two instances of vend', () => {
  /**
   * @attack A leave that one instance never hears of
   * @removed the age in rememberLeavers
   * @failed 1 of 61: both hear of a leave within 2 seconds, and ask once for it: `expected [ [ false, false ], +0 ] to deeply
   *   equal [ [ true, true ], 2 ]`
   */
  it('both hear of a leave within 2 seconds, and ask once for it', async () => {
    const rows = new FakeRows();
    const clock = new FakeClock();
    let reads = 0;
    rows.intercept = (operation) => {
      if (operation === 'getRows') reads += 1;
      return undefined;
    };
    const store = createLeaverStore(rows);
    const instances = [rememberLeavers(store, clock), rememberLeavers(store, clock)];
    const out = async () =>
      Promise.all(
        instances.map(async (one) => {
          const found = await one.find(NAMES);
          return found.ok && found.value.some(hasLeft);
        }),
      );
    expect(await out()).toEqual([false, false]);
    await leave(store, LINK);
    reads = 0;
    clock.advance(1_999);
    expect([await out(), reads]).toEqual([[false, false], 0]);
    clock.advance(1);
    expect([await out(), reads]).toEqual([[true, true], 2]);
    // A clock that was set back, as after a freeze, makes nothing young again.
    await comeBack(store, LINK);
    clock.advance(-10_000);
    expect(await out()).toEqual([false, false]);
  });

  it('remember no fault', async () => {
    const rows = new FakeRows();
    const [clock, store] = [new FakeClock(), createLeaverStore(rows)];
    const remembered = rememberLeavers(store, clock);
    rows.intercept = () => ({ code: 'OTSServerBusy', requestId: undefined });
    expect((await remembered.find(NAMES)).ok).toBe(false);
    rows.intercept = () => undefined;
    expect(await remembered.find(NAMES)).toEqual(ok([]));
  });
});
