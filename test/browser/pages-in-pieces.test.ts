// A page that comes slowly is painted before all of it is there: what is shown by then stays where it is.
import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { renderClosingPage } from '../../clients/cli/sign-in/closing-page.ts';
import { listenHere } from '../support/loopback.ts';
import { openBrowser } from './open-browser.ts';
import { type Preview, startPreview } from './preview.ts';
import { watchPages, whatWasSeen } from './watch-page.ts';

let browser: Browser;
let preview: Preview;

beforeAll(async () => {
  [browser, preview] = await Promise.all([openBrowser(), startPreview()]);
});
afterAll(async () => {
  await browser?.close();
  preview?.close();
});

const portalPage = async (name: string) => (await fetch(`${preview.url}/${name}`)).text();

it.each<readonly [string, number, () => string | Promise<string>]>([
  ['the last page of a sign-in on the command line', 1_280, () => renderClosingPage('done')],
  ['a page of the portal', 1_280, () => portalPage('step-up-add')],
  ['a page of the portal, on a telephone', 390, () => portalPage('step-up-add')],
])('nothing moves in %s', async (_, width, render) => {
  const html = await render();
  const [head = '', ...pieces] = html.split(/(?<=<body.*>)(?=<)/s);
  expect(pieces.length).toBeGreaterThan(5);
  const context = await browser.newContext({ viewport: { width, height: 720 } });
  onTestFinished(() => context.close());
  await watchPages(context);
  const page = await context.newPage();
  let send = (_piece: string): unknown => undefined;
  let end = (): unknown => undefined;
  const server = createServer(async ({ url = '' }, response) => {
    if (url !== '/') {
      const asset = await fetch(`${preview.url}${url}`);
      response.setHeader('content-type', asset.headers.get('content-type') ?? '');
      response.end(Buffer.from(await asset.arrayBuffer()));
      return;
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.write(head);
    send = (piece) => response.write(piece);
    end = () => response.end();
  });
  await page.goto((await listenHere(server)).url, { waitUntil: 'commit' });
  for (const piece of pieces) {
    send(piece);
    await whatWasSeen(page); // after two frames
  }
  end();
  await page.waitForLoadState();
  expect(await page.title()).toBe(/<title>(.*)<\/title>/.exec(html)?.[1]);
  expect(await whatWasSeen(page)).toEqual({ violations: [], shift: 0 });
});
