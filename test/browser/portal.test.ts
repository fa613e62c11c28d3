// People at the portal of a running `npm start`: real sign-on, real vending, a real browser.
import { execFileSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { CredentialFormat } from '../../shared/people/credential-formats.ts';
import { addAuthenticator } from './add-authenticator.ts';
import { findBarriers } from './find-barriers.ts';
import { type PortalWorld, signOn, startPortal, type Visit } from './portal-world.ts';
import { collectErrors, weightOf, whatWasSeen } from './watch-page.ts';

const MAX_PAGE_BYTES = 60_000;

let portal: PortalWorld;
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(() => portal?.close());

async function visit(options?: Parameters<PortalWorld['visit']>[0]): Promise<Visit> {
  const visited = await portal.visit(options);
  onTestFinished(() => visited.context.close());
  return visited;
}

async function arriveAs(person: string, options?: Parameters<PortalWorld['visit']>[0]): Promise<Visit> {
  const visited = await visit(options);
  await signOn(visited.page, portal.portal, person);
  return visited;
}

const roleNames = (page: Page): Promise<string[]> => page.locator('li.role:visible h4').allTextContents();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: false }).click();

/** Here, and at the company's provider, which asks first. */
async function signOut(page: Page): Promise<void> {
  await press(page, 'Sign out');
  await press(page, 'Yes, sign me out');
  await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
}

/** What a POSIX shell makes of lines that set variables. */
function runInShell(lines: string): Record<string, string> {
  const script = `${lines}\nprintf '%s\\n' "$ALIBABA_CLOUD_ACCESS_KEY_ID" "$ALIBABA_CLOUD_ACCESS_KEY_SECRET" "$ALIBABA_CLOUD_SECURITY_TOKEN"`;
  const [id = '', secret = '', token = ''] = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split(
    '\n',
  );
  return { AccessKeyId: id, AccessKeySecret: secret, SecurityToken: token };
}

async function copied(page: Page, format: CredentialFormat): Promise<string> {
  await page.locator(`label[for=format-${format}]`).click();
  const button = page.locator(`[data-copy=text-${format}]`);
  await button.click();
  await button.filter({ hasText: 'Copied' }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] };

describe('somebody who signs on through the company’s provider', () => {
  it('sees their own roles by project, and nobody else’s', async () => {
    const alice = await arriveAs('alice');
    expect(await roleNames(alice.page)).toEqual(['media-uploader', 'arms-reader']);
    expect(await alice.page.locator('section.project h2').allTextContents()).toEqual([
      'Media library',
      'Operations',
    ]);
    const bob = await arriveAs('bob');
    expect(await roleNames(bob.page)).toEqual(['arms-reader']);
  });

  it('without a role is told whom to ask', async () => {
    const { page } = await arriveAs('mallory');
    await page.getByRole('heading', { name: 'You have no roles yet' }).waitFor();
  });

  it('searches while typing, and hears how many match', async () => {
    const { page } = await arriveAs('alice');
    const field = page.getByRole('searchbox', { name: 'Search roles' });
    await field.fill('monitoring operations');
    expect(await roleNames(page)).toEqual(['arms-reader']);
    expect(await page.locator('[data-count][role=status]').textContent()).toBe('1 role');
    await field.fill('1234567890123456');
    expect(await roleNames(page)).toHaveLength(2);
    await field.fill('no such thing');
    expect(await roleNames(page)).toEqual([]);
    await page.getByRole('heading', { name: 'No role matches' }).waitFor();
  });

  it('is known to the provider still, unless a role asks them to prove themselves again', async () => {
    const { page } = await arriveAs('alice');
    const signIn = async (address: string) => {
      await page.goto(`${portal.portal}${address}`);
      await page.getByRole('link', { name: 'Continue with Example Corp', exact: true }).click();
    };
    await signIn('/sign-in');
    await page.getByRole('heading', { name: 'Your roles' }).waitFor();
    await signIn('/sign-in?fresh');
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
  });

  it('signs out, and the session is over', async () => {
    const { page } = await arriveAs('alice');
    await signOut(page);
    await page.goto(`${portal.portal}/sessions`);
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
  });

  it('keeps the language that they choose', async () => {
    const { page } = await arriveAs('alice');
    await page.getByRole('link', { name: '简体中文' }).click();
    await page.getByRole('heading', { name: '我的角色', level: 1 }).waitFor();
    await page.goto(`${portal.portal}/sessions`);
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  });
});

