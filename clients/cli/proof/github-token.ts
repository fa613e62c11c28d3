// The id token of a GitHub Actions job, for one audience. GitHub gives the job a URL to ask at and a bearer token for it, if
// its workflow has `permissions: id-token: write`.
//
// https://docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
import * as z from 'zod';
import { fetchWithin } from '../../../shared/adapters/http/fetch-within.ts';
import { parseEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { type CommandFault, serviceFailed, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';

const URL_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_URL';
const BEARER_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_TOKEN';
export const GITHUB_VARIABLES: readonly string[] = [URL_VARIABLE, BEARER_VARIABLE];

const BOUNDS = { deadlineMs: 20_000, maxBytes: 1_000_000 };

const Answer = z.object({ value: z.string() });

/** RFC 6750 section 2.1: the characters of a bearer token. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;
/** vend takes no longer token. */
const MAX_TOKEN_CHARACTERS = 100_000;

/** The token without the white space around it; undefined when the text is none. */
export function parseToken(text: string): Secret<string> | undefined {
  const token = text.trim();
  return token.length <= MAX_TOKEN_CHARACTERS && TOKEN.test(token) ? new Secret(token) : undefined;
}

async function ask(url: URL, bearer: string): Promise<Secret<string> | undefined> {
  const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' };
  const answer = await fetchWithin(url.href, { headers }, BOUNDS);
  const { value } = Answer.parse(await answer.json());
  return answer.ok ? parseToken(value) : undefined;
}

/** Fails when one of the variables is missing or malformed, or GitHub gives no token. No message holds what they hold. */
export async function requestGithubToken(
  env: Terminal['env'],
  audience: string,
): Promise<Result<Secret<string>, CommandFault>> {
  const url = parseEndpointUrl(env[URL_VARIABLE] ?? '');
  const bearer = env[BEARER_VARIABLE] ?? '';
  if (url === undefined) return wrongUsage(`${URL_VARIABLE} is no https URL: GitHub sets it for the job`);
  if (!TOKEN.test(bearer)) return wrongUsage(`${BEARER_VARIABLE} holds no token: GitHub sets it for the job`);
  url.searchParams.set('audience', audience);
  const token = await ask(url, bearer).catch(() => undefined);
  return token === undefined ? serviceFailed(`GitHub gave no id token at ${url.host}: try again`) : ok(token);
}
