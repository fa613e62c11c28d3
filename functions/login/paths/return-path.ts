// Where a sign-on may lead: to pages of our own, by an exact pattern. Anything else would be an open redirect.
import { FRESH } from './fresh.ts';

const DEFAULT_RETURN_PATH = '/portal';

/**
 * No second slash, backslash, dot segment or control character gets through, since browsers read `//host` and `/\host`
 * as another site. What a command line asks comes back with its parameters, which are judged anew.
 */
const OWN_PATH =
  /^(?:\/portal(?:\/[A-Za-z0-9_-]{1,128}){0,8}|\/login\/(?:authorize|device))(?:\?[A-Za-z0-9_.~=&%+*-]{0,2000})?$/;

/** A role's entry in the list. */
const OWN_ENTRY = /^\/portal\?role=([a-z0-9-]{1,63})#role-\1$/;

export const RETURN_TO = 'return_to';

export const returnPath = (asked: string | undefined): string =>
  asked !== undefined && (OWN_PATH.test(asked) || OWN_ENTRY.test(asked)) ? asked : DEFAULT_RETURN_PATH;

const SIGN_IN = '/portal/sign-in';

function withQuery(path: string, returnTo: string | undefined, isFresh: boolean): string {
  const back = returnTo === undefined ? [] : [`${RETURN_TO}=${encodeURIComponent(returnTo)}`];
  const query = [...(isFresh ? [FRESH] : []), ...back].join('&');
  return query === '' ? path : `${path}?${query}`;
}

/** The page of the ways to sign on; `isFresh` asks for a proof anew. */
export const signInPath = (returnTo: string | undefined, isFresh = false): string =>
  withQuery(SIGN_IN, returnTo, isFresh);

export const startPath = (connection: string, returnTo: string | undefined, isFresh: boolean): string =>
  withQuery(`/login/start/${connection}`, returnTo, isFresh);
