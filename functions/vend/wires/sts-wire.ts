// The wire of STS: AssumeRoleWithOIDC, as Alibaba Cloud's credentials libraries and the aliyun CLI send it, whose endpoint of STS
// is set to Stint. The reference is the page "AssumeRoleWithOIDC" of Sts 2015-04-01 and what the clients were seen to send.
// OIDCProviderArn, RoleSessionName, Timestamp and every Signature are ignored: the token's issuer selects the provider, Stint
// names the session, and the token alone proves the caller.
import type { HonoRequest } from 'hono';
import { type Answer, foreignAnswer, retryHeaders } from '../../../shared/http/answer.ts';
import { readNumericDate } from '../../../shared/identity/judge-claims.ts';
import type { Principal } from '../../../shared/identity/principal.ts';
import type { Failure } from '../../../shared/kernel/failure.ts';
import { type RequestId, ROLE_ARN, RoleId } from '../../../shared/kernel/names.ts';
import { parseStrictJson } from '../../../shared/kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { formatWholeSeconds } from '../../../shared/kernel/whole-seconds.ts';
import { MAX_SESSION_POLICY_BYTES, policyBytes } from '../../../shared/ram/format-policy.ts';
import { STS_DURATION_SECONDS } from '../../../shared/rules/values/role.ts';
import { mergeParameters, readFormBody, type WireParameters } from './read-parameters.ts';
import { malformedCall, type StsErrorCode, stsErrorOf } from './sts-errors.ts';
import type { CredentialsBody, Granted, Wire, WireExchange } from './wire.ts';

const ACTION = 'AssumeRoleWithOIDC';
const VERSION = '2015-04-01';

export const stsWire: Wire = {
  name: 'sts',
  // Libraries add a slash to an endpoint that may end with one.
  paths: ['/', '/sts'],
  shortensDuration: true,
  open: openStsExchange,
};

/**
 * The names by which a request to the root of the host is known to be meant for STS, be it well-formed or not; a program that
 * writes them in another case is told so by STS's own error.
 */
const STS_PARAMETERS: ReadonlySet<string> = new Set([
  'action',
  'version',
  'format',
  'rolearn',
  'oidctoken',
  'oidcproviderarn',
  'rolesessionname',
  'durationseconds',
  'policy',
  'timestamp',
  'accesskeyid',
  'signature',
  'signaturenonce',
]);

/**
 * Clients put slashes behind the address that they are given. One route for each spelling would need a pattern, and with a single
 * pattern Hono walks a tree for every request, where it otherwise looks the path up.
 */
export const withoutEndingSlashes = (path: string): string =>
  path.endsWith('/') ? path.replace(/^(\/sts|)\/+$/, '$1') || '/' : path;

/** A browser that is led to the host alone, and not a program that asks STS something. */
export function isVisit({ method, url }: Pick<HonoRequest, 'method' | 'url'>): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return ![...new URL(url).searchParams.keys()].some((name) => STS_PARAMETERS.has(name.toLowerCase()));
}

type Format = 'json' | 'xml';

/** STS's default is XML ("RPC mechanism"); clients that do not say it by `Format` ask with `Accept`. */
const formatOf = (format: string | undefined, accept: string | undefined): Format =>
  (format ?? accept ?? '').toLowerCase().includes('json') ? 'json' : 'xml';

function openStsExchange(request: HonoRequest, publicUrl: string): WireExchange {
  const { search, searchParams } = new URL(request.url);
  const accept = request.header('accept');
  let format = formatOf(searchParams.get('Format') ?? undefined, accept);
  return {
    async read() {
      const parameters = await readCall(request, search);
      if (!parameters.ok) return parameters;
      format = formatOf(parameters.value.get('Format'), accept);
      const fault = envelopeFault(parameters.value);
      return fault === undefined ? readAssumeRole(parameters.value) : err(malformedCall(fault));
    },
    grant: (granted) => render(200, `${ACTION}Response`, answerOf(granted), format),
    refuse: (failure, requestId) => refusal(failure, requestId, publicUrl, format),
  };
}

async function readCall(request: HonoRequest, search: string): Promise<Result<WireParameters, Failure>> {
  if (request.method !== 'GET' && request.method !== 'POST')
    return err(malformedCall('InvalidAction.NotFound', 'method'));
  const form: Result<string, Failure> = request.method === 'POST' ? await readFormBody(request) : ok('');
  if (!form.ok) return form;
  const parameters = mergeParameters(search.slice(1), form.value);
  return parameters ? ok(parameters) : err(malformedCall('InvalidParameter'));
}

function envelopeFault(parameters: WireParameters): StsErrorCode | undefined {
  const action = parameters.get('Action') ?? '';
  const version = parameters.get('Version') ?? '';
  if (action === '') return 'MissingAction';
  if (version === '') return 'MissingVersion';
  if (version !== VERSION) return 'InvalidVersion';
  return action === ACTION ? undefined : 'InvalidAction.NotFound';
}

const SESSION_NAME = /^[A-Za-z0-9.@_-]{2,64}$/;
const WHOLE_NUMBER = /^[1-9]\d*$/;

/** `Result` without its error's details: STS has one code for each parameter. */
type Read<T> = Result<T, StsErrorCode>;

