// `stint` as a person uses it: the command as a process of its own, a real browser, and all of a running `npm start`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Ended, runLine } from '../e2e/world.ts';
import { newOpener, type Opener } from '../support/opener.ts';
import { findBarriers } from './find-barriers.ts';
import { type PortalWorld, signOn, startPortal } from './portal-world.ts';
import { whatWasSeen } from './watch-page.ts';

/** A cold start on a machine that does other things. */
const SHOW_LIMIT_MS = 30_000;

let portal: PortalWorld;
let url: string;
beforeAll(async () => {
  portal = await startPortal();
  url = new URL(portal.portal).origin;
});
afterAll(() => portal?.close());

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

interface Person {
  readonly page: Page;
  readonly opener: Opener;
  readonly sessionsFile: string;
  stint(line: string): Promise<Ended>;
  /** The parts of what a command has written to `$HOME/shown` by now, or will have. */
  shown(pattern: RegExp): Promise<RegExpExecArray>;
}

async function newPerson(): Promise<Person> {
  const { context, page } = await portal.visit();
  onTestFinished(() => context.close());
  const home = mkdtempSync(join(tmpdir(), 'stint-person-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const opener = newOpener(home);
  return {
    page,
    opener,
    sessionsFile: join(home, '.local/state/stint/sessions.json'),
    stint: (line) => runLine(`exec node clients/cli/bin.mjs ${line}`, { ...opener.env, HOME: home }),
    shown: (pattern) =>
      vi.waitFor(
        () => {
          const found = pattern.exec(readFileSync(join(home, 'shown'), 'utf8'));
          if (!found) throw new Error('not shown yet');
          return found;
        },
        { timeout: SHOW_LIMIT_MS },
      ),
  };
}

/** From the command to the page that it ends with; the person signs on at their company on the way. */
async function logIn({ page, opener, stint }: Person, name: string, options = ''): Promise<Ended> {
  const run = stint(`login --store file --url ${url} ${options}`);
  await page.goto((await opener.next(run)).href);
  await page.getByRole('link', { name: 'Continue with Example Corp', exact: true }).click();
  await page.locator(`button[value="${name}"]`).click();
  await press(page, 'Continue');
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  expect(await whatWasSeen(page)).toEqual({ violations: [], shift: 0 });
  return run;
}

/** As five minutes later. */
function forgetAccessToken({ sessionsFile }: Person): void {
  const file = JSON.parse(readFileSync(sessionsFile, 'utf8'));
  file.sessions[0].tokens.accessEndsAt = '2000-01-01T00:00:00.000Z';
  writeFileSync(sessionsFile, JSON.stringify(file));
}

describe('stint login', () => {
  it('signs alice in through her company’s provider, and takes her roles', async () => {
    const alice = await newPerson();
    const { exitCode, out } = await logIn(alice, 'alice');
    expect(out).toMatch(
      new RegExp(`^Signed in to ${url} as corporate:alice \\(.+\\), until .+ UTC at the latest\\.\n$`),
    );
    expect(exitCode).toBe(0);

    expect((await alice.stint('whoami')).out).toContain('corporate:alice');
    const { roles } = JSON.parse((await alice.stint('roles --json')).out);
    expect(roles.map(({ role }: { role: string }) => role)).toEqual(
      expect.arrayContaining(['media-uploader', 'arms-reader']),
    );
    const vended = await alice.stint('credentials media-uploader --format credential-process');
    expect(JSON.parse(vended.out)).toMatchObject({
      mode: 'StsToken',
      access_key_id: expect.stringMatching(/^STS\./),
    });
  });

  it('has alice prove herself again, although the browser knows her', async () => {
    const alice = await newPerson();
    await signOn(alice.page, portal.portal, 'alice');
    const { exitCode } = await logIn(alice, 'alice', '--fresh');
    expect(exitCode).toBe(0);
  });

  it('signs in with a code that is typed in a browser elsewhere', async () => {
    const bob = await newPerson();
    await signOn(bob.page, portal.portal, 'bob');
    const run = bob.stint(`login --device --store file --url ${url} 2>"$HOME/shown"`);
    const [, address = '', code = ''] = await bob.shown(/enter the code:\n\n {2}(\S+)\n\n {2}(\S+)\n/);
    await bob.page.goto(address);
    await bob.page.getByRole('textbox', { name: 'Code' }).fill(code);
    await press(bob.page, 'Continue');
    await bob.page.getByText(hostname()).waitFor();
    await bob.page.getByRole('checkbox').check();
    await press(bob.page, 'Approve');
    const { exitCode, out } = await run;
    expect(out).toContain('as corporate:bob');
    expect(exitCode).toBe(0);
    expect((await bob.stint('whoami')).exitCode).toBe(0);
  });

  it('signs nobody in who says no', async () => {
    const bob = await newPerson();
    await signOn(bob.page, portal.portal, 'bob');
    const run = bob.stint(`login --store file --url ${url}`);
    await bob.page.goto((await bob.opener.next(run)).href);
    await press(bob.page, 'Cancel');
    await bob.page.getByRole('heading', { name: 'The sign-in did not work' }).waitFor();
    const { exitCode, errors } = await run;
    expect(errors).toContain('the sign-in was refused in the browser: nobody is signed in');
    expect(exitCode).toBe(4);
  });

  it('stays signed in when commands renew its token at the same time, until one signs out', async () => {
    const bob = await newPerson();
    await logIn(bob, 'bob');
    forgetAccessToken(bob);
    const runs = await Promise.all([bob.stint('roles'), bob.stint('whoami'), bob.stint('roles --json')]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    forgetAccessToken(bob);
    expect((await bob.stint('whoami')).exitCode).toBe(0);
    const kept = readFileSync(bob.sessionsFile);
    expect(await bob.stint('logout')).toMatchObject({ exitCode: 0, out: `Signed out of ${url}.\n` });
    // Somebody's copy of the file is worth nothing then.
    writeFileSync(bob.sessionsFile, kept);
    forgetAccessToken(bob);
    expect((await bob.stint('whoami')).errors).toContain('the sign-in has ended');
  });

  it('may not take what was not granted, and says so', async () => {
    const bob = await newPerson();
    await logIn(bob, 'bob');
    const { exitCode, out, errors } = await bob.stint('credentials media-uploader');
    expect(errors).toContain('no grant gives you this: stint roles shows what you may take');
    expect([exitCode, out]).toEqual([4, '']);
  });
});

describe('stint console', () => {
  it('opens the console as the role and at the page that it names, after a sign-in and one key', async () => {
    const bob = await newPerson();
    const home = `${/http:\S+(?=\/federation)/.exec(portal.world.npm.output())?.[0]}/console`;
    const run = bob.stint(`console arms-reader --url ${url} --to '${home}?from=link'`);
    await bob.page.goto((await bob.opener.next(run)).href);
    await bob.page.getByRole('link', { name: 'Continue with Example Corp', exact: true }).click();
    await bob.page.locator('button[value="bob"]').click();
    await bob.page.getByRole('heading', { name: 'Open the console?', level: 1 }).waitFor();
    expect(await bob.page.locator('dd').allTextContents()).toContain(`${home}?from=link`);
    expect(await findBarriers(bob.page)).toEqual([]);
    expect(await whatWasSeen(bob.page)).toEqual({ violations: [], shift: 0 });
    await bob.page.getByRole('button', { name: 'Open console' }).focus();
    await bob.page.keyboard.press('Enter');
    await bob.page.getByRole('heading', { name: 'Local console' }).waitFor();
    expect(bob.page.url()).toBe(`${home}?from=link`);
    expect((await run).exitCode).toBe(0);
  });
});
