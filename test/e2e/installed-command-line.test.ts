// The command line as people get it: npm installs what the running deployment serves, into an empty folder, with an empty home and
// no registry, and the person signs in there with it.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Browser } from '../support/browser.ts';
import { newOpener, startedAt } from '../support/opener.ts';
import { runLine, startWorld, type World } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'stint-installed-'));
const home = join(folder, 'home');
/** Nothing listens on port 1: npm gets the package from the deployment and nothing from anywhere else. */
const NO_REGISTRY = {
  npm_config_registry: 'http://127.0.0.1:1',
  npm_config_fetch_retries: '0',
  npm_config_prefix: join(folder, 'prefix'),
  HOME: home,
};
const STINT = `exec ${join(folder, 'prefix/bin/stint')}`;

let world: World;
let url: string;

beforeAll(async () => {
  for (const path of [home, NO_REGISTRY.npm_config_prefix]) mkdirSync(path);
  world = await startWorld();
  url = `http://localhost:${new URL(world.url).port}`;
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('is installed from the deployment, signs a person in there and shows their roles', async () => {
  const installed = await runLine(`npm install -g ${url}/cli/stint.tgz`, NO_REGISTRY);
  expect([installed.exitCode, installed.errors]).toEqual([0, '']);
  expect((await runLine(`${STINT} --version`, NO_REGISTRY)).out).toMatch(/^\d+\.\d+\.\d+\n$/);

  const opener = newOpener(folder);
  const env = { ...NO_REGISTRY, ...opener.env };
  const login = runLine(`${STINT} login --url ${url} --store file`, env);
  const browser = new Browser((request) => fetch(request));
  const start = await browser.open(await startedAt(await opener.next(login)));
  const link = /href="([^"]+)"[^>]*>Continue with Example Corp/.exec(start.text)?.[1] ?? '';
  const people = await browser.open(new URL(link.replaceAll('&amp;', '&'), start.url));
  const question = await browser.submit(people, { person: 'alice' });
  expect(question.text).toContain('Sign in on the command line?');
  // The page has other forms before this one.
  const form = question.text.lastIndexOf('<form', question.text.indexOf('action="/login/authorize"'));
  await browser.submit({ ...question, text: question.text.slice(form) }, { answer: 'yes' });
  expect(await login).toMatchObject({ exitCode: 0, out: expect.stringContaining('alice') });
  expect((await runLine(`${STINT} roles`, env)).out).toContain('media-uploader');
});
