// `stint login`: signs in at a deployment and keeps the session. The book is closed while the person signs in.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { chooseDeployment, type DeploymentOptions } from '../base/deployment.ts';
import type { Fault } from '../base/fault.ts';
import type { Terminal } from '../base/terminal.ts';
import type { Session, Tokens } from '../sessions/session.ts';
import { type Store, withSessions } from '../sessions/session-book.ts';
import { askIdentity, formatEnd, nameOf } from '../vend/identity.ts';
import { type AuthorizationServer, discoverServer } from './oauth/authorization-server.ts';
import { revokeTokens } from './oauth/revoke-tokens.ts';
import { whyNoBrowser } from './open-in-browser.ts';
import { signInByBrowser } from './sign-in-by-browser.ts';
import { signInByDevice } from './sign-in-by-device.ts';

export interface LoginOptions extends DeploymentOptions {
  readonly store?: Store;
  readonly device?: boolean;
  readonly fresh?: boolean;
}

function signIn(
  server: AuthorizationServer,
  { device, fresh = false }: LoginOptions,
  terminal: Terminal,
): Promise<Result<Tokens, Fault>> {
  const hindrance = device ? undefined : whyNoBrowser(terminal.env);
  if (hindrance !== undefined) terminal.note(`No browser opens here: ${hindrance}. Another one will do.`);
  const byDevice = device || hindrance !== undefined;
  return (byDevice ? signInByDevice : signInByBrowser)(server, fresh, terminal);
}

/** What nobody holds any more is ended: the session that this one replaces, or this one when it could not be kept. */
async function keep(
  session: Session,
  server: AuthorizationServer,
  { store }: LoginOptions,
  terminal: Terminal,
): Promise<Result<void, Fault>> {
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

async function welcome(session: Session, { out, note }: Terminal): Promise<void> {
  const identity = await askIdentity(session);
  const who = identity.ok ? ` as ${nameOf(identity.value)}` : '';
  out(`Signed in to ${session.url}${who}${formatEnd(session)}.`);
  if (!identity.ok) note(`Who you are there is not known: ${identity.error.message}`);
}

export async function runLogin(options: LoginOptions, terminal: Terminal): Promise<Result<void, Fault>> {
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
  const kept = await keep(session, server.value, options, terminal);
  if (kept.ok) await welcome(session, terminal);
  return kept;
}
