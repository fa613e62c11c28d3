// The id token of a GitHub Actions job, for one audience. GitHub gives the job a URL to ask at and a bearer token for it, if
// its workflow has `permissions: id-token: write`.
//
// https://docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
import * as z from 'zod';
import { fetchWithin } from '../../../shared/adapters/http/fetch-within.ts';
import { parseEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import { type CommandFault, serviceFailed, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { BEARER_TOKEN, GITHUB_VARIABLES, parseToken } from './parse-token.ts';

const BOUNDS = { deadlineMs: 20_000, maxBytes: 1_000_000 };

const Answer = z.object({ value: z.string() });

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
  const url = parseEndpointUrl(env[GITHUB_VARIABLES.url] ?? '');
  const bearer = env[GITHUB_VARIABLES.bearer] ?? '';
  if (url === undefined)
    return wrongUsage(`${GITHUB_VARIABLES.url} is no https URL: GitHub sets it for the job`);
  if (!BEARER_TOKEN.test(bearer))
    return wrongUsage(`${GITHUB_VARIABLES.bearer} holds no token: GitHub sets it for the job`);
  url.searchParams.set('audience', audience);
  const token = await ask(url, bearer).catch(() => undefined);
  return token === undefined ? serviceFailed(`GitHub gave no id token at ${url.host}: try again`) : ok(token);
}
