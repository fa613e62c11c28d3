// Whose process is at the other end of a connection from this machine? Linux says it to everybody (proc(5), /proc/net/tcp).
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
/** The fields of a line: number, local address, remote address, state, queues, timer, retransmissions, user id, timeout, inode. */
const LOCAL = 1;
const REMOTE = 2;
const USER = 7;
const INODE = 9;

/** Reads this process anyway; the relays of WSL, and what was started by sudo, are its. */
const ROOT = 0;
/** Of a connection that no process has any more: whoever sent and left at once is shown as root, too. */
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

/** Addresses are in hexadecimal digits; their ports are enough, since both ends are on this machine. */
const isPort = (address: string | undefined, port: number | undefined): boolean =>
  port !== undefined && Number.parseInt(address?.split(':')[1] ?? '', 16) === port;

/** From a table of connections; undefined where it has no such connection. */
function peerIn(table: readonly string[], { localPort, remotePort }: Partial<Socket>): Peer | undefined {
  const line = table
    .map((text) => text.trim().split(/\s+/))
    .find((fields) => isPort(fields[LOCAL], remotePort) && isPort(fields[REMOTE], localPort));
  return line && { user: Number(line[USER]), isThere: line[INODE] !== NO_INODE };
}

/** False where the system does not say: in a container, a browser outside is none of this system's processes. */
export function isOtherUser(socket: Socket): boolean {
  const self = process.getuid?.();
  const peer = TABLES.map((file) => peerIn(readTable(file), socket)).find((found) => found !== undefined);
  if (self === undefined || peer === undefined || peer.user === self) return false;
  return peer.user !== ROOT || !peer.isThere;
}
