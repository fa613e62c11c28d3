// `stint logout`: ends the session at the deployment and forgets it here; here in any case.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, serviceFailed } from '../base/command-fault.ts';
import { chooseDeployment, type DeploymentOptions, type StintDeployment } from '../base/deployment.ts';
import type { Terminal } from '../base/terminal.ts';
import type { Tokens } from '../sessions/deployment-session.ts';
import { type SessionBook, withSessions } from '../sessions/session-book.ts';
import { discoverServer } from './oauth/authorization-server.ts';
import { revokeTokens } from './oauth/revoke-tokens.ts';

async function revoke(deployment: StintDeployment, tokens: Tokens): Promise<Result<void, CommandFault>> {
  const server = await discoverServer(deployment);
  return server.ok ? revokeTokens(server.value, tokens) : server;
}

async function leave(book: SessionBook, deployment: StintDeployment): Promise<Result<string, CommandFault>> {
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

export async function runLogout(
  options: DeploymentOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const left = await withSessions(terminal, async (book) => {
    const deployment = chooseDeployment(options, terminal, book.current);
    return deployment.ok ? leave(book, deployment.value) : deployment;
  });
  if (!left.ok) return left;
  terminal.out(left.value);
  return ok(undefined);
}
