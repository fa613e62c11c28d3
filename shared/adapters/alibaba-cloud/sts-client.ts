// Calls to STS: the SDK's models of the request and of the answer, over a transport of our own with live credentials and a deadline
// for each attempt. The SDK's client is not loaded: all that it would do between the models and the transport is to name the call.
import { randomUUID } from 'node:crypto';
import type { AssumeRoleResponse } from '@alicloud/sts20150401';
import { parseStrictJson } from '../../kernel/parse-strict-json.ts';
import { createSharedDeadline } from '../../kernel/shared-deadline.ts';
import { acs3Headers, signAcs3 } from '../../kernel/sign-acs3.ts';
import { formatWholeSeconds } from '../../kernel/whole-seconds.ts';
import type { AssumeRoleInput } from '../../pipeline/assume/role-assumer.ts';
import type { CloudCredentials } from './cloud-credentials.ts';
import { type Exchange, openExchange } from './kept-alive-exchange.ts';
import { REDIRECT_STATUS, StsAnswerError } from './sts-fault.ts';

/** STS answers within some 100 ms; two retries still fit a caller's patience. */
const ATTEMPT_DEADLINE_MS = 2_500;
/** The answer to AssumeRole has some 3 KB. */
const MAX_ANSWER_BYTES = 1_000_000;

/** What is sent of it. Of a session policy, only its text is. */
export type StsOrder = Omit<AssumeRoleInput, 'sessionPolicy'> & {
  readonly sessionPolicy: { readonly json: string };
};

export interface StsClient {
  assumeRole(order: StsOrder): Promise<AssumeRoleResponse>;
  /** Resolves when STS knows our own credentials; rejects otherwise. */
  probe(): Promise<void>;
  /** Calls with other credentials, over the same connections. */
  withCredentials(credentials: () => CloudCredentials): StsClient;
}

export interface StsOptions {
  readonly endpoint: string;
  readonly credentials: () => CloudCredentials;
  /** For tests, which must not wait. */
  readonly attemptDeadlineMs?: number;
}

const deadlineError = () => new StsAnswerError({ kind: 'unavailable', cause: 'deadline' });

function readJson(text: string): object {
  const read = parseStrictJson(text);
  if (read.ok && typeof read.value === 'object' && read.value !== null) return read.value;
  throw new StsAnswerError({ kind: 'unusable', cause: 'answer-not-json' });
}

const NO_BODY = new Uint8Array();
const FIRST_STATUS_OF_ERRORS = 400;

interface StsCall {
  readonly action: string;
  readonly version: string;
  readonly query: Readonly<Record<string, string>>;
}

/** With %20 for a space, as it is signed. */
const formatQuery = (query: StsCall['query']): string =>
  Object.entries(query)
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&');

/** Milliseconds, as the SDK takes it (openapi-core, getThrottlingTimeLeft). */
const RETRY_AFTER_HEADER = 'x-acs-retry-after';

