// The session that a command acts with: that of the deployment that the command names, else that of the last sign-in, with
// an access token that lasts for a while yet.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, refused } from '../base/command-fault.ts';
import { chooseDeployment, type DeploymentOptions, type StintDeployment } from '../base/deployment.ts';
import type { Terminal } from '../base/terminal.ts';
import type { DeploymentSession } from '../sessions/deployment-session.ts';
import { type SessionBook, withSessions } from '../sessions/session-book.ts';
import { discoverServer } from './oauth/authorization-server.ts';
import { refreshTokens } from './oauth/token-endpoint.ts';

/** A call to vend may wait for others, and clocks differ a little. */
const ENOUGH_LEFT_MS = 60_000;

/** Fails when no person is signed in there, the sign-in has ended, or the deployment does not answer. */
export const useSession = (
  options: DeploymentOptions,
  terminal: Terminal,
): Promise<Result<DeploymentSession, CommandFault>> =>
  withSessions(terminal, async (book) => {
    const deployment = chooseDeployment(options, terminal, book.current);
    return deployment.ok ? freshSession(book, deployment.value) : deployment;
  });

/** Refreshes while it has the book open, so that of two commands at once the second one finds the tokens of the first. */
async function freshSession(
  book: SessionBook,
  deployment: StintDeployment,
): Promise<Result<DeploymentSession, CommandFault>> {
  const { url } = deployment;
  const found = await book.find(url);
  if (!found.ok) return found;
  const session = found.value;
  if (!session) return refused(`you are not signed in to ${url}: run stint login --url ${url}`);
  if (session.tokens.accessEndsAt.getTime() - Date.now() >= ENOUGH_LEFT_MS) return ok(session);
  const server = await discoverServer(deployment);
  if (!server.ok) return server;
  const writable = book.canRenew(session);
  if (!writable.ok) return writable;
  const tokens = await refreshTokens(server.value, session.tokens);
  if (!tokens.ok) return tokens;
  const renewed = { ...session, tokens: tokens.value };
  const kept = await book.renew(renewed);
  return kept.ok ? ok(renewed) : kept;
}
