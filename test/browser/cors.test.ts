// Web pages that call vend, in a real browser, which alone decides what a page may send and read.
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { listenNear } from '../../local/fc/listen.ts';
import { provider } from '../support/builders.ts';
import { token } from '../support/issuer.ts';
import { startVend, type Vend } from '../support/vend-app.ts';
import { openBrowser } from './open-browser.ts';

const HOST = '127.0.0.1';

interface Said {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a page does, and what it gets to see: the name of an error where the browser tells it no more. */
interface Call {
  readonly path?: string;
  readonly bearer?: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly init?: { readonly mode?: 'no-cors'; readonly credentials?: 'include' };
}

let browser: Browser;
let vend: Vend;
/** Methods that vend was asked by, the preflights among them. */
let asked: string[];
const servers = [createServer(), createServer(), createServer()] as const;
const [vendServer, ownServer, foreignServer] = servers;
let vendUrl: string;
let ownOrigin: string;
let foreignOrigin: string;

beforeAll(async () => {
  vendServer.on(
    'request',
    getRequestListener((request) => {
      asked.push(request.method);
      return vend.app.fetch(request);
    }),
  );
  for (const server of [ownServer, foreignServer])
    server.on('request', (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>A page</title>'),
    );
  const originOf = async (server: (typeof servers)[number]) =>
    `http://${HOST}:${await listenNear(server, HOST, 0, 1)}`;
  vendUrl = await originOf(vendServer);
  ownOrigin = await originOf(ownServer);
  foreignOrigin = await originOf(foreignServer);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  for (const server of servers) server.close();
});
beforeEach(() => {
  vend = startVend();
  vend.store.providers = [provider({ allowedOrigins: [ownOrigin] })];
  asked = [];
});

async function pageAt(origin: string): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(origin);
  return page;
}

async function call(origin: string, parts: Call = {}): Promise<Said | string> {
  const page = await pageAt(origin);
  const { path = '/v1/credentials', bearer, init = {}, contentType = 'application/json' } = parts;
  const method = path === '/v1/credentials' ? 'POST' : 'GET';
  const body = method === 'POST' ? (parts.body ?? JSON.stringify({ role: 'media-uploader' })) : undefined;
  return page.evaluate(
    async ({ url, method, body, bearer, contentType, init }) => {
      const headers = new Headers();
      if (bearer) headers.set('authorization', `Bearer ${bearer}`);
      if (body !== undefined) headers.set('content-type', contentType);
      try {
        const answer = await fetch(url, {
          method,
          headers,
          ...(body === undefined ? {} : { body }),
          ...init,
        });
        const text = await answer.text();
        return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
      } catch (error) {
        return error instanceof Error ? error.name : 'unknown';
      }
    },
    { url: `${vendUrl}${path}`, method, body, bearer: bearer ?? token(), contentType, init },
  );
}

describe('a page of an origin that its caller’s provider names', () => {
  it('gets credentials, after the browser has asked for leave', async () => {
    const said = await call(ownOrigin);
    expect(said).toMatchObject({ status: 200, body: { role: 'media-uploader' } });
    expect(said).toHaveProperty('body.credentials.accessKeyId');
    expect(asked).toEqual(['OPTIONS', 'POST']);
    expect(vend.auditLog.events.at(-1)).toMatchObject({ outcome: 'granted', origin: ownOrigin });
  });

  it('reads why it was refused', async () => {
    expect(await call(ownOrigin, { bearer: token({ claims: { exp: 1 } }) })).toMatchObject({
      status: 401,
      body: { code: 'invalid_token' },
    });
  });

  it('reads what it may take', async () => {
    expect(await call(ownOrigin, { path: '/v1/roles' })).toMatchObject({ status: 200 });
  });

  it('sends no cookies along: nobody gave leave for that', async () => {
    expect(await call(ownOrigin, { init: { credentials: 'include' } })).toBe('TypeError');
    expect(vend.assumer.orders).toEqual([]);
  });
});

describe('a page of any other origin', () => {
  it('sends no request, since the browser is refused leave', async () => {
    expect(await call(foreignOrigin)).toBe('TypeError');
    expect(asked).toEqual(['OPTIONS']);
    expect(vend.assumer.orders).toEqual([]);
  });

  it('has nothing made by what browsers send without asking, and reads nothing', async () => {
    const body = JSON.stringify({ role: 'media-uploader', token: token() });
    const simple = { body, contentType: 'text/plain', bearer: '' };
    expect(await call(foreignOrigin, simple)).toBe('TypeError');
    expect(await call(foreignOrigin, { ...simple, init: { mode: 'no-cors' } })).toEqual({
      status: 0,
      body: {},
    });
    expect(asked).toEqual(['POST', 'POST']);
    expect(vend.assumer.orders).toEqual([]);
    expect(vend.auditLog.events.map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
  });

  it('does not even read that a token is missing', async () => {
    expect(await call(foreignOrigin, { path: '/v1/roles', bearer: '' })).toBe('TypeError');
    expect(asked).toEqual(['GET']);
  });

  it('gets nothing by a token of the provider that names it not, where another one does', async () => {
    const other = { id: 'other', issuer: 'https://other.example.com', allowedOrigins: [foreignOrigin] };
    vend.store.providers = [provider({ allowedOrigins: [ownOrigin] }), provider(other)];
    expect(await call(foreignOrigin)).toBe('TypeError');
    expect(asked).toEqual(['OPTIONS', 'POST']);
    expect(vend.assumer.orders).toEqual([]);
    expect(vend.auditLog.events.at(-1)).toMatchObject({ reason: 'origin-not-allowed' });
  });
});
