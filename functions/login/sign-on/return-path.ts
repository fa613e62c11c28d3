// Where a sign-on may lead: to pages of our own, by an exact pattern. Anything else would be an open redirect.

const DEFAULT_RETURN_PATH = '/portal';

/**
 * No second slash, backslash, dot segment or control character gets through, since browsers read `//host` and `/\host`
 * as another site.
 */
const OWN_PATH = /^\/portal(?:\/[A-Za-z0-9_-]{1,128}){0,8}(?:\?[A-Za-z0-9_.~=&%-]{0,512})?$/;

export const returnPath = (asked: string | undefined): string =>
  asked !== undefined && OWN_PATH.test(asked) ? asked : DEFAULT_RETURN_PATH;
