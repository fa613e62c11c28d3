// The authorization code flow with PKCE and a loopback redirect (RFC 8252): the browser signs in, this terminal gets the
// tokens. An answer counts when its state, its issuer and the code's verifier are all this sign-in's.
import type { Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, serviceFailed } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import type { Tokens } from '../sessions/deployment-session.ts';
import { listenForCallback } from './await-callback.ts';
import type { AuthorizationServer } from './oauth/authorization-server.ts';
import { authorizationUrl, exchangeCode, makeSignInSecrets } from './oauth/code-grant.ts';
import { openInBrowser } from './open-in-browser.ts';

/** A sign-in with a second factor that has to be found first. */
const WAIT_MINUTES = 5;
const MINUTE_MS = 60_000;

const OTHER_USER =
  'A program of another user of this machine was turned away. If it was your browser: open the address in one that runs as you, or run stint login --device.';

export async function signInByBrowser(
  server: AuthorizationServer,
  isFresh: boolean,
  { env, note }: Terminal,
): Promise<Result<Tokens, CommandFault>> {
  const checks = makeSignInSecrets();
  const listener = await listenForCallback(checks.state, () => note(OTHER_USER));
  try {
    const url = await authorizationUrl(server, listener.redirectUri, checks, isFresh);
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
    const tokens = await exchangeCode(server, callback.url, checks);
    await callback.answer(tokens.ok ? 'done' : 'failed');
    return tokens;
  } finally {
    listener.close();
  }
}
