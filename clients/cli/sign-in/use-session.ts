// The session that a command acts with: that of the deployment it names, else of the last sign-in.
import type { Result } from '../../../shared/kernel/result.ts';
import type { CommandFault } from '../base/command-fault.ts';
import { chooseDeployment, type DeploymentOptions } from '../base/deployment.ts';
import type { Terminal } from '../base/terminal.ts';
import type { DeploymentSession } from '../sessions/deployment-session.ts';
import { withSessions } from '../sessions/session-book.ts';
import { freshSession } from './fresh-session.ts';

export const useSession = (
  options: DeploymentOptions,
  terminal: Terminal,
): Promise<Result<DeploymentSession, CommandFault>> =>
  withSessions(terminal, async (book) => {
    const deployment = chooseDeployment(options, terminal, book.current);
    return deployment.ok ? freshSession(book, deployment.value) : deployment;
  });
