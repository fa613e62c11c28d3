// Vend behind an HTTP server that takes 8 KB of headers, as Function Compute does, and whom its clients reach by network.
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { TokenIssuer } from '../../functions/login/keys/mint-token.ts';
import { grantTo, provider } from './builders.ts';
import { listenHere } from './loopback.ts';
import { startVend } from './vend-app.ts';

const MAX_HEADER_BYTES = 8_192;

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
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, getRequestListener(vend.app.fetch));
  return { vend, url: (await listenHere(server)).url };
}
