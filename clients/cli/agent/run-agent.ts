// Runs the agent: takes each role once, listens, says how programs reach it, and renews until it is stopped. Each renewal is
// one line of the log, on standard error.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import { type CommandFailure, type CommandFault, EXIT, wrongUsage } from '../base/command-fault.ts';
import { systemErrorCode } from '../base/system-error.ts';
import type { Terminal } from '../base/terminal.ts';
import { fetchTakeableRoles } from '../credentials/pick-role.ts';
import { takeCredentials } from '../credentials/take-credentials.ts';
import { chooseProof, type FindProof, type ProofOptions } from '../proof/find-proof.ts';
import { tellsPeers } from '../sign-in/peer-user.ts';
import { openSecret } from './agent-secret.ts';
import { containerWire, healthWire, type KeptRoles, ossWire, uriWire } from './credential-wires.ts';
import type { RunningAgent } from './describe-agent.ts';
import { formatRenewal, keepRole, type Renewal } from './keep-role.ts';
import { METADATA_ADDRESS, metadataWire } from './metadata-wire.ts';
import { type AgentWire, serveWires, type WireServer } from './serve-wires.ts';

export interface MetadataAddress {
  readonly address: string;
  readonly port: number;
}

export interface AgentOptions extends ProofOptions {
  /** Serve every role that the identity may take. */
  readonly all?: boolean;
  /** 0: the system chooses. */
  readonly port: number;
  /** For each role, in seconds. Undefined: the longest that is granted. */
  readonly duration?: number;
  readonly secretFile?: string;
  readonly aws?: boolean;
  /** The address at which the metadata service of ECS is served, with its port. */
  readonly metadata?: MetadataAddress;
  readonly metadataV1?: boolean;
  /** Ids of users, besides this one, whose programs may ask. */
  readonly allowUser: readonly number[];
}

const LOOPBACK = '127.0.0.1';

async function chooseRoles(
  named: readonly string[],
  { all }: AgentOptions,
  findProof: FindProof,
): Promise<Result<readonly string[], CommandFault>> {
  if (all === true && named.length > 0) return wrongUsage('name roles, or give --all: not both');
  if (all !== true)
    return named.length > 0 ? ok([...new Set(named)]) : wrongUsage('which roles? Name them, or give --all');
  const caller = await findProof();
  if (!caller.ok) return caller;
  const listed = await fetchTakeableRoles(caller.value);
  if (!listed.ok) return listed;
  const roles = listed.value.map(({ role }) => role);
  return roles.length > 0 ? ok(roles) : wrongUsage('there is no role that you may take');
}

function keepRoles(
  names: readonly string[],
  { duration }: AgentOptions,
  findProof: FindProof,
  log: Terminal['note'],
): KeptRoles {
  const take = async (role: string) => {
    const caller = await findProof();
    return caller.ok ? takeCredentials(caller.value, { role, durationSeconds: duration }) : caller;
  };
  const onRenewal = (renewal: Renewal): void => log(formatRenewal(renewal));
  return new Map(names.map((name) => [name, keepRole(name, { take, onRenewal })]));
}

/** A refusal ends the start: more tries change nothing. An outage does not: the agent is there when the service is back. */
async function firstRefusal(roles: KeptRoles): Promise<CommandFault | undefined> {
  const taken = await Promise.all([...roles.values()].map((role) => role.get()));
  return taken
    .flatMap((outcome) => (outcome.ok ? [] : [outcome.error]))
    .find(({ exitCode }) => exitCode !== EXIT.service);
}

function usersOf({ allowUser }: AgentOptions): ReadonlySet<number> {
  const self = process.getuid?.();
  return new Set([...(self === undefined ? [] : [self]), ...allowUser]);
}

const LISTEN_FAULTS: ReadonlyMap<unknown, string> = new Map([
  ['EADDRINUSE', 'is taken: choose another port, or stop the agent that is there'],
  ['EACCES', 'needs the right to ports below 1024: start the agent as root or with CAP_NET_BIND_SERVICE'],
  ['EADDRNOTAVAIL', 'is no address of this machine'],
]);

