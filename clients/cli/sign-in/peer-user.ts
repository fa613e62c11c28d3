// Which user's process is at the other end of a connection from this machine. Linux tells every process (proc(5),
// /proc/net/tcp).
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
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

function parseTable(table: string): readonly (readonly [string, Peer])[] {
  const lines = table.split('\n').slice(1, -1);
  return lines.map((line) => {
    const fields = line.trim().split(/\s+/);
    const [local = '', remote = ''] = [fields[LOCAL], fields[REMOTE]].map((end) => end?.replace(MAPPED, ''));
    const peer = { user: Number(fields[USER]), isThere: fields[INODE] !== NO_INODE };
    return [keyOf(local, remote), peer] as const;
  });
}

const toConnections = (tables: readonly (string | undefined)[]): Connections =>
  tables[0] === undefined ? undefined : new Map(tables.flatMap((table) => parseTable(table ?? '')));

function readTable(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // another system, or one without IPv6
  }
}

const readConnections = (): Connections => toConnections(TABLES.map(readTable));

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

/**
 * Whether a process of these users, or of root, is at the other end. Where the system tells, a connection that it does not list
 * is refused: its other end is not on this machine. Where it does not tell, every connection is let in.
 */
export type PeerGuard = (socket: Socket) => boolean | Promise<boolean>;

/**
 * Gives the connections of a table whose reading begins from now on. A table takes the kernel milliseconds, so it is read beside,
 * and all that wait share the next one. A table whose reading began before a connection asked never counts for it: it could show
 * an earlier connection with the same ports.
 */
function shareReading(file: string): () => Promise<Connections> {
  let last: Promise<Connections> = Promise.resolve(undefined);
  let next: Promise<Connections> | undefined;
  return () => {
    next ??= last.then(async () => {
      next = undefined;
      return toConnections([await readFile(file, 'utf8').catch(() => undefined)]);
    });
    last = next;
    return next;
  };
}

/** For a server with many connections, at an IPv4 address. */
export function guardPeers(users: ReadonlySet<number>): PeerGuard {
  const tells = tellsPeers();
  const verdicts = new WeakMap<Socket, boolean | Promise<boolean>>();
  const readers = TABLES.map(shareReading);

  /** The kernel walks all that it holds for each table, even for an empty one: that of IPv6 is read for those that are in no other. */
  async function find(socket: Socket): Promise<Peer | undefined> {
    for (const read of readers) {
      const peer = peerIn(await read(), socket);
      if (peer !== undefined) return peer;
    }
    return undefined;
  }
  async function judge(socket: Socket): Promise<boolean> {
    // A table is read in pieces, between which an entry may move: one that is missing is looked for again.
    const peer = (await find(socket)) ?? (await find(socket));
    const verdict = peer !== undefined && isOneOf(users, peer);
    verdicts.set(socket, verdict);
    return verdict;
  }
  return (socket) => {
    if (!tells) return true;
    const verdict = verdicts.get(socket) ?? judge(socket);
    verdicts.set(socket, verdict);
    return verdict;
  };
}
