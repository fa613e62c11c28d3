// Guarantees: a bundled server starts, reads a body and answers without loading fetch, and answers as it would with
// fetch loaded.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webClassesOnDemand } from '../../../scripts/build/web-classes-on-demand.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Light answers first; each route after them needs more of the real classes. */
const SERVER = `
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
const app = new Hono();
const isLoaded = () => process.moduleLoadList.some((name) => name.endsWith('/undici/undici'));
app.get('/loaded', () => new Response(String(isLoaded()), { headers: { 'x-plain': 'yes' } }));
app.post('/echo', async (c) => new Response(new Uint8Array(await c.req.arrayBuffer()), { status: 201 }));
app.post('/clone', async (c) => {
  const copy = c.req.raw.clone();
  const isRequest = String([copy instanceof Request, c.req.raw instanceof Request]);
  return new Response((await copy.text()) + isRequest, { headers: new Headers({ 'x-kind': 'headers' }) });
});
app.get('/stream', () => new Response(new Blob(['in ', 'parts']).stream()));
app.get('/native', () => {
  const answer = new Response('text').clone();
  return new Response(answer.body, answer);
});
app.get('/helper', (c) => { c.header('x-set', 'late'); return c.json({ ok: true }); });
const server = serve({ port: 0, hostname: '127.0.0.1', fetch: app.fetch }, ({ port }) => process.send(port));
process.once('disconnect', () => process.exit());
`;

const servers: ChildProcess[] = [];
let folder: string;
let light: string;
let full: string;

async function start(name: string, plugins: Plugin[]): Promise<string> {
  const outfile = join(folder, `${name}.cjs`);
  const entryPoints = [join(folder, 'server.mjs')];
  const nodePaths = [join(ROOT, 'node_modules')];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', plugins, nodePaths });
  const server = fork(outfile);
  servers.push(server);
  const [port] = await once(server, 'message');
  return `http://127.0.0.1:${port}`;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stint-web-classes-'));
  writeFileSync(join(folder, 'server.mjs'), SERVER);
  light = await start('light', [webClassesOnDemand]);
  full = await start('full', []);
});

afterAll(() => {
  for (const server of servers) server.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(url: string, path: string, body?: string) {
  const response = await fetch(`${url}${path}`, body === undefined ? {} : { method: 'POST', body });
  const headers = [...response.headers].filter(([name]) => name !== 'date');
  return { status: response.status, headers, text: await response.text() };
}

/** In this order: from the second on, the real classes are there. */
const REQUESTS: readonly (readonly [string, string, string | undefined])[] = [
  ['a body, read and answered', '/echo', 'sent'],
  ['a copied request, and real headers', '/clone', 'sent'],
  ['a body again', '/echo', 'again'],
  ['a stream', '/stream', undefined],
  ['a real response', '/native', undefined],
  ['a header that hono sets late', '/helper', undefined],
  ['a path that is not there', '/nowhere', undefined],
];

describe('a bundled server', () => {
  it('does not load fetch to start, read a body and answer', async () => {
    expect(await ask(light, '/echo', 'sent')).toMatchObject({ status: 201, text: 'sent' });
    expect((await ask(light, '/loaded')).text).toBe('false');
    expect((await ask(full, '/loaded')).text).toBe('true');
  });

  it.each(REQUESTS)('answers %s as it would with fetch loaded', async (_, path, body) => {
    expect(await ask(light, path, body)).toEqual(await ask(full, path, body));
  });
});
