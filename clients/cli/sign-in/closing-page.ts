// The page that the browser ends at. It runs and loads nothing, and reflects nothing of the request.
import { createHash } from 'node:crypto';

/** The portal's colours and card, since the person comes from there. The card's place does not depend on what loads later. */
const STYLE = `:root{color-scheme:light dark;--paper:#f7f5f0;--raised:#fffefb;--ink:#1c211e;--muted:#5b625d;--line:#dedacf;--accent:#0d6650}
@media(prefers-color-scheme:dark){:root{--paper:#131614;--raised:#1b1f1c;--ink:#e8ebe6;--muted:#a3aca5;--line:#303631;--accent:#63d2aa}}
body{margin:0;padding:1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{box-sizing:border-box;max-width:26rem;margin:8vh auto 0;padding:2.5rem;border:1px solid var(--line);border-radius:12px;background:var(--raised);text-align:center}
svg{width:2.5rem;color:var(--accent)}h1{margin:1rem 0 0;font-size:1.5rem;line-height:1.25}p{margin:.5rem 0 0;color:var(--muted)}`;

const MARK =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9.5" fill="none" stroke="currentColor" stroke-width="2.5"/><path fill="currentColor" d="M12 12V5a7 7 0 0 1 6.06 10.5z"/></svg>';

const PAGES = {
  done: { title: 'You are signed in', text: 'Close this window and go back to the terminal.' },
  failed: {
    title: 'The sign-in did not work',
    text: 'The terminal says why, and what to do. Close this window.',
  },
} as const;
export type ClosingPage = keyof typeof PAGES;

const hash = createHash('sha256').update(STYLE).digest('base64');

/** The page's URL holds the code. The code is used up by now, and goes to no other site all the same. */
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
<body><main>${MARK}<h1>${title}</h1><p>${text}</p></main></body></html>`;
}
