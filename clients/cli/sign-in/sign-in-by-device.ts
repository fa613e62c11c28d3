// Signs in on a machine without a browser: the person opens a page elsewhere and types a code.
import type { Result } from '../../../shared/kernel/result.ts';
import type { CommandFault } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import type { Tokens } from '../sessions/deployment-session.ts';
import type { AuthorizationServer } from './oauth/authorization-server.ts';
import { requestDeviceAuthorization } from './oauth/device-grant.ts';

const MINUTE_SECONDS = 60;

export async function signInByDevice(
  server: AuthorizationServer,
  isFresh: boolean,
  { note }: Terminal,
): Promise<Result<Tokens, CommandFault>> {
  const requested = await requestDeviceAuthorization(server);
  if (!requested.ok) return requested;
  const { page, userCode, expiresInSeconds, confirmed } = requested.value;
  note(`Open this page in any browser, on any device, and enter the code:\n\n  ${page}\n\n  ${userCode}\n`);
  note(
    `Enter it only there, and only for yourself. Waiting, ${Math.floor(expiresInSeconds / MINUTE_SECONDS)} minutes at most.`,
  );
  if (isFresh) note('There, choose to sign in again before you approve.');
  return confirmed();
}
