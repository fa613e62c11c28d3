// The URLs of the pages and forms that people use, and the names of the parameters that those carry. The scripts of the
// pages import this file too, so at run time it imports only other paths.
import type { RoleId } from '../../../shared/kernel/names.ts';
import { connectionPath } from './sign-on-paths.ts';

/** The pages that a person can open by their address alone. */
export const PAGE_NAMES = ['roles', 'activity', 'sessions', 'passkeys', 'step-up', 'sign-in'] as const;
export type PageName = (typeof PAGE_NAMES)[number];

export const PORTAL_PATHS = {
  roles: '/portal',
  activity: '/portal/activity',
  sessions: '/portal/sessions',
  passkeys: '/portal/passkeys',
  'step-up': '/portal/step-up',
  'sign-in': '/portal/sign-in',
} as const satisfies Record<PageName, string>;

/** Answers with an empty body. A page loads it so that the browser sends its new session cookie at once. */
export const COOKIE_PATH = '/portal/cookie';

/** Sets the language cookie and redirects back to the page. */
export const LANGUAGE_PATH = '/portal/language';

/** POST: the page with the credentials of a role. GET: the same page without credentials, for reloads and bookmarks. */
export const CREDENTIALS_PATH = '/portal/credentials';

/** POST: a redirect to the console of Alibaba Cloud, signed in as a role. GET: the page that asks first, for links. */
export const CONSOLE_PATH = '/portal/console';

/** The stylesheet, script and icon of the pages. */
export const ASSET_ROUTE = '/portal/assets/:name';

/** The package of the command line, for npm. */
export const COMMAND_LINE_PATH = '/cli/stint.tgz';

/** POST: ends the session of this browser. */
export const SIGN_OUT_PATH = '/login/sign-out';

/** POST: the forms that a script completes with the answer of a passkey. */
export const PASSKEY_ACTIONS = {
  signIn: '/login/passkeys/sign-in',
  enrol: '/login/passkeys/add',
  confirm: '/login/passkeys/confirm',
} as const;

/** The form field that holds the CSRF token of the session. */
export const FORM_TOKEN = 'form_token';

/** The form field that asks for the answer in another language. */
export const LANGUAGE = 'language';

/** The form field with the AccessKeyId that the page showed before. An AccessKeyId is not a secret. */
export const SHOWN_BEFORE = 'shown';

/** The parameter that asks the identity provider to authenticate the person again, for roles that need a recent sign-on. */
export const FRESH = 'fresh';

/** The parameter with the page of the console to arrive at. */
export const DESTINATION = 'to';

/** The longest destination, encoded in a query: `returnPath` lets 2,000 characters through, and the role takes some. */
export const MAX_DESTINATION_CHARACTERS = 1_800;

/** The parameter that holds the path to go to after a sign-on. */
export const RETURN_TO = 'return_to';

/** The `id` of a role's entry in the list. */
export const roleAnchor = (role: RoleId): string => `role-${role}`;

/** The list of roles, scrolled to this role. The parameter keeps the role in a list that is cut to a maximum length. */
export const rolePath = (role: RoleId): string => `${PORTAL_PATHS.roles}?role=${role}#${roleAnchor(role)}`;

export const credentialsPath = (role: string): string =>
  `${CREDENTIALS_PATH}?role=${encodeURIComponent(role)}`;

/** The page that asks before it opens the console. `role`: a role id or a RoleArn. */
export const consolePath = (role: string, destination: string | undefined): string =>
  `${CONSOLE_PATH}?${new URLSearchParams({ role, ...(destination !== undefined && { [DESTINATION]: destination }) })}`;

/** Where the page with the needs of a role leads afterwards, if not to the role in the list: to the console, or a page of it. */
export interface ToConsole {
  readonly destination: string | undefined;
}

/**
 * The page with the needs of a role. It names the destination and not the path of a page that names it: encoded twice, a long
 * one would be over what `returnPath` lets through. An empty one is the start page of the console.
 */
export const stepUpPath = (role: RoleId, toConsole?: ToConsole): string =>
  `${PORTAL_PATHS['step-up']}?${new URLSearchParams({ role, ...(toConsole && { [DESTINATION]: toConsole.destination ?? '' }) })}`;

/** The list of roles that match a search. */
export const searchPath = (query: string): string => `${PORTAL_PATHS.roles}?q=${encodeURIComponent(query)}`;

/**
 * The pages that a sign-on may return to. The pattern lets through no second slash, backslash, dot segment or control
 * character, because browsers read `//host` and `/\host` as another site. A request to authorize a command line returns
 * with its parameters, which are then checked again.
 */
const OWN_PAGE =
  /^(?:\/portal(?:\/[A-Za-z0-9_-]{1,128}){0,8}|\/login\/(?:authorize|device))(?:\?[A-Za-z0-9_.~=&%+*-]{0,2000})?$/;

/** What `rolePath` writes. */
const OWN_ROLE = /^\/portal\?role=([a-z0-9-]{1,63})#role-\1$/;

/**
 * The path to redirect to after a sign-on: the requested one if it is one of our own pages, otherwise the list of roles.
 * Any other redirect would be an open redirect (RFC 9700 section 4.11).
 */
export const returnPath = (requested: string | undefined): string =>
  requested !== undefined && (OWN_PAGE.test(requested) || OWN_ROLE.test(requested))
    ? requested
    : PORTAL_PATHS.roles;

function withQuery(path: string, returnTo: string | undefined, isFresh: boolean): string {
  const back = returnTo === undefined ? [] : [`${RETURN_TO}=${encodeURIComponent(returnTo)}`];
  const query = [...(isFresh ? [FRESH] : []), ...back].join('&');
  return query === '' ? path : `${path}?${query}`;
}

/** The page that lists the ways to sign in. `isFresh`: the person must authenticate again. */
export const signInPath = (returnTo: string | undefined, isFresh = false): string =>
  withQuery(PORTAL_PATHS['sign-in'], returnTo, isFresh);

/** Starts a sign-on with a connection. `isFresh`: the person must authenticate again. */
export const startPath = (connection: string, returnTo: string | undefined, isFresh: boolean): string =>
  withQuery(connectionPath('start', connection), returnTo, isFresh);
