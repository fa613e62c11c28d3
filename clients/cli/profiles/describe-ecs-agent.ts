// What lets programs that know nothing but the metadata service of ECS ask `stint agent`: lines for the machine, the agent and the
// program. They are printed and never run: they need root, and change the network.
import { resolve } from 'node:path';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { inShell } from '../../../shared/people/credential-formats.ts';
import { METADATA_DISABLED, PROFILE_DISABLED, UNSET } from '../agent/describe-agent.ts';
import { METADATA_ADDRESS } from '../agent/metadata-wire.ts';
import type { CommandFault } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { chooseRoles, type RoleOptions } from './choose-roles.ts';

interface EcsAgent {
  readonly url: string;
  readonly role: string;
  readonly tokenFile: string | undefined;
}

function* describeEcsAgent({ url, role, tokenFile }: EcsAgent): Iterable<string> {
  const token = tokenFile === undefined ? '' : ` --token-file ${inShell(tokenFile)}`;
  yield '# 1. In the container, the pod or the network namespace of the program, as root, after each start.';
  yield '#    Never on an ECS machine: it would hide the true service.';
  yield `ip addr add ${METADATA_ADDRESS}/32 dev lo`;
  yield '';
  yield '# 2. The agent, as the user of the program. Port 80 needs CAP_NET_BIND_SERVICE.';
  yield `stint agent ${role} --metadata --url ${inShell(url)}${token}`;
  yield '#    As a service: add --metadata to OPTIONS of /etc/stint-agent.conf, and with systemctl edit stint-agent:';
  yield '#    [Service]';
  yield '#    AmbientCapabilities=CAP_NET_BIND_SERVICE';
  yield '#    CapabilityBoundingSet=CAP_NET_BIND_SERVICE';
  yield '';
  yield '# 3. The program: what an SDK would ask before is off. With systemctl edit of its unit:';
  yield '[Unit]';
  yield 'After=stint-agent.service';
  yield '[Service]';
  yield `Environment=${PROFILE_DISABLED}=true`;
  yield `UnsetEnvironment=${[METADATA_DISABLED, ...UNSET].join(' ')}`;
  yield '';
  yield '#    Or in the shell that starts it:';
  yield `#    export ${PROFILE_DISABLED}=true; unset ${[METADATA_DISABLED, ...UNSET].join(' ')}`;
  yield `#    Where the program has a proxy, add ${METADATA_ADDRESS} to its NO_PROXY and its no_proxy.`;
}

export async function printEcsAgent(
  named: string | undefined,
  options: RoleOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const chosen = await chooseRoles(named, options, terminal);
  if (!chosen.ok) return chosen;
  const { tokenFile } = options;
  const [role = ''] = chosen.value.roles;
  const path = tokenFile === undefined ? undefined : resolve(terminal.folder, tokenFile);
  for (const line of describeEcsAgent({ url: chosen.value.url, role, tokenFile: path })) terminal.out(line);
  return ok(undefined);
}
