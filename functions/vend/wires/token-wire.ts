// The wire of RFC 8693, OAuth 2.0 Token Exchange, at POST /v1/token. The subject token is the proof of identity; `resource` or
// `audience` names the role; the issued token is a set of STS credentials. There are no clients that could authenticate (RFC 8693
// section 2.1 leaves that to the server), no scopes, no actors, and no tokens but these.
import type { HonoRequest } from 'hono';
import { type Answer, foreignAnswer, retryHeaders } from '../../../shared/http/answer.ts';
import { PROBLEMS } from '../../../shared/http/problem.ts';
import type { Failure, FailureCode, RequestReason } from '../../../shared/kernel/failure.ts';
import type { RequestId } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { formatWholeSeconds } from '../../../shared/kernel/whole-seconds.ts';
import { MAX_ROLE_CHARACTERS } from '../request-schemas.ts';
import { mergeParameters, readFormBody, type WireParameters } from './read-parameters.ts';
import type { CredentialsBody, Granted, RevealedCredentials, Wire, WireExchange } from './wire.ts';

export const TOKEN_PATH = '/v1/token';

/** RFC 8693 section 2.1. */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** Section 3. An access token of another service is none of these: Stint refuses it (RFC 9068 section 2.1, `at+jwt`). */
const SUBJECT_TOKEN_TYPES: ReadonlySet<string> = new Set([
  'urn:ietf:params:oauth:token-type:jwt',
  'urn:ietf:params:oauth:token-type:id_token',
]);

/** Section 3 lets others define their own. */
const ISSUED_TOKEN_TYPE = 'urn:stint:params:oauth:token-type:sts-credentials';

export const tokenWire: Wire = {
  name: 'token',
  paths: [TOKEN_PATH],
  shortensDuration: false,
  open: (request) => ({ read: () => readExchange(request), grant: issued, refuse: refused }),
};

async function readExchange(request: HonoRequest): ReturnType<WireExchange['read']> {
  if (request.method !== 'POST') return err(malformed('invalid_request', 'method'));
  const form = await readFormBody(request);
  if (!form.ok) return form;
  const parameters = mergeParameters(form.value);
  if (!parameters) return err(malformed('invalid_request'));
  // A parameter without a value counts as absent (RFC 6749 section 3.2).
  const given = new Map([...parameters].filter(([, value]) => value !== ''));
  const hasHeader = request.header('authorization') !== undefined;
  const fault = hasHeader ? 'invalid_client' : faultOf(given);
  return fault === undefined ? readSubject(given) : err(malformed(fault));
}

/** Ways in which a client would authenticate itself. To ignore one would let it believe that it did. */
const CLIENT_CREDENTIALS = ['client_secret', 'client_assertion'] as const;

/** The first thing that is asked for and that there is not. */
function faultOf(parameters: WireParameters): Fault | undefined {
  const grantType = parameters.get('grant_type');
  if (CLIENT_CREDENTIALS.some((name) => parameters.has(name))) return 'invalid_client';
  if (grantType === undefined) return 'invalid_request';
  if (grantType !== TOKEN_EXCHANGE) return 'unsupported_grant_type';
  if (parameters.has('scope')) return 'invalid_scope';
  const requested = parameters.get('requested_token_type') ?? ISSUED_TOKEN_TYPE;
  if (requested !== ISSUED_TOKEN_TYPE) return 'requested_token_type';
  if (parameters.has('actor_token')) return 'actor_token';
  const type = parameters.get('subject_token_type');
  if (type === undefined) return 'invalid_request';
  return SUBJECT_TOKEN_TYPES.has(type) ? undefined : 'subject_token_type';
}

/** RFC 8693 would take several targets, and STS credentials are of one role. */
function readSubject(parameters: WireParameters): Result<CredentialsBody, Failure> {
  const [role, ...others] = ['resource', 'audience'].flatMap((name) => parameters.get(name) ?? []);
  const token = parameters.get('subject_token');
  if (others.length > 0) return err(malformed('two_targets'));
  if (role === undefined || token === undefined) return err(malformed('invalid_request'));
  // A text that is cut is no role either, and so is an invalid target as any unknown role (RFC 8693 section 2.2.2).
  return ok({ role: role.slice(0, MAX_ROLE_CHARACTERS), token: token.trimEnd() });
}

/** Registered for token endpoints: RFC 6749 section 5.2, RFC 8693 section 2.2.2; the rest from sections 4.1.2.1 and RFC 9470. */
type OauthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'invalid_target'
  | 'insufficient_user_authentication'
  | 'temporarily_unavailable'
  | 'server_error';