describe('credentials', () => {
  it('are the same in every format that is copied', async () => {
    const { page } = await arriveAs('alice', clipboard);
    await press(page, 'Credentials of media-uploader');
    const { Expiration, ...keys } = JSON.parse(await copied(page, 'json'));
    expect(keys.AccessKeyId).toMatch(/^STS\./);
    expect(new Date(Expiration).getTime()).toBeGreaterThan(Date.now());
    expect(runInShell(await copied(page, 'shell'))).toEqual(keys);
    const values = Object.values(keys);
    for (const format of ['powershell', 'env', 'aliyun'] as const) {
      const text = await copied(page, format);
      expect(values.filter((value) => text.includes(String(value)))).toEqual(values);
    }
  });

  it('are shown again by a refresh, in the same format, and their time is counted down', async () => {
    const { page } = await arriveAs('alice');
    await press(page, 'Credentials of arms-reader');
    const left = page.getByRole('timer');
    const before = await left.textContent();
    expect(before).toMatch(/^(?:1:00:00|59:[0-5]\d)$/);
    await page.waitForFunction(
      (text) => document.querySelector('[role=timer]')?.textContent !== text,
      before,
    );
    await page.locator('label[for=format-json]').click();
    await press(page, 'Refresh credentials');
    await left.waitFor();
    // In the format that was chosen.
    expect(await page.locator('#text-json').isVisible()).toBe(true);
    expect(await page.locator('#text-json').textContent()).toContain('STS.');
  });

  it.each([
    ['shown for five minutes', '05:01', 'Removed from this page'],
    ['over', '31:00', 'These credentials have ended'],
  ])('leave the page when they have been %s', async (_, passed, heading) => {
    const { page } = await arriveAs('alice');
    await page.clock.install();
    await press(page, 'Credentials of media-uploader');
    const secret = JSON.parse((await page.locator('#text-json').textContent()) ?? '').AccessKeySecret;
    expect(await page.content()).toContain(secret);
    await page.clock.fastForward(passed);
    await page.getByRole('heading', { name: heading }).waitFor();
    expect(await page.content()).not.toContain(secret);
  });

  it('that have left the page end there too, and the page says that they no longer work', async () => {
    const { page } = await arriveAs('alice');
    await page.clock.install();
    await press(page, 'Credentials of media-uploader');
    await page.clock.fastForward('05:01');
    const removed = page.getByRole('heading', { name: 'Removed from this page' });
    await removed.waitFor();
    await page.clock.fastForward('26:00');
    await page.getByRole('heading', { name: 'These credentials have ended' }).waitFor();
    expect(await removed.isVisible()).toBe(false);
  });

  it('that cannot be copied are selected, and the button says so', async () => {
    const { page } = await arriveAs('alice');
    await press(page, 'Credentials of media-uploader');
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
    });
    const button = page.locator('[data-copy=text-shell]');
    await button.click();
    await button.filter({ hasText: 'Not copied' }).waitFor();
    expect(await page.evaluate(() => getSelection()?.toString())).toContain('ALIBABA_CLOUD_ACCESS_KEY_ID');
    expect(await page.locator('[data-says]').textContent()).toContain('copy it yourself');
  });

  it('are answered to a form alone, and kept by no cache', async () => {
    const { page } = await arriveAs('alice');
    const answered = page.waitForResponse((response) => response.url().endsWith('/portal/credentials'));
    await press(page, 'Credentials of media-uploader');
    expect(await (await answered).headerValue('cache-control')).toBe('no-store');
    expect((await page.goto(`${portal.portal}/credentials`))?.status()).toBe(404);
  });
});

describe('the console', () => {
  it('opens in a tab of its own, signed in as the role, by a link that works once', async () => {
    const { context, page, requests } = await arriveAs('alice');
    const opening = context.waitForEvent('page');
    await press(page, 'Open console of arms-reader');
    const tab = await opening;
    await tab.getByRole('heading', { name: 'Local console' }).waitFor();
    expect(await tab.locator('code').textContent()).toMatch(/assumed-role\/arms-reader\/staff\./);
    expect(await tab.evaluate(() => window.opener)).toBeNull();
    const link = requests.find((request) => request.url().includes('SigninToken'))?.url() ?? '';
    expect((await tab.goto(link))?.status()).toBe(403);
    expect(await page.title()).toBe('Your roles · Stint');
  });
});

