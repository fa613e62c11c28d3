// The portal of a running `npm start` in a browser, and what was sent and received on the way.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core';
import { startWorld, type World } from '../e2e/world.ts';
import { openBrowser } from './open-browser.ts';
import { watchPages } from './watch-page.ts';

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Every address that the browser asked for, with where it was sent next. */
  readonly requests: readonly Request[];
}

export interface PortalWorld {
  readonly world: World;
  readonly portal: string;
  visit(options?: BrowserContextOptions): Promise<Visit>;
  /** Everything that the functions have logged. */
  logs(): string;
  close(): Promise<void>;
}

/** Printed by `npm start`: the line that a person follows. */
const PORTAL_LINE = /^The portal, for people: (http:\S+)$/m;

async function visit(browser: Browser, options: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en', ...options });
  if (options.javaScriptEnabled !== false) await watchPages(context);
  const requests: Request[] = [];
  context.on('request', (request) => requests.push(request));
  return { context, page: await context.newPage(), requests };
}

export async function startPortal(): Promise<PortalWorld> {
  const [world, browser] = await Promise.all([startWorld(), openBrowser()]);
  const portal = PORTAL_LINE.exec(world.npm.output())?.[1];
  if (portal === undefined) throw new Error('npm start does not say where the portal is');
  const logFolder = join(world.state.folder, 'logs');
  return {
    world,
    portal,
    visit: (options = {}) => visit(browser, options),
    logs: () =>
      readdirSync(logFolder)
        .map((name) => readFileSync(join(logFolder, name), 'utf8'))
        .join('\n'),
    async close() {
      await browser.close();
      await world.close();
    },
  };
}

/** As a person does it: the button of the company, then that of the demo person. */
export async function signOn(page: Page, portal: string, person: string): Promise<void> {
  await page.goto(portal);
  await page.getByRole('link', { name: 'Continue with Example Corp', exact: true }).click();
  await page.locator(`button[value="${person}"]`).click();
  await page.getByRole('heading', { name: 'Your roles', level: 1 }).waitFor();
}
