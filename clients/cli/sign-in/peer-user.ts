// Whose process is at the other end of a connection from this machine? Linux says it to everybody (proc(5), /proc/net/tcp).
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
/** The fields of a line: number, local address, remote address, state, queues, timer, retransmissions, user id. */
const LOCAL = 1;
const REMOTE = 2;
const USER = 7;

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

/** The user id in a table of connections, or undefined where it has no such connection. */
function userIn(table: readonly string[], { localPort, remotePort }: Partial<Socket>): number | undefined {
  const line = table
    .map((text) => text.trim().split(/\s+/))
    .find((fields) => isPort(fields[LOCAL], remotePort) && isPort(fields[REMOTE], localPort));
  return line && Number(line[USER]);
}

/** False where the system does not say: in a container, a browser outside is none of this system's processes. */
export function isOtherUser(socket: Socket): boolean {
  const self = process.getuid?.();
  const user = TABLES.map((file) => userIn(readTable(file), socket)).find((found) => found !== undefined);
  return self !== undefined && user !== undefined && user !== self;
}
