// The page where a demo person is picked. No script, no style sheet and no picture from elsewhere.
import { DEMO_PEOPLE } from '../demo/people.ts';

const STYLE = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
  body { max-width: 26rem; margin: 12vh auto; padding: 0 1.5rem }
  h1 { font-size: 1.3rem; margin: 0 }
  p { margin: .25rem 0 1.5rem; opacity: .75 }
  button { display: block; width: 100%; margin: .75rem 0; padding: .8rem 1rem; text-align: left; font: inherit;
    border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .6rem; background: none;
    color: inherit; cursor: pointer }
  button:hover, button:focus-visible { border-color: currentColor }
  small { display: block; opacity: .75 }
`;

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${STYLE}</style>
${body}
</html>
`;

const button = ({ sub, name, role }: (typeof DEMO_PEOPLE)[number]): string =>
  `<button name="person" value="${sub}">${name}<small>${role}</small></button>`;

/** The page on which a demo person is chosen. */
export const loginPage = (isSecondFactor = false): string =>
  page(
    'Sign in',
    `<h1>Who are you?</h1>
<p>A local identity provider for trying things out: no password${isSecondFactor ? ', and your word for a second factor' : ''}.</p>
<form method="post">${DEMO_PEOPLE.map(button).join('\n')}</form>`,
  );

/** The page for a sign-in that is over or unknown. */
export const expiredPage = (): string =>
  page(
    'Sign in',
    '<h1>This sign-in has ended</h1>\n<p>Go back to where you came from and start it again.</p>',
  );
