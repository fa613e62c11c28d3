// `stint login`: signs in at a deployment and keeps the session. The book is closed while the person signs in.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { chooseDeployment, type Deployment, type DeploymentOptions } from '../deployment.ts';
import type { Fault } from '../fault.ts';
import { askIdentity, nameOf, sayEnd } from '../identity.ts';
import type { Session } from '../sessions/session.ts';
import { type Store, withSessions } from '../sessions/session-book.ts';
import type { Terminal } from '../terminal.ts';
import { discoverServer } from './oauth/authorization-server.ts';
import { whyNoBrowser } from './open-in-browser.ts';
import { signInByBrowser } from './sign-in-by-browser.ts';
import { signInByDevice } from './sign-in-by-device.ts';

export interface LoginOptions extends DeploymentOptions {
  readonly store?: Store;
  readonly device?: boolean;
  readonly fresh?: boolean;
}

async function signIn(
  deployment: Deployment,
  { device, fresh = false }: LoginOptions,
  terminal: Terminal,
): Promise<Result<Session, Fault>> {
  const server = await discoverServer(deployment);
  if (!server.ok) return server;
  const hindrance = device ? undefined : whyNoBrowser(terminal.env);
  if (hindrance !== undefined) terminal.note(`No browser opens here: ${hindrance}. Another one will do.`);
  const byDevice = device || hindrance !== undefined;
  const tokens = await (byDevice ? signInByDevice : signInByBrowser)(server.value, fresh, terminal);
  return tokens.ok ? ok({ url: deployment.url, tokens: tokens.value }) : tokens;
}

export async function runLogin(options: LoginOptions, terminal: Terminal): Promise<Result<void, Fault>> {
  // Also shows, before anybody signs in, that there is a place to keep it.
  const deployment = await withSessions(terminal, async (book) =>
    chooseDeployment(options, terminal, book.current),
  );
  if (!deployment.ok) return deployment;
  const session = await signIn(deployment.value, options, terminal);
  if (!session.ok) return session;
  const kept = await withSessions(terminal, (book) => book.enter(session.value, options.store));
  if (!kept.ok) return kept;
  const identity = await askIdentity(session.value);
  const who = identity.ok ? ` as ${nameOf(identity.value)}` : '';
  terminal.out(`Signed in to ${deployment.value.url}${who}${sayEnd(session.value)}.`);
  if (!identity.ok) terminal.note(`Who you are there is not known: ${identity.error.message}`);
  return ok(undefined);
}