/** Only Linux has this command; so do the containers that it is for. */
const ADD_ADDRESS = `ip addr add ${METADATA_ADDRESS}/32 dev lo`;

function explainListening({ address, port }: MetadataAddress, error: unknown): CommandFailure {
  const code = systemErrorCode(error);
  const fix = code === 'EADDRNOTAVAIL' && address === METADATA_ADDRESS ? `: run ${ADD_ADDRESS}` : '';
  return wrongUsage(`${address}:${port} ${LISTEN_FAULTS.get(code) ?? 'cannot be used'}${fix}`);
}

/** The servers that listen, in the order of what they are for; `close` ends all of them. */
interface Servers {
  readonly main: WireServer;
  readonly metadata: WireServer | undefined;
}

async function listenOn(
  at: MetadataAddress,
  wires: readonly AgentWire[],
  users: ReadonlySet<number>,
): Promise<Result<WireServer, CommandFault>> {
  try {
    return ok(await serveWires({ wires, ...at, users }));
  } catch (error) {
    return explainListening(at, error);
  }
}

async function startServers(
  roles: KeptRoles,
  secret: Secret<string>,
  options: AgentOptions,
): Promise<Result<Servers, CommandFault>> {
  const users = usersOf(options);
  const wires = [
    ossWire(roles, secret),
    uriWire(roles, secret),
    ...(options.aws === true ? [containerWire(roles, secret)] : []),
    healthWire(roles),
  ];
  const main = await listenOn({ address: LOOPBACK, port: options.port }, wires, users);
  if (!main.ok || options.metadata === undefined)
    return main.ok ? ok({ main: main.value, metadata: undefined }) : main;
  const metadata = await listenOn(
    options.metadata,
    [metadataWire(roles, options.metadataV1 === true)],
    users,
  );
  if (metadata.ok) return ok({ main: main.value, metadata: metadata.value });
  await main.value.close();
  return metadata;
}

async function describe(
  roles: KeptRoles,
  { main, metadata }: Servers,
  secretFile: string,
  options: AgentOptions,
): Promise<Result<RunningAgent, CommandFault>> {
  const refused = await firstRefusal(roles);
  if (refused) return { ok: false, error: refused };
  return ok({
    pid: process.pid,
    address: LOOPBACK,
    port: main.port,
    secretFile,
    roles: [...roles.keys()],
    aws: options.aws === true,
    metadata: options.metadata && metadata && { address: options.metadata.address, port: metadata.port },
  });
}

/** Programs that ask for metadata show no secret, so the system must tell whose they are. */
function checkPeers({ metadata }: AgentOptions, { note }: Terminal): Result<void, CommandFault> {
  if (tellsPeers()) return ok(undefined);
  if (metadata)
    return wrongUsage('--metadata needs a system that tells whose programs connect, such as Linux');
  note('This system does not tell whose programs connect: the secret alone keeps other users out.');
  return ok(undefined);
}

/**
 * Ends with `onReady`, which is called once, when programs can ask, or earlier with a fault of the start.
 */
export async function runAgent(
  named: readonly string[],
  options: AgentOptions,
  terminal: Terminal,
  onReady: (agent: RunningAgent) => Promise<unknown>,
): Promise<Result<void, CommandFault>> {
  const peers = checkPeers(options, terminal);
  if (!peers.ok) return peers;
  const findProof = chooseProof(options, terminal);
  const names = await chooseRoles(named, options, findProof);
  if (!names.ok) return names;
  const secret = openSecret(options.secretFile, terminal);
  if (!secret.ok) return secret;
  const roles = keepRoles(names.value, options, findProof, terminal.note);
  const servers = await startServers(roles, secret.value.secret, options);
  try {
    if (!servers.ok) return servers;
    const stored = secret.value.store(servers.value.main.port);
    if (!stored.ok) return stored;
    const agent = await describe(roles, servers.value, stored.value, options);
    if (agent.ok) await onReady(agent.value);
    return agent.ok ? ok(undefined) : agent;
  } finally {
    for (const role of roles.values()) role.stop();
    if (servers.ok) await Promise.all([servers.value.main.close(), servers.value.metadata?.close()]);
    secret.value.forget();
  }
}
