// Exchanges the job's id token for credentials at POST /v1/credentials. Each try takes a token of its own: a provider may accept
// a token once.
//
// https://docs.github.com/en/actions/reference/security/oidc
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.mjs';
import { describeRefusal, IS_TEMPORARY, parseVended } from './parse-answer.mjs';
import { parseSafeUrl } from './read-inputs.mjs';
import { mask, note } from './runner.mjs';

const MAX_TRIES = 5;
/** All waiting together; a job that waits longer for its turn should say so. */
const MAX_WAIT_SECONDS = 120;
/** RFC 6750 section 2.1. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

const NO_PERMISSION =
  'the job may not ask GitHub for an id token. Write “permissions: { id-token: write, contents: read }” at the job; GitHub gives none to a pull request of a fork';

const NO_ANSWER_HELPS = { status: 0 };

/** `answer` of a failure: GitHub's, which may be another later. */
async function requestIdToken(audience) {
  const url = parseSafeUrl(process.env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '');
  const bearer = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  if (url === undefined || !TOKEN.test(bearer))
    return { ok: false, fault: NO_PERMISSION, answer: NO_ANSWER_HELPS };
  url.searchParams.set('audience', audience);
  const answer = await ask(url, {
    headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
  });
  const token = answer?.status === 200 ? answer.json?.value : undefined;
  if (typeof token !== 'string' || !TOKEN.test(token))
    return { ok: false, fault: `GitHub gave no id token at ${url.host}: run the job again`, answer };
  mask(token);
  return { ok: true, value: token };
}

/** Seconds to wait before the next try; undefined if there is none. `waited`: seconds until now. */
function waitBefore(answer, tries, waited) {
  if (answer !== undefined && !IS_TEMPORARY.has(answer.status)) return undefined;
  // It has the status of a gateway that cannot reach the deployment, and ends by a change of the role alone.
  if (answer?.json?.code === 'role_misconfigured') return undefined;
  const told = answer?.headers.get('retry-after') ?? '';
  const seconds = /^\d{1,9}$/.test(told) ? Number(told) : 2 ** tries;
  return tries < MAX_TRIES && waited + seconds <= MAX_WAIT_SECONDS ? seconds : undefined;
}

/**
 * Tries again while GitHub or the deployment has too many requests or cannot answer, as Retry-After says, two minutes at most.
 *
 * @returns `ok` and the credentials, whose secrets are masked by then, or a fault without any secret.
 */
export async function vendForJob({ url, audience, role, durationSeconds }) {
  const body = JSON.stringify({ role, ...(durationSeconds === undefined ? {} : { durationSeconds }) });
  for (let tries = 1, waited = 0; ; tries += 1) {
    const token = await requestIdToken(audience);
    const headers = { authorization: `Bearer ${token.value}`, 'content-type': 'application/json' };
    const answer = token.ok
      ? await ask(`${url}/v1/credentials`, { method: 'POST', headers, body })
      : token.answer;
    if (token.ok && answer?.status === 200) return parseVended(answer.json, url);
    const seconds = waitBefore(answer, tries, waited);
    if (seconds === undefined)
      return { ok: false, fault: token.fault ?? describeRefusal(answer, { url, audience, role }) };
    const where = token.ok ? url : 'GitHub';
    note(
      `${where} ${answer === undefined ? 'cannot be reached' : `answered with status ${answer.status}`}; trying again in ${seconds} s`,
    );
    await sleep(seconds * 1_000);
    waited += seconds;
  }
}
