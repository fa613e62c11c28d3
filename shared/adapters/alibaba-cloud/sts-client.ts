// The STS SDK: live credentials, a deadline for each attempt, and the status of answers that it would lose.
import type { AssumeRoleResponse } from '@alicloud/sts20150401';
import { withinDeadline } from '../../kernel/within-deadline.ts';
import type { AssumeRoleInput } from '../../pipeline/assume/role-assumer.ts';
import { type CloudCredentials, credentialSource } from './cloud-credentials.ts';
import { endLateRequestsTo } from './end-late-requests.ts';
import { REDIRECT_STATUS, StsAnswerError } from './sts-fault.ts';

/** STS answers within some 100 ms; two retries still fit a caller's patience. */
const ATTEMPT_DEADLINE_MS = 2_500;

export interface StsClient {
  assumeRole(order: AssumeRoleInput): Promise<AssumeRoleResponse>;
  /** Resolves when STS knows our own credentials; rejects otherwise. */
  probe(): Promise<void>;
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

async function createClient(options: StsOptions): Promise<StsClient> {
  const { default: sdk } = await import('@alicloud/sts20150401');
  const { RuntimeOptions } = await import('@darabonba/typescript');

  /** The SDK parses every answer below 400 as JSON, so a throttling redirect would look like a broken answer. */
  class StatusAwareClient extends sdk.default {
    override async callApi(
      ...[params, request, runtime]: Parameters<InstanceType<typeof sdk.default>['callApi']>
    ) {
      params.bodyType = 'string';
      const answer = await super.callApi(params, request, runtime);
      if (answer['statusCode'] === REDIRECT_STATUS) {
        throw new StsAnswerError({ kind: 'throttled', cause: 'status-302' });
      }
      return { ...answer, body: readJson(String(answer['body'])) };
    }
  }

  const { host, protocol } = new URL(options.endpoint);
  const deadlineMs = options.attemptDeadlineMs ?? ATTEMPT_DEADLINE_MS;
  endLateRequestsTo(options.endpoint, deadlineMs);
  // The SDK's own types ask for its credential class; it uses only getCredential().
  const config = {
    endpoint: host,
    protocol: protocol.replace(':', ''),
    credential: credentialSource(options.credentials),
  };
  const client = new StatusAwareClient(config as ConstructorParameters<typeof sdk.default>[0]);
  const runtime = new RuntimeOptions({
    connectTimeout: deadlineMs,
    readTimeout: deadlineMs,
  });
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
      return withinDeadline(deadlineMs, () => client.assumeRoleWithOptions(request, runtime), deadlineError);
    },
    async probe() {
      await withinDeadline(deadlineMs, () => client.getCallerIdentityWithOptions(runtime), deadlineError);
    },
  };
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
