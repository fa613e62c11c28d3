// `stint logout`: removes the session from this machine, and then ends it at the deployment. The session is removed even
// when the deployment does not answer.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, serviceFailed } from '../base/command-fault.ts';
import { chooseDeployment, type DeploymentOptions, type StintDeployment } from '../base/deployment.ts';
import type { Terminal } from '../base/terminal.ts';
import type { Tokens } from '../sessions/deployment-session.ts';
import { forgetRoleNames } from '../sessions/role-names.ts';
import { type SessionBook, withSessions } from '../sessions/session-book.ts';
import { discoverServer } from './oauth/authorization-server.ts';
import { revokeTokens } from './oauth/token-endpoint.ts';

export async function runLogout(
  options: DeploymentOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const done = await withSessions(terminal, async (book) => {
    const deployment = chooseDeployment(options, terminal, book.current);
    return deployment.ok ? signOut(book, deployment.value) : deployment;
  });
  forgetRoleNames(terminal.env);
  if (!done.ok) return done;
  terminal.out(done.value);
  return ok(undefined);
}

/** Gives the line that says how it ended. */
async function signOut(
  book: SessionBook,
  deployment: StintDeployment,
): Promise<Result<string, CommandFault>> {
  const { url } = deployment;
  const found = await book.find(url);
  if (!found.ok) return found;
  const session = found.value;
  if (!session) return ok(`You are not signed in to ${url}.`);
  const removed = await book.remove(url);
  if (!removed.ok) return removed;
  const revoked = await revoke(deployment, session.tokens);
  return revoked.ok
    ? ok(`Signed out of ${url}.`)
    : serviceFailed(
        `Forgotten on this machine, but ${revoked.error.message}. Until it is ended, the session counts there: end it on the page “Sessions” of the portal.`,
      );
}

async function revoke(deployment: StintDeployment, tokens: Tokens): Promise<Result<void, CommandFault>> {
  const server = await discoverServer(deployment);
  return server.ok ? revokeTokens(server.value, tokens) : server;
}
