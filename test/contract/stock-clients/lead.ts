// Leads connections to another address: a port, or a socket in the file system, which other network namespaces see, too.
import { once } from 'node:events';
import { connect, createServer, type ListenOptions, type NetConnectOpts, type Server } from 'node:net';

/** Listens at one address, and sends what comes there to the other. */
export async function lead(from: ListenOptions, to: NetConnectOpts): Promise<Server> {
  const server = createServer((client) => {
    const there = connect(to);
    client.pipe(there).pipe(client);
    for (const socket of [client, there]) socket.on('error', () => socket.destroy());
  });
  server.listen(from);
  await once(server, 'listening');
  return server;
}
