// Every page, in every theme, width and language, as a browser shows it. Leaves a screenshot of each in artifacts/.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLES } from './example-pages.tsx';
import { findBarriers } from './find-barriers.ts';
import { LOOKS } from './looks.ts';
import { openBrowser } from './open-browser.ts';
import { type Preview, startPreview } from './preview.ts';
import { collectErrors, watchPages, weightOf, whatWasSeen } from './watch-page.ts';

const SCREENSHOTS = new URL('../../artifacts/portal/', import.meta.url).pathname;
const MAX_PAGE_BYTES = 60_000;
/** Less is a page without its stylesheet. */
const LEAST_PAGE_BYTES = 10_000;
/** WCAG 2.2, 1.4.10: the narrowest telephones, and a window of 1280 pixels at 400 %. */
const LEAST_WIDTH = 320;
const MANY = 'home-many';

let browser: Browser;
let preview: Preview;

beforeAll(async () => {
  [browser, preview] = await Promise.all([openBrowser(), startPreview()]);
});
afterAll(async () => {
  await browser?.close();
  preview?.close();
});

describe.each(LOOKS)('seen as $name', ({ name: look, context: options }) => {
  let context: BrowserContext;
  let page: Page;
  let errors: readonly string[];

  beforeAll(async () => {
    mkdirSync(join(SCREENSHOTS, look), { recursive: true });
    context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
    await watchPages(context);
    page = await context.newPage();
    errors = collectErrors(page);
  });
  afterAll(() => context?.close());

  it.each(Object.keys(EXAMPLES))(
    '%s is laid out once, within its policy, and without barriers',
    async (name) => {
      await page.goto(`${preview.url}/${name}`);
      expect(await whatWasSeen(page)).toEqual({ violations: [], shift: 0 });
      const fits = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
      expect(fits, 'nothing is wider than the window').toBe(true);
      if (options.viewport.width < LEAST_WIDTH * 2) {
        await page.setViewportSize({ ...options.viewport, width: LEAST_WIDTH });
        const reflows = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
        expect(reflows, `nothing is wider than ${LEAST_WIDTH} pixels`).toBe(true);
        await page.setViewportSize(options.viewport);
      }
      const bytes = await weightOf(page);
      expect([bytes > LEAST_PAGE_BYTES, bytes < MAX_PAGE_BYTES]).toEqual([true, true]);
      await page.screenshot({ path: join(SCREENSHOTS, look, `${name}.png`), fullPage: true });
      expect(await findBarriers(page)).toEqual([]);
      expect(errors).toEqual([]);
    },
  );
});

it('a page is painted before its script has come', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const isPainted = () =>
    page
      .waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0)
      .then(
        () => true,
        () => false,
      );
  const painted: Promise<boolean>[] = [];
  await page.route('**/*.js', async (route) => {
    painted.push(isPainted());
    await painted[0];
    await route.continue();
  });
  await page.goto(`${preview.url}/home`, { timeout: 0 });
  expect(await Promise.all(painted)).toEqual([true]);
  await context.close();
});

it('a page of fifty roles is under 60 KB with all that it loads, too', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${preview.url}/${MANY}`);
  expect(await page.locator('li.role').count()).toBe(50);
  expect(await weightOf(page)).toBeLessThan(MAX_PAGE_BYTES);
  await context.close();
});