function readAssumeRole(parameters: WireParameters): Result<CredentialsBody, Failure> {
  const role = readRole(parameters.get('RoleArn'));
  if (!role.ok) return err(malformedCall(role.error));
  const sessionName = parameters.get('RoleSessionName');
  if (sessionName !== undefined && !SESSION_NAME.test(sessionName))
    return err(malformedCall('InvalidParameter.RoleSessionName'));
  const durationSeconds = readDuration(parameters.get('DurationSeconds'));
  if (!durationSeconds.ok) return err(malformedCall(durationSeconds.error));
  const policy = readPolicy(parameters.get('Policy'));
  if (!policy.ok) return err(malformedCall(policy.error));
  const token = parameters.get('OIDCToken');
  return ok({
    role: role.value,
    durationSeconds: durationSeconds.value,
    policy: policy.value,
    // Libraries send a token file as it is, with the line break at its end.
    token: token?.trimEnd(),
  });
}

/** A RoleArn, or the id of a role, for clients that take any text. */
function readRole(text = ''): Read<string> {
  if (text === '') return err('MissingRoleArn');
  return ROLE_ARN.test(text) || RoleId.safeParse(text).success ? ok(text) : err('InvalidParameter.RoleArn');
}

/** Libraries ask for 3,600 s unless told otherwise, so no duration is too long. One below STS's own least is refused, as by STS. */
function readDuration(text: string | undefined): Read<number | undefined> {
  if (text === undefined) return ok(undefined);
  const seconds = WHOLE_NUMBER.test(text) ? Number(text) : 0;
  if (seconds < STS_DURATION_SECONDS.min) return err('InvalidParameter.DurationSeconds');
  return ok(Math.min(seconds, STS_DURATION_SECONDS.max));
}

/** Only its JSON is read: the policy itself is parsed once the caller is known. Its bytes bound the number of its values. */
function readPolicy(text: string | undefined): Read<unknown> {
  if (text === undefined) return ok(undefined);
  if (policyBytes(text) > MAX_SESSION_POLICY_BYTES) return err('InvalidParameter.PolicySize');
  const parsed = parseStrictJson(text);
  return parsed.ok && parsed.value !== undefined ? parsed : err('InvalidParameter.PolicyGrammar');
}

function answerOf(granted: Granted): AnswerBody {
  const { credentials, sourceIdentity, requestId, assumedRoleArn, assumedRoleId, principal } = granted;
  return {
    RequestId: requestId,
    AssumedRoleUser: { Arn: assumedRoleArn, AssumedRoleId: assumedRoleId },
    OIDCTokenInfo: principal.kind === 'oidc' ? tokenInfo(principal) : undefined,
    Credentials: {
      AccessKeyId: credentials.accessKeyId,
      AccessKeySecret: credentials.accessKeySecret,
      SecurityToken: credentials.securityToken,
      Expiration: formatWholeSeconds(credentials.expiresAt),
    },
    SourceIdentity: sourceIdentity,
  };
}

/** What STS tells of a token that it verified. The caller sent the token, and so learns nothing from it. */
function tokenInfo({ claims, issuer, expiresAt }: Principal): AnswerBody {
  const { sub, aud, iat } = claims;
  const issuedAt = readNumericDate(iat);
  return {
    // The token's iss, which is the same byte for byte, or what stands for it in a token without one.
    Issuer: issuer,
    Subject: String(sub),
    ClientIds: [aud ?? []].flat().join(','),
    IssuanceTime: issuedAt && formatWholeSeconds(issuedAt),
    ExpirationTime: expiresAt && formatWholeSeconds(expiresAt),
    VerificationInfo: 'Success',
  };
}

function refusal(failure: Failure, requestId: RequestId, publicUrl: string, format: Format): Answer {
  const { code, status, message } = stsErrorOf(failure);
  const body = { RequestId: requestId, HostId: new URL(publicUrl).host, Code: code, Message: message };
  return render(status, 'Error', body, format, retryHeaders(failure));
}

interface AnswerBody {
  /** A member that is undefined is not written. */
  readonly [name: string]: string | AnswerBody | undefined;
}

function render(
  status: number,
  root: string,
  body: AnswerBody,
  format: Format,
  headers: Answer['headers'] = {},
): Answer {
  return format === 'json'
    ? foreignAnswer(status, 'application/json;charset=utf-8', JSON.stringify(body), headers)
    : foreignAnswer(status, 'text/xml;charset=utf-8', `${XML_HEADER}${toXml(root, body)}`, headers);
}

const XML_HEADER = '<?xml version="1.0" encoding="UTF-8"?>';

const XML_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** All that XML 1.0 (section 2.2) cannot have, not even escaped. A claim may have it. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const escapeXml = (text: string): string =>
  text.replace(NOT_IN_XML, '\u{FFFD}').replace(/[&<>"]/g, (c) => XML_ESCAPES[c] ?? c);

function toXml(name: string, value: string | AnswerBody): string {
  const inner =
    typeof value === 'string'
      ? escapeXml(value)
      : Object.entries(value)
          .map(([member, own]) => (own === undefined ? '' : toXml(member, own)))
          .join('');
  return `<${name}>${inner}</${name}>`;
}
