// A bearer token as it stands in a file or a variable.
import { Secret } from '../../../shared/kernel/secret.ts';

/** RFC 6750 section 2.1: the characters of a bearer token. */
export const BEARER_TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;
/** vend takes no longer token. */
const MAX_TOKEN_CHARACTERS = 100_000;

/** The token without the white space around it; undefined when the text is none. */
export function parseToken(text: string): Secret<string> | undefined {
  const token = text.trim();
  return token.length <= MAX_TOKEN_CHARACTERS && BEARER_TOKEN.test(token) ? new Secret(token) : undefined;
}

/** By which GitHub tells a job where it gets its id token, and with what. */
export const GITHUB_VARIABLES = {
  url: 'ACTIONS_ID_TOKEN_REQUEST_URL',
  bearer: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
} as const;
