// Binding ports of this machine, where another program may have been first.
import type { Server } from 'node:http';
import { createServer } from 'node:net';

function listenOnce(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** The port of a server that listens. */
export function portOf(server: Pick<Server, 'address'>): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the server does not listen on a port');
  return address.port;
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');

/** Binds `port` or one of the ports after it, and returns the one that it got. */
export async function listenNear(server: Server, host: string, port: number, tries: number): Promise<number> {
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      await listenOnce(server, port === 0 ? 0 : port + attempt, host);
      return portOf(server);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  const range = tries === 1 ? `port ${port} is` : `ports ${port} to ${port + tries - 1} are`;
  throw new Error(`${range} taken on ${host}; set PORT to a free one`);
}

/** The preferred port if nothing holds it, else one that the system picks. */
export function freePort(preferred: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => {
      if (preferred !== 0 && isTaken(error)) resolve(freePort(0, host));
      else reject(error);
    });
    probe.listen(preferred, host, () => {
      const port = portOf(probe);
      probe.close(() => resolve(port));
    });
  });
}
