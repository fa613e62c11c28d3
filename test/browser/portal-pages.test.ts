// Coming back, reloading, another language and a long list, in a real browser.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type PortalWorld, signOn, startPortal } from './portal-world.ts';

let portal: PortalWorld;
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(() => portal?.close());

async function arrive(person = 'alice'): Promise<Page> {
  const { context, page } = await portal.visit();
  onTestFinished(() => context.close());
  await signOn(page, portal.portal, person);
  return page;
}

async function getCredentials(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Credentials of arms-reader' }).click();
  await page.locator('[data-credentials]').waitFor();
}

const partLeft = (page: Page): Promise<number> =>
  page.locator('progress').evaluate((bar) => Number((bar as HTMLProgressElement).position));

describe('somebody with credentials on their screen', () => {
  it('finds a page when they come back to it or reload it, and gets them again', async () => {
    const page = await arrive();
    await getCredentials(page);
    expect(new URL(page.url()).pathname).toBe('/portal/credentials');
    await page.getByRole('link', { name: 'All roles' }).click();
    await page.getByRole('heading', { name: 'Your roles' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Removed from this page' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Removed from this page' }).waitFor();
    expect(await page.content()).not.toContain('ALIBABA_CLOUD_ACCESS_KEY_SECRET');
    await page.getByRole('button', { name: 'Refresh credentials' }).click();
    await page.locator('[data-credentials]').waitFor();
  });

  it('reads that a refresh brought the same ones, and sees what is left of the whole', async () => {
    const page = await arrive();
    await getCredentials(page);
    await page.getByRole('button', { name: 'Refresh credentials' }).click();
    await page.getByText('These are the same credentials as before.').waitFor();
    await expect.poll(() => partLeft(page), { timeout: 10_000 }).toBeLessThan(1);
  });

  it('keeps them in another language', async () => {
    const page = await arrive();
    await getCredentials(page);
    await page.getByRole('button', { name: '简体中文' }).click();
    await page.locator('html[lang=zh-CN] [data-credentials]').waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('html[lang=en] [data-credentials]').waitFor();
  });
});

describe('a list that is too long for the page', () => {
  it('is searched by asking while somebody types', async () => {
    const page = await arrive();
    await page.route(/\/portal(\?.*)?$/, async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replace('data-filter', 'data-ask');
      await route.fulfill({ response: answer, body });
    });
    await page.reload();
    expect(await page.locator('li.role:visible').count()).toBeGreaterThan(1);
    await page.getByRole('searchbox').pressSequentially('arms');
    await expect.poll(() => page.locator('li.role:visible h4').allTextContents()).toEqual(['arms-reader']);
    expect(page.url()).toContain('?q=arms');
    expect(await page.getByRole('searchbox').evaluate((field) => field === document.activeElement)).toBe(
      true,
    );
  });

  it('asks for the new cookie that an answer brings while somebody types', async () => {
    const page = await arrive();
    await page.route(/\/portal(\?.*)?$/, async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text())
        .replace('data-filter', 'data-ask')
        .replace(
          '</body>',
          route.request().isNavigationRequest() ? '</body>' : '<img src="/portal/cookie"></body>',
        );
      await route.fulfill({ response: answer, body });
    });
    await page.reload();
    const shown = page.waitForRequest((request) => new URL(request.url()).pathname === '/portal/cookie');
    await page.getByRole('searchbox').pressSequentially('arms');
    expect((await shown).method()).toBe('GET');
  });

  it('is searched still after a change of language, whether it was asked for or is whole', async () => {
    const page = await arrive();
    await page.getByRole('searchbox').pressSequentially('arms');
    await page.getByRole('link', { name: '简体中文' }).click();
    await page.waitForURL(/\?q=arms$/);
    expect(await page.locator('li.role:visible h4').allTextContents()).toEqual(['arms-reader']);
    expect(await page.getByRole('searchbox').inputValue()).toBe('arms');
    await page.getByRole('searchbox').fill('');
    expect(page.url()).not.toContain('q=');
  });
});

describe('the host alone', () => {
  it('leads to the portal', async () => {
    const { context, page } = await portal.visit();
    onTestFinished(() => context.close());
    await page.goto(new URL('/', portal.portal).href);
    expect(page.url()).toBe(portal.portal);
  });
});
