// The frame of every page.
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';

const STYLE = `:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}
body{max-width:34rem;margin:10vh auto;padding:0 1.5rem}
a.button,button{display:block;margin:.75rem 0;padding:.8rem 1rem;border:1px solid currentColor;border-radius:.6rem;
background:none;color:inherit;font:inherit;text-decoration:none;cursor:pointer}`;

interface LayoutProps {
  readonly title: string;
  readonly nonce: string | undefined;
  readonly children?: Child;
}

export const Layout = ({ title, nonce, children }: LayoutProps) => (
  <>
    {raw('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>{title}</title>
        <style nonce={nonce}>{STYLE}</style>
      </head>
      <body>
        <main>{children}</main>
      </body>
    </html>
  </>
);
