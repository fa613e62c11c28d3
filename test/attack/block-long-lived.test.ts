// Against the holder of what lives longer than a request: a page of the portal, an agent that renews, a session of CloudSSO or SAML.
// After a block none of them gets another key or goes on.
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keepRole, type Renewal } from '../../clients/cli/agent/keep-role.ts';
import { takeCredentials } from '../../clients/cli/credentials/take-credentials.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { type BlockKind, type Blocks, NO_BLOCKS } from '../../shared/rules/blocks/block.ts';
import { blocksOf, NOW } from '../support/builders.ts';
import { credentials, said as saidByCloudSso, signInWithAliyun } from '../support/cloudsso.ts';
import { startCloudSso } from '../support/cloudsso-world.ts';
import { defaultClaims, token } from '../support/issuer.ts';
import { PORTAL } from '../support/login-app.ts';
import { CONSOLE_LINK } from '../support/login-deps.ts';
import { listenHere } from '../support/loopback.ts';
import { startPortalAndVend } from '../support/portal-and-vend.ts';
import { PUBLIC_URL, SamlLogin } from '../support/saml-login.ts';
import { startVend } from '../support/vend-app.ts';

type Target = readonly [kind: BlockKind, name: string];
const ROLE = 'media-uploader';

describe('the portal’s way to the console', () => {
  const OF_VEND: readonly Target[] = [
    ['subject', 'corporate:alice'],
    ['group', 'corporate:engineers'],
    ['provider', 'corporate'],
    ['provider', 'staff'],
    ['role', ROLE],
  ];

  async function openedBy(set: (world: Awaited<ReturnType<typeof startPortalAndVend>>) => void) {
    const world = await startPortalAndVend({});
    world.vend.store.providers = world.vend.store.providers.map(
      (one) => ({ ...one, groups: 'groups' }) as typeof one,
    );
    const { cookie, session } = await world.portal.signIn('alice', ['engineers']);
    const headers = { cookie, origin: PORTAL, 'sec-fetch-site': 'same-origin' };
    const open = async () => {
      const form = { role: ROLE, form_token: session.formToken };
      return (await world.portal.post('/portal/console', form, headers)).headers.get('location');
    };
    const before = await open();
    world.portal.console.asked.length = 0;
    set(world);
    return { before, after: await open(), keys: world.portal.console.asked };
  }

  /**
   * @attack Blocked subject, group, provider or role: opens the console from a page that was open before
   * @removed the check of the caller in a decision of vend
   * @failed 7 of 16: opens nothing, where vend alone knows the block of subject corporate:alice: `expected
   *   { …(3) } to deeply equal { …(3) }`
   * @note the role is checked apart
   */
  it.each(OF_VEND)('opens nothing, where vend alone knows the block of %s %s', async (...target) => {
    const opened = await openedBy(({ vend }) => {
      vend.store.blocks = blocksOf(target);
    });
    expect(opened).toEqual({ before: CONSOLE_LINK, after: null, keys: [] });
  });

  it.each(OF_VEND.filter(([kind, name]) => kind !== 'role' && name !== 'staff'))(
    'opens nothing, where login alone knows the block of %s %s',
    async (...target) => {
      const opened = await openedBy(({ portal }) => {
        portal.login.state.signOn = { ...portal.login.state.signOn, blocks: blocksOf(target) };
      });
      expect(opened.before).toBe(CONSOLE_LINK);
      expect([opened.after === CONSOLE_LINK, opened.keys]).toEqual([false, []]);
    },
  );
});

describe('an agent that renews', () => {
  afterEach(() => void vi.useRealTimers());

  const TARGETS: readonly Target[] = [
    ['subject', 'app-users:alice'],
    ['group', 'app-users:staff'],
    ['provider', 'app-users'],
    ['role', ROLE],
  ];

  /**
   * @attack Blocked subject, group, provider or role: an agent renews the role’s credentials
   * @removed the check of the caller in a decision of vend
   * @failed 7 of 16: gets no other key after the block of subject app-users:alice: `expected undefined to
   *   match object { exitCode: 4, …(1) }`
   * @note what it has goes on until it expires, and is not given after that
   */
  it.each(TARGETS)('gets no other key after the block of %s %s', async (...target) => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
    const vend = startVend();
    const { url } = await listenHere(createServer(getRequestListener(vend.app.fetch)));
    const proof = token({ claims: { ...defaultClaims(), groups: ['staff'] } });
    const caller = { url, tokens: { access: new Secret(proof) }, proof: 'STINT_TOKEN' };
    const renewals: Renewal[] = [];
    const agent = keepRole(ROLE, {
      take: (role) => takeCredentials(caller, { role }),
      onRenewal: (renewal) => void renewals.push(renewal),
    });
    const first = await agent.get();
    expect(first).toMatchObject({ ok: true });
    vend.store.blocks = blocksOf(target);
    const expiresAt = agent.current()?.expiresAt.getTime() ?? 0;
    // Half of their life is over: the next program that asks makes the agent renew.
    vi.setSystemTime(NOW.getTime() + 0.6 * (expiresAt - NOW.getTime()));
    expect(await agent.get()).toEqual(first);
    await vi.waitFor(() => expect(renewals).toHaveLength(2));
    expect(renewals[1]?.fault).toMatchObject({ exitCode: 4, message: expect.stringContaining('no grant') });
    vi.setSystemTime(expiresAt);
    expect(await agent.get()).toMatchObject({ ok: false, error: { exitCode: 4 } });
    agent.stop();
  });
});

describe('a block of a group', () => {
  const group = (name: string, until = new Date(8.64e15)): Blocks => {
    const all = blocksOf(['group', name]).all.map((one) => ({ ...one, until }));
    return { text: name, all };
  };

  /**
   * @attack Blocked group: a member goes on with a session of CloudSSO or SAML
   * @removed the comparison of a block’s name with the groups of a caller
   * @failed 7 of 16: corporate:engineers ends a session of CloudSSO: `expected [ 'ok', 'ok' ] to deeply
   *   equal [ 'InvalidAccessToken', 'ok' ]`
   */
  it.each(['corporate:engineers', '*:engineers'])('%s ends a session of CloudSSO', async (name) => {
    const world = await startCloudSso();
    const member = await world.signOn('alice', ['engineers']);
    const tokens = [
      await signInWithAliyun(world.login, member),
      await signInWithAliyun(world.login, world.alice),
    ];
    world.login.state.signOn = { ...world.login.state.signOn, blocks: group(name) };
    const said = await Promise.all(
      tokens.map(async (accessToken) => saidByCloudSso(await credentials(world.login, accessToken))),
    );
    expect(said).toEqual(['InvalidAccessToken', 'ok']);
  });

  it.each(['corp:media', '*:staff'])(
    '%s ends a session that began by SAML, and lets none begin',
    async (name) => {
      const login = new SamlLogin();
      const signIn = async () => {
        const browser = login.newBrowser();
        await login.answer(browser, await login.begin(browser));
        return browser;
      };
      const goesOn = async (browser: Awaited<ReturnType<typeof signIn>>) =>
        (await browser.request(new URL(`${PUBLIC_URL}/portal`))).text.includes('form_token');
      const browser = await signIn();
      expect(await goesOn(browser)).toBe(true);
      login.blocks = group('corp:others');
      expect(await goesOn(browser)).toBe(true);
      login.blocks = group(name);
      expect([await goesOn(browser), await goesOn(await signIn())]).toEqual([false, false]);
      login.blocks = NO_BLOCKS;
      expect(await goesOn(browser)).toBe(false);
    },
  );
});
