// The STS SDK over a transport of our own: its requests and answers, live credentials, and a deadline for each attempt.
import { randomUUID } from 'node:crypto';
import type { AssumeRoleResponse } from '@alicloud/sts20150401';
import { acs3Headers, signAcs3 } from '../../kernel/sign-acs3.ts';
import { formatWholeSeconds } from '../../kernel/whole-seconds.ts';
import { withinDeadline } from '../../kernel/within-deadline.ts';
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
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // falls through: not an answer of STS
  }
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

/** Sends a call signed with the key of the moment, by "V3 request syntax and signature" as the SDK does. */
function createTransport(endpoint: string, exchange: Exchange, credentials: StsOptions['credentials']) {
  const { host } = new URL(endpoint);
  return async ({ action, version, query }: StsCall): Promise<object> => {
    const { accessKeyId, accessKeySecret, securityToken } = credentials();
    const [date, nonce] = [formatWholeSeconds(new Date()), randomUUID()];
    const call = { host, action, version, query, date, nonce, securityToken: securityToken?.reveal() };
    const signature = signAcs3(call, accessKeySecret.reveal());
    const headers = { ...acs3Headers(call, { accessKeyId, signature }), 'content-length': 0 };
    const { response, content } = await exchange(`/?${formatQuery(query)}`, headers, NO_BODY);
    const { statusCode = 0 } = response;
    if (statusCode === REDIRECT_STATUS) throw new StsAnswerError({ kind: 'throttled', cause: 'status-302' });
    const text = content.toString('utf8');
    if (statusCode >= FIRST_STATUS_OF_ERRORS)
      throw stsError(statusCode, text, response.headers[RETRY_AFTER_HEADER]);
    return { statusCode, headers: {}, body: readJson(text) };
  };
}

async function createClient(options: StsOptions): Promise<StsClient> {
  const { default: sdk } = await import('@alicloud/sts20150401');
  const { RuntimeOptions } = await import('@darabonba/typescript');
  const deadlineMs = options.attemptDeadlineMs ?? ATTEMPT_DEADLINE_MS;
  const exchange = openExchange(options.endpoint, { deadlineMs, maxBytes: MAX_ANSWER_BYTES });
  type Send = ReturnType<typeof createTransport>;

  /** All calls of the SDK end in callApi. Its own keeps no connection and takes a throttling redirect for a broken answer. */
  class KeptAliveClient extends sdk.default {
    readonly #send: Send;

    constructor(send: Send) {
      super({ endpoint: new URL(options.endpoint).host } as ConstructorParameters<typeof sdk.default>[0]);
      this.#send = send;
    }

    override async callApi(
      ...[{ action, version }, { query }]: Parameters<InstanceType<typeof sdk.default>['callApi']>
    ) {
      return this.#send({ action: action ?? '', version: version ?? '', query: query ?? {} });
    }
  }

  const runtime = new RuntimeOptions({});
  const clientWith = (credentials: StsOptions['credentials']): StsClient => {
    const client = new KeptAliveClient(createTransport(options.endpoint, exchange, credentials));
    return {
      assumeRole(order) {
        const request = new sdk.AssumeRoleRequest({
          roleArn: order.roleArn,
          roleSessionName: order.sessionName,
          durationSeconds: order.durationSeconds,
          policy: order.sessionPolicy.json,
          externalId: order.externalId,
          sourceIdentity: order.sourceIdentity,
        });
        return withinDeadline(
          deadlineMs,
          () => client.assumeRoleWithOptions(request, runtime),
          deadlineError,
        );
      },
      async probe() {
        await withinDeadline(deadlineMs, () => client.getCallerIdentityWithOptions(runtime), deadlineError);
      },
      withCredentials: clientWith,
    };
  };
  return clientWith(options.credentials);
}

/** Loads the SDK once, with the first call: it is the largest part of the bundle and no health check needs it. */
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