describe('no secret', () => {
  it('is in an address, in a page that is not asked for it, or in a log', async () => {
    const { context, page, requests } = await arriveAs('alice');
    const pages: string[] = [];
    await press(page, 'Credentials of media-uploader');
    const { AccessKeySecret, SecurityToken } = JSON.parse(
      (await page.locator('#text-json').textContent()) ?? '',
    );
    await page.getByRole('link', { name: 'All roles' }).click();
    const opening = context.waitForEvent('page');
    await press(page, 'Open console of media-uploader');
    await (await opening).getByRole('heading', { name: 'Local console' }).waitFor();
    for (const path of ['', '/sessions', '/activity']) {
      await page.goto(`${portal.portal}${path}`);
      pages.push(await page.content());
    }
    const signinToken = requests
      .map((request) => new URL(request.url()).searchParams.get('SigninToken'))
      .find((token) => token !== null);
    const cookies = await context.cookies(portal.portal);
    const session = cookies.find(({ name }) => name === '__Host-stint-session');
    const secrets = [AccessKeySecret, SecurityToken, session?.value].map(String);
    const addresses = requests.map((request) => decodeURIComponent(request.url()));
    for (const secret of [...secrets, String(signinToken)]) {
      expect(secret.length).toBeGreaterThan(30);
      expect(pages.filter((html) => html.includes(secret))).toEqual([]);
      expect(portal.logs().includes(secret)).toBe(false);
    }
    for (const secret of secrets) expect(addresses.filter((url) => url.includes(secret))).toEqual([]);
    const own = addresses.filter((url) => url.startsWith(new URL(portal.portal).origin));
    expect(own.filter((url) => url.includes(String(signinToken)))).toEqual([]);
    expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax' });
  });
});

describe('sessions', () => {
  it('are listed with their browsers, and the one that is ended is signed out', async () => {
    const [here, elsewhere] = [
      await arriveAs('bob'),
      await arriveAs('bob', { userAgent: 'Firefox/140 (Windows)' }),
    ];
    await here.page.goto(`${portal.portal}/sessions`);
    const row = here.page.locator('li.session').filter({ hasText: 'Firefox · Windows' });
    await row.getByRole('button', { name: 'End' }).click();
    await row.waitFor({ state: 'detached' });
    await elsewhere.page.reload();
    await elsewhere.page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    await here.page.getByRole('link', { name: 'Activity' }).click();
    await here.page.getByText('Ended a session').waitFor();
  });
});

