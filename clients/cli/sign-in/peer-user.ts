// Which user's process is at the other end of a connection from this machine. Linux tells every process (proc(5),
// /proc/net/tcp).
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { endianness } from 'node:os';

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
/** The fields of a line: number, local address, remote address, state, queues, timer, retransmissions, user id, timeout, inode. */
const LOCAL = 1;
const REMOTE = 2;
const USER = 7;
const INODE = 9;

/** Root can read this process anyway. The relays of WSL run as root, as does a browser that sudo started. */
const ROOT = 0;
/** The connection belongs to no process any more. A program that sent and ended at once is shown as root, too. */
const NO_INODE = '0';

interface Peer {
  readonly user: number;
  readonly isThere: boolean;
}

type Ends = Pick<Socket, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>;

/** The connections of this machine at one moment, by both ends; undefined where the system does not tell. */
type Connections = ReadonlyMap<string, Peer> | undefined;

const IS_LITTLE_ENDIAN = endianness() === 'LE';
/** An IPv4 address as a socket of IPv6 has it (::ffff:127.0.0.1), in words of the machine. */
const MAPPED = `0000000000000000${IS_LITTLE_ENDIAN ? 'FFFF0000' : '0000FFFF'}`;

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');

/** As the tables write an IPv4 address and a port. */
function formatEnd(address = '', port = 0): string {
  const bytes = address.replace(/^::ffff:/, '').split('.');
  const word = (IS_LITTLE_ENDIAN ? bytes.reverse() : bytes).map((byte) => hex(Number(byte), 2)).join('');
  return `${word}:${hex(port, 4)}`;
}

const keyOf = (local: string, remote: string): string => `${local} ${remote}`;

function readTable(file: string): readonly string[] | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(1, -1);
  } catch {
    return undefined; // another system, or one without IPv6
  }
}

function readConnections(): Connections {
  const tables = TABLES.map(readTable);
  if (tables[0] === undefined) return undefined;
  const connections = new Map<string, Peer>();
  for (const line of tables.flatMap((table) => table ?? [])) {
    const fields = line.trim().split(/\s+/);
    const [local = '', remote = ''] = [fields[LOCAL], fields[REMOTE]].map((end) => end?.replace(MAPPED, ''));
    connections.set(keyOf(local, remote), {
      user: Number(fields[USER]),
      isThere: fields[INODE] !== NO_INODE,
    });
  }
  return connections;
}

/** The entry of the other end, for which this end is the remote one. */
const peerIn = (connections: Connections, ends: Ends): Peer | undefined =>
  connections?.get(
    keyOf(formatEnd(ends.remoteAddress, ends.remotePort), formatEnd(ends.localAddress, ends.localPort)),
  );

const isOneOf = (users: ReadonlySet<number>, { user, isThere }: Peer): boolean =>
  isThere && (user === ROOT || users.has(user));

/** False where the system does not tell: a browser outside of a container is none of the container's processes. */
export function isOtherUser(socket: Socket): boolean {
  const self = process.getuid?.();
  const peer = peerIn(readConnections(), socket);
  return self !== undefined && peer !== undefined && !isOneOf(new Set([self]), peer);
}

/** Whether this system tells whose process connects. */
export const tellsPeers = (): boolean => process.getuid !== undefined && readConnections() !== undefined;

export interface PeerGuard {
  /** To be called for each connection when it is accepted. */
  notice(socket: Socket): void;
  /**
   * Whether a process of these users, or of root, is at the other end. Where the system tells, a connection that it does not
   * list is refused: its other end is not on this machine. Where it does not tell, every connection is let in.
   */
  lets(socket: Socket): boolean;
}

/**
 * For a server with many connections. It reads the tables once for all connections that were accepted before. An older table
 * never counts for a connection: it could show another one, which had the same ports earlier.
 */
export function guardPeers(users: ReadonlySet<number>): PeerGuard {
  const tells = tellsPeers();
  const numbers = new WeakMap<Socket, number>();
  const verdicts = new WeakMap<Socket, boolean>();
  let accepted = 0;
  let table: { readonly upTo: number; readonly connections: Connections } = {
    upTo: 0,
    connections: undefined,
  };

  function judge(socket: Socket): boolean {
    const number = numbers.get(socket) ?? Number.POSITIVE_INFINITY;
    if (number > table.upTo) table = { upTo: accepted, connections: readConnections() };
    const peer = peerIn(table.connections, socket);
    return peer !== undefined && isOneOf(users, peer);
  }
  return {
    notice(socket) {
      accepted += 1;
      numbers.set(socket, accepted);
    },
    lets(socket) {
      if (!tells) return true;
      const verdict = verdicts.get(socket) ?? judge(socket);
      verdicts.set(socket, verdict);
      return verdict;
    },
  };
}
