// `stint login`: signs in at a deployment and keeps the session. The session book is closed while the person signs in, so
// that other commands can go on.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { CommandFault } from '../base/command-fault.ts';
import { chooseDeployment, type DeploymentOptions } from '../base/deployment.ts';
import type { Terminal } from '../base/terminal.ts';
import { fetchOwnIdentity, formatIdentity, formatSessionEnd } from '../credentials/own-identity.ts';
import type { DeploymentSession } from '../sessions/deployment-session.ts';
import { forgetRoleNames } from '../sessions/role-names.ts';
import { type TokenStorage, withSessions } from '../sessions/session-book.ts';
import { type AuthorizationServer, discoverServer } from './oauth/authorization-server.ts';
import { revokeTokens } from './oauth/token-endpoint.ts';
import { type SignInOptions, signIn } from './sign-in.ts';

export interface LoginOptions extends DeploymentOptions, SignInOptions {
  readonly store?: TokenStorage;
}

export async function runLogin(
  options: LoginOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  // Opening the book also shows, before anybody signs in, that there is a place to keep the session.
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

/** Keeps the session. Ends the one that it replaces; or this one, when it could not be kept. */
async function keepSession(
  session: DeploymentSession,
  server: AuthorizationServer,
  { store }: LoginOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const kept = await withSessions(terminal, async (book) => {
    const earlier = await book.find(session.url);
    const entered = await book.enter(session, store);
    // They were another person's, or another deployment's.
    forgetRoleNames(terminal.env);
    return entered.ok ? ok(earlier.ok ? earlier.value : undefined) : entered;
  });
  const unused = kept.ok ? kept.value : session;
  // A failure is ignored: the unused session then ends by itself, later.
  if (unused) await revokeTokens(server, unused.tokens);
  return kept.ok ? ok(undefined) : kept;
}

async function welcome(session: DeploymentSession, { out, note }: Terminal): Promise<void> {
  const identity = await fetchOwnIdentity(session);
  const who = identity.ok ? ` as ${formatIdentity(identity.value)}` : '';
  out(`Signed in to ${session.url}${who}${formatSessionEnd(session)}.`);
  if (!identity.ok) note(`Who you are there is not known: ${identity.error.message}`);
}
