// Which user's process is at the other end of a connection from this machine. Linux tells every process (proc(5),
// /proc/net/tcp).
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

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

const readTable = (file: string): readonly string[] => {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return []; // another system
  }
};

/** Addresses are hexadecimal. Their ports suffice, since both ends are on this machine. */
const isPort = (address: string | undefined, port: number | undefined): boolean =>
  port !== undefined && Number.parseInt(address?.split(':')[1] ?? '', 16) === port;

/** Undefined where the table has no such connection. */
function peerIn(table: readonly string[], { localPort, remotePort }: Partial<Socket>): Peer | undefined {
  const line = table
    .map((text) => text.trim().split(/\s+/))
    .find((fields) => isPort(fields[LOCAL], remotePort) && isPort(fields[REMOTE], localPort));
  return line && { user: Number(line[USER]), isThere: line[INODE] !== NO_INODE };
}

/** False where the system does not tell: a browser outside of a container is none of the container's processes. */
export function isOtherUser(socket: Socket): boolean {
  const self = process.getuid?.();
  const peer = TABLES.map((file) => peerIn(readTable(file), socket)).find((found) => found !== undefined);
  if (self === undefined || peer === undefined || peer.user === self) return false;
  return peer.user !== ROOT || !peer.isThere;
}
