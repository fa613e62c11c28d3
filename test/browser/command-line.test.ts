// A command line of a test signs in by way of a real browser at a running `npm start`, with a client library that others
// wrote, and calls vend with what it gets.
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import * as oauth from 'openid-client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findBarriers } from './find-barriers.ts';
import { type PortalWorld, signOn, startPortal } from './portal-world.ts';
import { collectErrors, whatWasSeen } from './watch-page.ts';

let portal: PortalWorld;
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(() => portal?.close());

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

async function arriveAs(person: string): Promise<Page> {
  const { context, page } = await portal.visit();
  onTestFinished(() => context.close());
  await signOn(page, portal.portal, person);
  return page;
}

const discover = () =>
  oauth.discovery(new URL(`${new URL(portal.portal).origin}/login`), 'stint-cli', undefined, oauth.None(), {
    execute: [oauth.allowInsecureRequests],
  });

interface Listening {
  readonly redirectUri: string;
  readonly answer: Promise<URL>;
}

/** What a command line opens for the browser's answer. */
async function listenOn(host: string): Promise<Listening> {
  const answered = new EventEmitter<{ answer: [URL] }>();
  const answer = once(answered, 'answer').then(([url]) => url);
  const server = createServer(({ url = '' }, response) => {
    response.end('<title>back</title><h1>Back on the command line</h1>');
    if (url.startsWith('/callback')) answered.emit('answer', new URL(url, redirectUri));
  });
  await new Promise<void>((listening) => server.listen(0, host.replace(/[[\]]/g, ''), listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const redirectUri = `http://${host}:${address.port}/callback`;
  return { redirectUri, answer };
}

async function ask(config: oauth.Configuration, redirectUri: string) {
  const [verifier, state] = [oauth.randomPKCECodeVerifier(), oauth.randomState()];
  const url = oauth.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    device_name: 'test laptop',
  });
  return { url: url.href, checks: { pkceCodeVerifier: verifier, expectedState: state } };
}

async function rolesWith(accessToken: string): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const { roles } = await (await fetch(`${portal.world.url}/v1/roles`, { headers })).json();
  return roles.map(({ role }: { role: string }) => role);
}

describe('a command line on this computer', () => {
  it.each(['127.0.0.1', '[::1]'])(
    'at %s signs in when its person says so, and takes their roles',
    async (host) => {
      const page = await arriveAs('alice');
      const config = await discover();
      const { redirectUri, answer } = await listenOn(host);
      const { url, checks } = await ask(config, redirectUri);
      const errors = collectErrors(page);
      await page.goto(url);
      await page.getByText('test laptop').waitFor();
      expect(await findBarriers(page)).toEqual([]);
      expect(await whatWasSeen(page)).toEqual({ violations: [], shift: 0 });
      await press(page, 'Continue');
      const tokens = await oauth.authorizationCodeGrant(config, await answer, checks);
      await page.getByRole('heading', { name: 'Back on the command line' }).waitFor();
      expect(errors).toEqual([]);
      expect(await rolesWith(tokens.access_token)).toEqual(['arms-reader', 'media-uploader']);

      const next = await oauth.refreshTokenGrant(config, tokens.refresh_token ?? '');
      await page.goto(`${portal.portal}/sessions`);
      const row = page.locator('li.session').filter({ hasText: 'Command line: test laptop' });
      await row.getByRole('button', { name: 'End' }).click();
      await row.waitFor({ state: 'detached' });
      const refused = await oauth
        .refreshTokenGrant(config, next.refresh_token ?? '')
        .catch(({ error }) => error);
      expect(refused).toBe('invalid_grant');
    },
  );

  it('is told when its person says no', async () => {
    const page = await arriveAs('bob');
    const config = await discover();
    const { redirectUri, answer } = await listenOn('127.0.0.1');
    await page.goto((await ask(config, redirectUri)).url);
    await press(page, 'Cancel');
    expect((await answer).searchParams.get('error')).toBe('access_denied');
  });

  it('waits while its person signs in first, and is asked about then', async () => {
    const { context, page } = await portal.visit();
    onTestFinished(() => context.close());
    const config = await discover();
    const { redirectUri, answer } = await listenOn('127.0.0.1');
    const { url, checks } = await ask(config, redirectUri);
    await page.goto(url);
    await page.getByRole('link', { name: 'Continue with Example Corp', exact: true }).click();
    await page.locator('button[value="bob"]').click();
    await page.getByRole('heading', { name: 'Sign in on the command line?' }).waitFor();
    await press(page, 'Continue');
    const tokens = await oauth.authorizationCodeGrant(config, await answer, checks);
    expect(await rolesWith(tokens.access_token)).toEqual(['arms-reader']);
  });
});

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

describe('a command line on a machine without a browser', () => {
  it('signs in when its person has typed the code and said that it is their own', async () => {
    const page = await arriveAs('alice');
    const config = await discover();
    const asked = await oauth.initiateDeviceAuthorization(config, { device_name: 'build host' });
    const errors = collectErrors(page);
    await page.goto(asked.verification_uri);
    await page.getByRole('textbox', { name: 'Code' }).fill(asked.user_code.toLowerCase());
    await press(page, 'Continue');
    await page.getByText('build host').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(await whatWasSeen(page)).toEqual({ violations: [], shift: 0 });
    // Without the tick the browser itself does not send the form.
    await press(page, 'Approve');
    await page.getByRole('heading', { name: 'Sign in on that machine?' }).waitFor();
    await page.getByRole('checkbox').check();
    await press(page, 'Approve');
    await page.getByRole('heading', { name: 'You are signed in there' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(errors).toEqual([]);
    const parameters = { device_code: asked.device_code };
    const tokens = await oauth.genericGrantRequest(config, DEVICE_GRANT, parameters);
    expect(await rolesWith(tokens.access_token)).toEqual(['arms-reader', 'media-uploader']);
  });

  it('is turned away by who did not start it, with the code from its address and without scripts', async () => {
    const { context, page } = await portal.visit({ javaScriptEnabled: false });
    onTestFinished(() => context.close());
    await signOn(page, portal.portal, 'bob');
    const config = await discover();
    const asked = await oauth.initiateDeviceAuthorization(config, {});
    await page.goto(asked.verification_uri_complete ?? '');
    await press(page, 'Continue');
    await press(page, 'Deny');
    await page.getByRole('heading', { name: 'The machine was turned away' }).waitFor();
    const poll = oauth.genericGrantRequest(config, DEVICE_GRANT, { device_code: asked.device_code });
    expect(await poll.catch(({ error }) => error)).toBe('access_denied');
  });
});
