// What stands for the Alibaba Cloud console on this machine: says who has signed in, or why nobody has.

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width">
<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:12vh auto;padding:0 1.5rem}
code{overflow-wrap:anywhere}</style></head>
<body><h1>${title}</h1>${body}</body></html>
`;

export const signedInPage = (arn: string): string =>
  page(
    'Local console',
    `<p>In place of the Alibaba Cloud console. You are signed in as</p><p><code>${escapeHtml(arn)}</code></p>`,
  );

export const refusedPage = (loginUrl: string): string =>
  page(
    'This sign-in link does not work',
    `<p>It works once, and for 30 seconds.</p><p><a href="${escapeHtml(loginUrl)}">Sign in again</a></p>`,
  );
