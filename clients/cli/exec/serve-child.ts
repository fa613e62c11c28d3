// A role for one program that runs for longer than credentials last: an agent of its own, on a port that the system chooses,
// with a secret that only the program's environment holds.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { newAgentSecret } from '../agent/agent-secret.ts';
import { uriWire } from '../agent/credential-wires.ts';
import { CREDENTIALS_URI, encodeRole, originOf } from '../agent/describe-agent.ts';
import { formatRenewal, keepRole, type Renewal } from '../agent/keep-role.ts';
import { serveWires } from '../agent/serve-wires.ts';
import type { CommandFault } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { withoutProxyTo } from '../base/use-proxies.ts';
import { takeCredentials } from '../credentials/take-credentials.ts';
import type { FindProof } from '../proof/find-proof.ts';

export interface ServedRole {
  /** Of the program. They hold the secret. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** Fails when the role cannot be taken now. A renewal that fails later is noted, and tried again. */
export async function serveRole(
  role: string,
  findProof: FindProof,
  { note, env }: Terminal,
): Promise<Result<ServedRole, CommandFault>> {
  const kept = keepRole(role, {
    async take() {
      const caller = await findProof();
      return caller.ok ? takeCredentials(caller.value, { role }) : caller;
    },
    onRenewal(renewal: Renewal) {
      if (renewal.fault !== undefined && renewal.worksUntil !== undefined) note(formatRenewal(renewal));
    },
  });
  const first = await kept.get();
  if (!first.ok) {
    kept.stop();
    return first;
  }
  const secret = newAgentSecret();
  const self = process.getuid?.();
  const { port, close } = await serveWires({
    wires: [uriWire(new Map([[role, kept]]), new Secret(secret))],
    address: LOOPBACK,
    port: 0,
    users: new Set(self === undefined ? [] : [self]),
  });
  const uri = `${originOf({ address: LOOPBACK, port })}/${secret}/${encodeRole(role)}`;
  return ok({
    variables: { [CREDENTIALS_URI]: uri, ...withoutProxyTo([LOOPBACK], env) },
    async close() {
      kept.stop();
      await close();
    },
  });
}