/** In the form that classifyStsError reads: the status, and STS's code where there is one. */
function stsError(status: number, text: string, retryAfter: unknown): Error {
  let code: unknown;
  try {
    code = Reflect.get(readJson(text), 'Code');
  } catch {
    // A page of a proxy: the status says enough.
  }
  return Object.assign(new Error('sts'), { statusCode: status, code, retryAfter });
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/**
 * Whether the answer, where it names a session, names the one that was asked for: `acs:ram::<account>:role/<role>/<session>`. HTTP does
 * not say which request an answer is for, and credentials of another session would be another caller's. STS may write the name of a
 * role in other case.
 */
function isOfSession(
  body: object,
  { RoleArn = '', RoleSessionName: session = '' }: StsCall['query'],
): boolean {
  const arn = memberOf(memberOf(body, 'AssumedRoleUser'), 'Arn');
  if (arn === undefined) return true;
  if (typeof arn !== 'string') return false;
  const [role, name] = [arn.slice(0, -session.length), arn.slice(-session.length)];
  return name === session && role.toLowerCase() === `${RoleArn}/`.toLowerCase();
}

/** Sends a call signed with the key of the moment, by "V3 request syntax and signature" as the SDK does. */
function createTransport(endpoint: string, exchange: Exchange, credentials: StsOptions['credentials']) {
  const { host } = new URL(endpoint);
  return async ({ action, version, query }: StsCall): Promise<object> => {
    const { accessKeyId, accessKeySecret, securityToken } = credentials();
    const [date, nonce] = [formatWholeSeconds(new Date()), randomUUID()];
    const call = { host, action, version, query, date, nonce, securityToken: securityToken?.reveal() };
    const signature = signAcs3(call, accessKeySecret.reveal());
    const headers = { ...acs3Headers(call, { accessKeyId, signature }), 'content-length': 0 };
    const { response, content, end } = await exchange(`/?${formatQuery(query)}`, headers, NO_BODY);
    const { statusCode = 0 } = response;
    if (statusCode === REDIRECT_STATUS) throw new StsAnswerError({ kind: 'throttled', cause: 'status-302' });
    const text = content.toString('utf8');
    if (statusCode >= FIRST_STATUS_OF_ERRORS)
      throw stsError(statusCode, text, response.headers[RETRY_AFTER_HEADER]);
    const body = readJson(text);
    if (!isOfSession(body, query)) {
      end();
      throw new StsAnswerError({ kind: 'unusable', cause: 'answer-of-another-session' });
    }
    return { statusCode, headers: {}, body };
  };
}

const VERSION = '2015-04-01';

async function createClient(options: StsOptions): Promise<StsClient> {
  const { AssumeRoleRequest } = await import('@alicloud/sts20150401/dist/models/AssumeRoleRequest.js');
  const { AssumeRoleResponse } = await import('@alicloud/sts20150401/dist/models/AssumeRoleResponse.js');
  const { cast } = await import('@darabonba/typescript');
  const deadlineMs = options.attemptDeadlineMs ?? ATTEMPT_DEADLINE_MS;
  const exchange = openExchange(options.endpoint, { deadlineMs, maxBytes: MAX_ANSWER_BYTES });
  const inTime = createSharedDeadline(deadlineMs);
  const clientWith = (credentials: StsOptions['credentials']): StsClient => {
    const send = createTransport(options.endpoint, exchange, credentials);
    const call = (action: string, query: StsCall['query']) =>
      inTime(() => send({ action, version: VERSION, query }), deadlineError);
    return {
      async assumeRole(order) {
        const request = new AssumeRoleRequest({
          roleArn: order.roleArn,
          roleSessionName: order.sessionName,
          durationSeconds: order.durationSeconds,
          policy: order.sessionPolicy.json,
          externalId: order.externalId,
          sourceIdentity: order.sourceIdentity,
        });
        const answer = await call('AssumeRole', parametersOf(request.toMap()));
        try {
          return cast(answer, new AssumeRoleResponse({}));
        } catch {
          // A member is of another kind. STS has made a credential: to ask again would make one more that is lost.
          throw new StsAnswerError({ kind: 'unusable', cause: 'answer-incomplete' });
        }
      },
      async probe() {
        await call('GetCallerIdentity', {});
      },
      withCredentials: clientWith,
    };
  };
  return clientWith(options.credentials);
}

/** Those that are set, as text. AssumeRole has none that is a list or an object. */
const parametersOf = (named: Readonly<Record<string, unknown>>): StsCall['query'] =>
  Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]])),
  );

/** Loads the SDK's models once, with the first call: no health check needs them. */
export function lazyStsClient(options: StsOptions): () => Promise<StsClient> {
  let client: Promise<StsClient> | undefined;
  return () => {
    // A failure to load it must not be what all later callers are given.
    client ??= createClient(options).catch((error: unknown) => {
      client = undefined;
      throw error;
    });
    return client;
  };
}
