// `stint login`: signs in at a deployment and keeps the session. The book is closed while the person signs in.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { CommandFault } from '../base/command-fault.ts';
import { chooseDeployment, type DeploymentOptions } from '../base/deployment.ts';
import type { Terminal } from '../base/terminal.ts';
import { fetchOwnIdentity, formatIdentity, formatSessionEnd } from '../credentials/own-identity.ts';
import type { DeploymentSession, Tokens } from '../sessions/deployment-session.ts';
import { type TokenStorage, withSessions } from '../sessions/session-book.ts';
import { type AuthorizationServer, discoverServer } from './oauth/authorization-server.ts';
import { revokeTokens } from './oauth/revoke-tokens.ts';
import { whyNoBrowser } from './open-in-browser.ts';
import { signInByBrowser } from './sign-in.ts';
import { signInByDevice } from './sign-in-by-device.ts';

export interface LoginOptions extends DeploymentOptions {
  readonly store?: TokenStorage;
  readonly device?: boolean;
  readonly fresh?: boolean;
}

function signIn(
  server: AuthorizationServer,
  { device, fresh = false }: LoginOptions,
  terminal: Terminal,
): Promise<Result<Tokens, CommandFault>> {
  const hindrance = device ? undefined : whyNoBrowser(terminal.env);
  if (hindrance !== undefined) terminal.note(`No browser opens here: ${hindrance}. Another one will do.`);
  const byDevice = device || hindrance !== undefined;
  return (byDevice ? signInByDevice : signInByBrowser)(server, fresh, terminal);
}

/** What nobody holds any more is ended: the session that this one replaces, or this one when it could not be kept. */
async function keepSession(
  session: DeploymentSession,
  server: AuthorizationServer,
  { store }: LoginOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const kept = await withSessions(terminal, async (book) => {
    const earlier = await book.find(session.url);
    const entered = await book.enter(session, store);
    return entered.ok ? ok(earlier.ok ? earlier.value : undefined) : entered;
  });
  const left = kept.ok ? kept.value : session;
  // Where the server does not hear of it, it ends by itself.
  if (left) await revokeTokens(server, left.tokens);
  return kept.ok ? ok(undefined) : kept;
}

async function welcome(session: DeploymentSession, { out, note }: Terminal): Promise<void> {
  const identity = await fetchOwnIdentity(session);
  const who = identity.ok ? ` as ${formatIdentity(identity.value)}` : '';
  out(`Signed in to ${session.url}${who}${formatSessionEnd(session)}.`);
  if (!identity.ok) note(`Who you are there is not known: ${identity.error.message}`);
}

export async function runLogin(
  options: LoginOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  // Also shows, before anybody signs in, that there is a place to keep it.
  const deployment = await withSessions(terminal, async (book) =>
    chooseDeployment(options, terminal, book.current),
  );
  if (!deployment.ok) return deployment;
  const server = await discoverServer(deployment.value);
  if (!server.ok) return server;
  const tokens = await signIn(server.value, options, terminal);
  if (!tokens.ok) return tokens;
  const session = { url: deployment.value.url, tokens: tokens.value };
  const kept = await keepSession(session, server.value, options, terminal);
  if (kept.ok) await welcome(session, terminal);
  return kept;
}
