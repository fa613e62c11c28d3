// Guarantees: the agent, at an IPv4 address, knows the programs that connect by a socket of IPv6, as those of Java do.
import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { describe, expect, it } from 'vitest';
import { serveWires } from '../../../../clients/cli/agent/serve-wires.ts';

const statusOf = (host: string, port: number): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { host: `127.0.0.1:${port}`, connection: 'close' };
    get({ host, port, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });

describe.skipIf(!existsSync('/proc/net/tcp6'))('a program of the agent’s user', () => {
  it.each(['127.0.0.1', '::ffff:127.0.0.1'])('is answered when it connects to %s', async (host) => {
    const { port, close } = await serveWires({
      wires: [() => ({ status: 200, body: 'well\n', type: 'text/plain' })],
      address: '127.0.0.1',
      port: 0,
      users: new Set([process.getuid?.() ?? 0]),
    });
    try {
      expect(await statusOf(host, port)).toBe(200);
    } finally {
      await close();
    }
  });
});
