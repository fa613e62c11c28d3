// Signs a person in at a deployment. With a browser on this machine: the authorization code flow with PKCE and a loopback
// redirect (RFC 8252), where an answer counts only with the state, the issuer and the code verifier of this sign-in.
// Without one: the person opens a page on another device and enters a code (RFC 8628).
import type { Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, serviceFailed } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import type { Tokens } from '../sessions/deployment-session.ts';
import { listenForCallback } from './await-callback.ts';
import type { AuthorizationServer } from './oauth/authorization-server.ts';
import { authorizationUrl, exchangeCode, makeSignInSecrets } from './oauth/code-grant.ts';
import { requestDeviceAuthorization } from './oauth/device-grant.ts';
import { openInBrowser, whyNoBrowser } from './open-in-browser.ts';

/** A second factor may have to be found first. */
const WAIT_MINUTES = 5;
const MINUTE_MS = 60_000;
const MINUTE_SECONDS = 60;

const OTHER_USER =
  'A program of another user of this machine was turned away. If it was your browser: open the address in one that runs as you, or run stint login --device.';

export interface SignInOptions {
  /** Another device is used, even if a browser could open here. */
  readonly device?: boolean;
  /** The person proves themselves at their company again, even if the browser is signed in. */
  readonly fresh?: boolean;
}

/** Waits until the person has signed in, refused, or let the time pass. */
export function signIn(
  server: AuthorizationServer,
  { device, fresh = false }: SignInOptions,
  terminal: Terminal,
): Promise<Result<Tokens, CommandFault>> {
  if (device) return signInByDevice(server, fresh, terminal);
  const hindrance = whyNoBrowser(terminal.env);
  if (hindrance === undefined) return signInByBrowser(server, fresh, terminal);
  terminal.note(`No browser opens here: ${hindrance}. Another one will do.`);
  return signInByDevice(server, fresh, terminal);
}

async function signInByBrowser(
  server: AuthorizationServer,
  isFresh: boolean,
  { env, note }: Terminal,
): Promise<Result<Tokens, CommandFault>> {
  const secrets = makeSignInSecrets();
  const listener = await listenForCallback(secrets.state, () => note(OTHER_USER));
  try {
    const url = await authorizationUrl(server, listener.redirectUri, secrets, isFresh);
    note(
      `Sign in with your browser, which opens now, or open this address on this machine:\n\n  ${url.href}\n`,
    );
    openInBrowser(listener.startAt(url), env, () => note('No browser opened: open the address yourself.'));
    note(`Waiting for the browser, ${WAIT_MINUTES} minutes at most.`);
    const callback = await listener.next(WAIT_MINUTES * MINUTE_MS);
    if (!callback)
      return serviceFailed(
        `nobody signed in within ${WAIT_MINUTES} minutes: run stint login again, or with --device where the browser is elsewhere`,
      );
    const tokens = await exchangeCode(server, callback.url, secrets);
    await callback.answer(tokens.ok ? 'done' : 'failed');
    return tokens;
  } finally {
    listener.close();
  }
}

async function signInByDevice(
  server: AuthorizationServer,
  isFresh: boolean,
  { note }: Terminal,
): Promise<Result<Tokens, CommandFault>> {
  const requested = await requestDeviceAuthorization(server);
  if (!requested.ok) return requested;
  const { page, userCode, expiresInSeconds, confirmed } = requested.value;
  note(`Open this page in any browser, on any device, and enter the code:\n\n  ${page}\n\n  ${userCode}\n`);
  note(
    `Enter it only there, and only for yourself. Waiting, ${Math.floor(expiresInSeconds / MINUTE_SECONDS)} minutes at most.`,
  );
  if (isFresh) note('There, choose to sign in again before you approve.');
  return confirmed();
}
