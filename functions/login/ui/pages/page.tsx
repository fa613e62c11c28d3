// The frame of all pages: head, skip link, header with navigation, footer with languages.
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { showable } from '../../../../shared/kernel/showable.ts';
import {
  COOKIE_PATH,
  LANGUAGE,
  LANGUAGE_PATH,
  type PageName,
  PORTAL_PATHS,
  RETURN_TO,
  SIGN_OUT_PATH,
} from '../../paths/page-paths.ts';
import { MESSAGES } from '../messages/message-table.ts';
import { LANGUAGES, type Language } from '../model/language.ts';
import type { View } from '../view.ts';
import { FormToken } from './form-token.tsx';
import { Drawings, Mark } from './icons.tsx';
import { ShownName } from './shown-name.tsx';

const NAVIGATION = ['roles', 'activity', 'sessions', 'passkeys'] as const satisfies readonly PageName[];

const Head = ({ view, title }: { view: View; title: string }) => (
  <head>
    <meta charset="utf-8" />
    <title>{title} · Stint</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <link rel="icon" type="image/svg+xml" href={view.assets.icon} />
    <link rel="stylesheet" href={view.assets.stylesheet} />
    <script type="module" src={view.assets.script} nonce={view.nonce} />
  </head>
);

const Header = ({ view }: { view: View }) => {
  const { messages, person, page } = view;
  const { roles, activity, sessions, passkeys } = messages;
  // Typed: JSX would take any value for a text.
  const links: Readonly<Record<(typeof NAVIGATION)[number], string>> = {
    roles,
    activity,
    sessions,
    passkeys: passkeys.title,
  };
  return (
    <header class="top">
      <a class="brand" href={PORTAL_PATHS.roles}>
        <Mark />
        Stint
      </a>
      {person && (
        <>
          <nav class="sections" aria-label={messages.navigation}>
            {NAVIGATION.map((name) => (
              <a href={PORTAL_PATHS[name]} aria-current={name === page ? 'page' : undefined}>
                {links[name]}
              </a>
            ))}
          </nav>
          <form class="person" method="post" action={SIGN_OUT_PATH}>
            <FormToken view={view} />
            <span class="name" title={messages.signedInAs(showable(person.name))}>
              <span class="unseen">{messages.signedInAs('')}</span>
              <ShownName name={person.name} />
            </span>
            <button class="quiet" type="submit">
              {messages.signOut}
            </button>
          </form>
        </>
      )}
    </header>
  );
};

function languagePath(language: Language, { page, here }: View): string {
  const back = here === undefined ? '' : `&${RETURN_TO}=${encodeURIComponent(here)}`;
  return `${LANGUAGE_PATH}?to=${language}&page=${page}${back}`;
}

const Footer = ({ view, again }: { view: View; again: string | undefined }) => (
  <footer>
    <nav class="languages" aria-label={view.messages.languageLabel}>
      {LANGUAGES.map((language) =>
        again === undefined ? (
          <a
            href={languagePath(language, view)}
            lang={language}
            hreflang={language}
            aria-current={language === view.language ? 'true' : undefined}
          >
            {MESSAGES[language].languageName}
          </a>
        ) : (
          <button
            type="submit"
            form={again}
            name={LANGUAGE}
            value={language}
            lang={language}
            aria-current={language === view.language ? 'true' : undefined}
          >
            {MESSAGES[language].languageName}
          </button>
        ),
      )}
    </nav>
  </footer>
);

interface PageProps {
  readonly view: View;
  readonly title: string;
  /** The id of the form that loads this page in another language, for a page that answers a form and so has no URL. */
  readonly again?: string;
  /** `single`: narrower than a list. */
  readonly layout: 'list' | 'single';
  readonly children: Child;
}

export const Page = ({ view, title, layout, again, children }: PageProps) => (
  <>
    {raw('<!doctype html>')}
    <html lang={view.language} data-address={view.address}>
      <Head view={view} title={title} />
      <body>
        <Drawings />
        <a class="skip" href="#content">
          {view.messages.skipToContent}
        </a>
        <Header view={view} />
        <main id="content" class={layout} tabindex={-1}>
          {children}
        </main>
        <Footer view={view} again={again} />
        {view.person?.showsCookie && <img src={COOKIE_PATH} alt="" hidden />}
      </body>
    </html>
  </>
);
