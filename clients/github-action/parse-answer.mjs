// What the deployment answered, as values that can stand in the log, in the runner's files and in a profile.
import { mask } from './runner.mjs';

/** STS gives printable ASCII without spaces. A line break would let the answer set a variable of its own choice. */
const KEY = /^[\x21-\x7e]{1,256}$/;
/** Shorter ones are no secrets, and as a mask they would take letters out of the whole log. */
const SECRET = /^[\x21-\x7e]{16,16384}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const REQUEST_ID = /^[\w.:-]{1,128}$/;
const CODE = /^[a-z_]{1,64}$/;

const isText = (value, pattern) => typeof value === 'string' && pattern.test(value);
const isTime = (value) => isText(value, TIME) && Number.isFinite(Date.parse(value));

/** Of an answer with credentials. Masks the secrets in it before it gives them to anything. */
export function parseVended(answer, url) {
  const { accessKeyId, accessKeySecret, securityToken, expiration } = answer?.credentials ?? {};
  const isWhole =
    isText(accessKeyId, KEY) &&
    isText(accessKeySecret, SECRET) &&
    isText(securityToken, SECRET) &&
    isTime(expiration) &&
    isText(answer.requestId, REQUEST_ID);
  if (!isWhole) return { ok: false, fault: `${url} gave an answer that is not Stint’s: check the input url` };
  mask(accessKeySecret);
  mask(securityToken);
  return {
    ok: true,
    value: { accessKeyId, accessKeySecret, securityToken, expiration, requestId: answer.requestId },
  };
}

/** Also of the platform, or a gateway, which answer in Stint's place while it cannot. */
export const IS_TEMPORARY = new Set([429, 502, 503, 504]);

const READ = 'docs/for-ci-owners.md lists the reasons';

const WORDS = {
  invalid_token: ({ audience }) =>
    `the deployment does not accept the token of this run, which is for the audience ${audience}. If its audience is another, give the input audience; otherwise the platform team must add GitHub, and your organization to its tenants`,
  access_denied: ({ role }) =>
    `no grant gives this run the role ${role}. The grant must name this repository, and its branch or environment; ${READ}`,
  duration_too_long: ({ role }) =>
    `the duration is longer than the grant of the role ${role} gives: shorten it, or leave it out`,
  invalid_request: () => 'the request is malformed: check the inputs role and duration',
  rate_limited: () => 'too many requests for this role or by this repository: run the job again later',
};

/** Why there are no credentials, and what to do. Nothing of the answer is in it but its code and the id of the request. */
export function describeRefusal(answer, { url, audience, role }) {
  if (answer === undefined)
    return `${url} cannot be reached: check the input url, and the proxy of the runner`;
  const { code, requestId } = answer.json ?? {};
  if (!isText(code, CODE) && IS_TEMPORARY.has(answer.status))
    return `${url} cannot answer now (status ${answer.status}): run the job again later`;
  if (!isText(code, CODE))
    return `${url} answered with status ${answer.status} and not as Stint does: check the input url`;
  const words = Object.hasOwn(WORDS, code)
    ? WORDS[code]({ audience, role })
    : `the deployment answered ${code}: give the request to its operator`;
  return isText(requestId, REQUEST_ID) ? `${words} (${code}, request ${requestId})` : `${words} (${code})`;
}