describe('a passkey', () => {
  it('is added after a sign-on, signs in in its place, and confirms who is signed on', async () => {
    const { context, page } = await visit();
    await addAuthenticator(context, page);
    await signOn(page, portal.portal, 'alice');
    await page.getByRole('link', { name: 'Passkeys' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Work laptop');
    await press(page, 'Add a passkey');
    await page.getByRole('heading', { name: 'Work laptop' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(await whatWasSeen(page)).toEqual({ violations: [], shift: 0 });

    await signOut(page);
    // From here on every page is the portal's own; the provider's asks for a font that is elsewhere.
    const errors = collectErrors(page);
    await page.goto(`${portal.portal}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await press(page, 'Sign in with a passkey');
    await page.getByRole('heading', { name: 'Your roles', level: 1 }).waitFor();
    expect(await roleNames(page)).toEqual(['media-uploader', 'arms-reader']);

    await page.getByRole('link', { name: 'Passkeys' }).click();
    await press(page, 'Confirm');
    await page.getByRole('heading', { name: 'Your roles', level: 1 }).waitFor();
    expect(errors).toEqual([]);
  });

  it('that is on no authenticator at hand says so on the page, and nobody is signed in', async () => {
    const { context, page } = await visit();
    await addAuthenticator(context, page);
    await page.goto(`${portal.portal}/sign-in`);
    await press(page, 'Sign in with a passkey');
    await page.locator('[data-passkey-fault]').filter({ hasText: 'passkey' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/portal/sign-in');
  });
});

describe('a role that needs a second factor', () => {
  const OF_OPS = /(- id: ops-monitoring-portal\n)/;
  const heading = { name: 'Confirm that it is you', level: 1 } as const;

  beforeAll(() => portal.world.apply((text) => text.replace(OF_OPS, '$1    constraints: { mfa: true }\n')));
  afterAll(() => portal.world.apply((text) => text));

  async function arriveAtRole(page: Page): Promise<void> {
    await page.goto(portal.portal);
    const confirm = page.getByRole('link', { name: 'Confirm that it is you' });
    // The rules reach every instance within five seconds.
    while (!(await confirm.isVisible())) await page.reload();
    await confirm.click();
    await page.getByRole('heading', heading).waitFor();
    expect(await findBarriers(page)).toEqual([]);
  }

  async function expectOpened(page: Page): Promise<void> {
    await page.waitForURL(`${portal.portal}?role=arms-reader#role-arms-reader`);
    const role = page.locator('#role-arms-reader:target');
    expect(await role.getByRole('button', { name: 'Open console of arms-reader' }).isVisible()).toBe(true);
    expect(await whatWasSeen(page)).toEqual({ violations: [], shift: 0 });
  }

  it('is opened by a passkey, on the page of that role', async () => {
    const { context, page } = await visit();
    await addAuthenticator(context, page);
    await signOn(page, portal.portal, 'bob');
    await page.getByRole('link', { name: 'Passkeys' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Work laptop');
    await press(page, 'Add a passkey');
    await page.getByRole('heading', { name: 'Work laptop' }).waitFor();
    await arriveAtRole(page);
    await press(page, 'Confirm with a passkey');
    await expectOpened(page);
  });

  it('is opened by the company, which is asked for one', async () => {
    const { page } = await arriveAs('bob');
    await arriveAtRole(page);
    await page.getByRole('link', { name: 'Sign in again with Example Corp' }).click();
    await page.locator('button[value="bob"]').click();
    await expectOpened(page);
  });
});

describe('activity', () => {
  it('lists what was done, the newest first', async () => {
    const { context, page } = await arriveAs('alice');
    await press(page, 'Credentials of media-uploader');
    await page.getByRole('link', { name: 'All roles' }).click();
    const opening = context.waitForEvent('page');
    await press(page, 'Open console of arms-reader');
    await (await opening).getByRole('heading', { name: 'Local console' }).waitFor();
    await page.getByRole('link', { name: 'Activity' }).click();
    await page.getByRole('heading', { name: 'Recent activity' }).waitFor();
    expect((await page.locator('li.activity > span').allTextContents()).slice(0, 3)).toEqual([
      'Opened the console as arms-reader',
      'Got credentials of media-uploader',
      'Signed in with Example Corp',
    ]);
  });
});

/** Presses Tab until the element of that name has the focus, which must be seen to have it. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let steps = 0; steps < 30; steps++) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    const text = await focused.evaluate((element) => element.textContent?.replace(/\s+/g, ' ').trim() ?? '');
    if (!text.startsWith(name)) continue;
    expect(await focused.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid');
    return;
  }
  throw new Error(`nothing called ${name} takes the focus`);
}

describe('with a keyboard alone', () => {
  it('somebody skips to the content, signs in, and gets credentials', async () => {
    const { page } = await visit();
    await page.goto(portal.portal);
    await tabTo(page, 'Skip to the content');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Continue with Example Corp');
    await page.keyboard.press('Enter');
    await page.locator('button[value=alice]').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your roles' }).waitFor();
    await tabTo(page, 'Credentials of media-uploader');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'media-uploader' }).waitFor();
    await page.locator('#format-shell').focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#text-powershell').isVisible()).toBe(true);
    expect(await page.locator('#text-shell').isVisible()).toBe(false);
  });
});

describe('without scripts', () => {
  it('somebody signs on, searches, copies by hand, opens the console and signs out', async () => {
    const { context, page } = await arriveAs('alice', { javaScriptEnabled: false });
    await page.getByRole('searchbox').fill('monitoring');
    await press(page, 'Search');
    expect(await roleNames(page)).toEqual(['arms-reader']);
    const opening = context.waitForEvent('page');
    await press(page, 'Open console of arms-reader');
    await (await opening).getByRole('heading', { name: 'Local console' }).waitFor();
    await press(page, 'Credentials of arms-reader');
    await page.locator('label[for=format-json]').click();
    expect(JSON.parse((await page.locator('#text-json').textContent()) ?? '')).toHaveProperty(
      'AccessKeySecret',
    );
    expect(await page.locator('.needs-script:visible').count()).toBe(0);
    await signOut(page);
  });
});

describe('every page of the running portal', () => {
  it('keeps its policy, shifts nothing, has no barrier and weighs little', async () => {
    const { page } = await arriveAs('alice');
    const errors = collectErrors(page);
    for (const path of ['', '/sessions', '/passkeys', '/activity', '/sign-in']) {
      await page.goto(`${portal.portal}${path}`);
      expect(await weightOf(page), path).toBeLessThan(MAX_PAGE_BYTES);
      expect(await whatWasSeen(page), path).toEqual({ violations: [], shift: 0 });
      expect(await findBarriers(page), path).toEqual([]);
    }
    await page.goto(portal.portal);
    await press(page, 'Credentials of media-uploader');
    await page.getByRole('timer').waitFor();
    expect(await whatWasSeen(page)).toEqual({ violations: [], shift: 0 });
    expect(await findBarriers(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('that is not there says so, and repeats nothing of what was asked for', async () => {
    const { page } = await visit();
    const response = await page.goto(`${portal.portal}/marker-4711?marker-4711=1`);
    expect(response?.status()).toBe(404);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    expect(await page.content()).not.toContain('4711');
  });
});