/** RFC 8693 section 2.2.2: a subject token that is invalid for any reason is an invalid request. */
const ERRORS = {
  invalid_request: 'invalid_request',
  invalid_token: 'invalid_request',
  access_denied: 'invalid_target',
  step_up_required: 'insufficient_user_authentication',
  not_found: 'invalid_request',
  method_not_allowed: 'invalid_request',
  too_large: 'invalid_request',
  unsupported_media_type: 'invalid_request',
  policy_not_narrower: 'invalid_target',
  policy_too_large: 'invalid_target',
  duration_too_long: 'invalid_target',
  rate_limited: 'temporarily_unavailable',
  internal_error: 'server_error',
  role_misconfigured: 'server_error',
  store_unavailable: 'temporarily_unavailable',
  sts_unavailable: 'temporarily_unavailable',
  audit_unavailable: 'temporarily_unavailable',
  keys_unavailable: 'temporarily_unavailable',
} as const satisfies Readonly<Record<FailureCode, OauthError>>;

interface FaultSpec {
  readonly error: OauthError;
  /** What to do, in the characters of RFC 6749 section 5.2. */
  readonly description: string;
}

/** What is wrong with a malformed request. Those that have the name of their error are the general case of it. */
const FAULTS = {
  invalid_request: {
    error: 'invalid_request',
    description:
      'Send one form with grant_type, subject_token, subject_token_type and either resource or audience, each once.',
  },
  subject_token_type: {
    error: 'invalid_request',
    description: `The subject_token_type of a JWT is ${[...SUBJECT_TOKEN_TYPES].join(' or ')}.`,
  },
  requested_token_type: {
    error: 'invalid_request',
    description: `Only ${ISSUED_TOKEN_TYPE} is issued: leave requested_token_type out.`,
  },
  actor_token: {
    error: 'invalid_request',
    description: 'There are no actors: leave actor_token out.',
  },
  two_targets: {
    error: 'invalid_request',
    description: 'STS credentials are of one role: name it by resource or by audience, not by both.',
  },
  invalid_client: {
    error: 'invalid_client',
    description: 'Clients do not authenticate here: the subject token is the only proof.',
  },
  invalid_scope: {
    error: 'invalid_scope',
    description: 'There are no scopes. Name the role by resource or audience.',
  },
  unsupported_grant_type: {
    error: 'unsupported_grant_type',
    description: `The only grant type is ${TOKEN_EXCHANGE}.`,
  },
} as const satisfies Readonly<Record<string, FaultSpec>>;

type Fault = keyof typeof FAULTS;

const isFault = (text: string): text is Fault => Object.hasOwn(FAULTS, text);

/** The audit row has the fault as its cause. */
const malformed = (fault: Fault, reason: RequestReason = 'body-invalid'): Failure => ({
  code: 'invalid_request',
  reason,
  cause: fault,
});

/** Of a request that is malformed in this dialect: a problem would speak of JSON and of its member `errors`. */
function faultIn({ code, cause = '' }: Failure): FaultSpec | undefined {
  if (code !== 'invalid_request' && code !== 'unsupported_media_type') return undefined;
  return FAULTS[isFault(cause) ? cause : 'invalid_request'];
}

/** 400 where RFC 6749 section 5.2 does not say otherwise; what is not the client's fault has the status of a problem. */
function statusOf(failure: Failure, error: OauthError): number {
  if (failure.reason === 'method') return 405;
  if (error === 'invalid_client') return 401;
  const { status } = PROBLEMS[failure.code];
  return status === 429 || status >= 500 ? status : 400;
}

function refused(failure: Failure, requestId: RequestId): Answer {
  const fault = faultIn(failure);
  const { error, description } = fault ?? {
    error: ERRORS[failure.code],
    description: PROBLEMS[failure.code].detail,
  };
  const status = statusOf(failure, error);
  const body = { error, error_description: description, requestId };
  return oauthAnswer(status, body, {
    ...retryHeaders(failure),
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="stint"' } : {}),
    ...(status === 405 ? { allow: 'POST' } : {}),
  });
}

/** Section 2.2.1. STS credentials are no access token that a client could send as a bearer: the token type is `N_A`. */
const issued = ({ credentials, now, requestId }: Granted): Answer =>
  oauthAnswer(200, {
    access_token: encodeCredentials(credentials),
    issued_token_type: ISSUED_TOKEN_TYPE,
    token_type: 'N_A',
    expires_in: Math.floor((credentials.expiresAt.getTime() - now.getTime()) / 1000),
    requestId,
  });

/** The members of Alibaba Cloud's own answers, so that what reads those reads these. */
function encodeCredentials(credentials: RevealedCredentials): string {
  const members = {
    AccessKeyId: credentials.accessKeyId,
    AccessKeySecret: credentials.accessKeySecret,
    SecurityToken: credentials.securityToken,
    Expiration: formatWholeSeconds(credentials.expiresAt),
  };
  return Buffer.from(JSON.stringify(members)).toString('base64url');
}

/** RFC 6749 section 5.1 wants Pragma too. */
const oauthAnswer = (status: number, body: object, headers: Answer['headers'] = {}): Answer =>
  foreignAnswer(status, 'application/json', JSON.stringify(body), { pragma: 'no-cache', ...headers });
