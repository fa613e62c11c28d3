// The sign-in of a deployment, with a token that is good for a while yet. Called with the book open, so that of two
// commands at once the second finds what the first was given.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, refused } from '../base/command-fault.ts';
import type { StintDeployment } from '../base/deployment.ts';
import type { DeploymentSession } from '../sessions/deployment-session.ts';
import type { SessionBook } from '../sessions/session-book.ts';
import { discoverServer } from './oauth/authorization-server.ts';
import { refreshTokens } from './oauth/refresh-tokens.ts';

/** A call to vend may wait for others, and clocks differ a little. */
const ENOUGH_LEFT_MS = 60_000;

export async function freshSession(
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
  const tokens = await refreshTokens(server.value, session.tokens);
  if (!tokens.ok) return tokens;
  const renewed = { url, tokens: tokens.value };
  const kept = await book.renew(renewed);
  return kept.ok ? ok(renewed) : kept;
}
