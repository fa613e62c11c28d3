// The view of a page: the parts of the request that every page needs, such as the language, the nonce and the person.
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { type PageName, PORTAL_PATHS } from '../paths/page-paths.ts';
import { MESSAGES } from '../ui/messages/message-table.ts';
import { chooseLanguage, type Language } from '../ui/model/language.ts';
import type { SignedInView, View } from '../ui/view.ts';
import type { LoginDeps } from './deps.ts';
import type { LoginContext } from './login-env.ts';

const LANGUAGE_COOKIE = 'stint-language';
const YEAR_SECONDS = 31_536_000;
/** The cookie is not a secret, but it has the strictest attributes anyway. */
const ATTRIBUTES = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;

export const keepLanguage = (c: Context, language: Language): void =>
  setCookie(c, LANGUAGE_COOKIE, language, { ...ATTRIBUTES, maxAge: YEAR_SECONDS });

/** The claims with a readable name, if the connection maps them; a subject is often a number. */
const NAME_CLAIMS = ['name', 'email'];

function personOf(c: LoginContext): SignedInView | undefined {
  const signedIn = c.get('signedIn');
  if (!signedIn) return undefined;
  const { session, isCookieNew } = signedIn;
  const names = NAME_CLAIMS.map((claim) => session.claims[claim]);
  const name = names.find((value) => typeof value === 'string' && value !== '');
  return { name: String(name ?? session.subject), formToken: session.formToken, showsCookie: isCookieNew };
}

/** `chosen`: the language that this request asks for, before cookie and header. */
export function viewOf(
  c: LoginContext,
  page: PageName,
  { assets }: Pick<LoginDeps, 'assets'>,
  chosen?: Language,
): View {
  const { stylesheet, script, icon } = assets;
  const language = chooseLanguage(
    chosen ?? getCookie(c, LANGUAGE_COOKIE, 'host'),
    c.req.header('accept-language'),
  );
  return {
    language,
    messages: MESSAGES[language],
    nonce: c.get('secureHeadersNonce') ?? '',
    assets: { stylesheet: stylesheet.path, script: script.path, icon: icon.path },
    page,
    ...(c.req.method === 'POST' ? { address: PORTAL_PATHS[page] } : {}),
    person: personOf(c),
    now: c.get('now'),
  };
}
