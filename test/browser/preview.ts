// The portal's pages from examples, with their real files and security headers and nothing behind them.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { LoginEnv } from '../../functions/login/request/login-env.ts';
import { securityHeaders } from '../../functions/login/request/security-headers.ts';
import { MESSAGES } from '../../functions/login/ui/messages/message-table.ts';
import type { PortalAssets } from '../../functions/login/ui/model/assets.ts';
import { chooseLanguage } from '../../functions/login/ui/model/language.ts';
import type { View } from '../../functions/login/ui/view.ts';
import { buildPortalAssets } from '../../scripts/build/portal-assets.ts';
import { EXAMPLES } from './example-pages.tsx';
import { NOW } from './example-views.ts';

export interface Preview {
  readonly url: string;
  close(): void;
}

function viewOf(acceptLanguage: string | undefined, nonce: string, assets: PortalAssets): View {
  const language = chooseLanguage(undefined, acceptLanguage);
  const { stylesheet, script, icon } = assets;
  return {
    language,
    messages: MESSAGES[language],
    nonce,
    assets: { stylesheet: stylesheet.path, script: script.path, icon: icon.path },
    page: 'roles',
    person: { name: 'alice@example.com', formToken: 'abcdefghijklmnopqrstuv' },
    now: NOW,
  };
}

function createPreview(assets: PortalAssets): Hono<LoginEnv> {
  const app = new Hono<LoginEnv>();
  for (const { path, type, body } of Object.values(assets)) {
    app.get(path, (c) => c.body(body, 200, { 'content-type': type }));
  }
  app.use(securityHeaders([]));
  app.get('/:name', (c) => {
    const render = EXAMPLES[c.req.param('name')];
    if (!render) return c.notFound();
    const view = viewOf(c.req.header('accept-language'), c.get('secureHeadersNonce') ?? '', assets);
    return c.html(`${render(view, c.req.query('q') ?? '')}`);
  });
  return app;
}

export async function startPreview(): Promise<Preview> {
  const app = createPreview(await buildPortalAssets());
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() }),
    );
  });
}
