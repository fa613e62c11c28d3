// Vend behind an HTTP server that takes 8 KB of headers, as Function Compute does, and whom its clients reach by network.
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { onTestFinished } from 'vitest';
import type { TokenIssuer } from '../../functions/login/keys/mint-token.ts';
import { grantTo, provider } from './builders.ts';
import { startVend, type Vend } from './vend-app.ts';

const MAX_HEADER_BYTES = 8_192;

async function listen({ app }: Vend): Promise<string> {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

const READS = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' }] };

/** Knows this login as a provider, and gives a role to one group of its people. */
export async function startVendFor({ issuer, audience, keys }: TokenIssuer, group: string) {
  const vend = startVend({ audience });
  const staff = { id: 'staff', issuer, algorithms: ['ES256' as const], maxTokenAgeSeconds: 300 };
  vend.store.providers = [provider(staff)];
  vend.store.grants = [
    grantTo({ kind: 'group', name: group }, { sessionPolicy: { document: READS } }, 'staff'),
  ];
  vend.keys.sets.set(issuer, { keys: [...keys.published] });
  return { vend, url: await listen(vend) };
}
