// The page that the browser ends at. Runs and loads nothing, reflects nothing of the request.
import { createHash } from 'node:crypto';

const STYLE = `:root{color-scheme:light dark;font:18px/1.5 system-ui,sans-serif}
body{display:grid;min-height:90vh;place-content:center;margin:0;padding:1rem;text-align:center}
h1{margin:0;font-size:1.5rem}p{margin:.5rem 0 0}`;

const PAGES = {
  done: { title: 'You are signed in', text: 'Close this window and go back to the terminal.' },
  failed: {
    title: 'The sign-in did not work',
    text: 'The terminal says why, and what to do. Close this window.',
  },
} as const;
export type ClosingPage = keyof typeof PAGES;

const hash = createHash('sha256').update(STYLE).digest('base64');

/** The address holds the code, which is used up by now: it goes to no other site all the same. */
export const CLOSING_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

export function renderClosingPage(page: ClosingPage): string {
  const { title, text } = PAGES[page];
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Stint: ${title}</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1><p>${text}</p></main></body></html>`;
}
