// The `tablestore` SDK made safe: parsed error codes, live credentials, a deadline for every call, retries that
// fire. Holds no table and no row of Stint's. The SDK's faults are listed at each remedy.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import pRetry, { AbortError } from 'p-retry';
import TableStore from 'tablestore';
import protocol from 'tablestore/lib/protocol/tablestore_compiled_proto.js';
import { err, ok, type Result } from '../../kernel/result.ts';
import { withinDeadline } from '../../kernel/within-deadline.ts';
import type { CloudCredentials } from '../alibaba-cloud/cloud-credentials.ts';
import { endLateRequestsOf } from '../alibaba-cloud/end-late-requests.ts';
import { FaultError, mayRepeat, type TablestoreFault } from './tablestore-fault.ts';

/** One attempt; Tablestore answers in milliseconds, so a longer wait is an outage. */
const ATTEMPT_DEADLINE_MS = 2_000;
/** Extra attempts: enough for a partition split (some 100 ms), few enough to fail within a caller's patience. */
const RETRIES = 3;
const FIRST_RETRY_MS = 50;
const MAX_SOCKETS = 50;

export interface TablestoreOptions {
  readonly endpoint: string;
  readonly instance: string;
  readonly credentials: () => CloudCredentials;
  /** For tests, which must not wait. */
  readonly timing?: { readonly attemptDeadlineMs: number; readonly firstRetryMs: number };
}

const TIMING = { attemptDeadlineMs: ATTEMPT_DEADLINE_MS, firstRetryMs: FIRST_RETRY_MS };

export interface TablestoreSdk {
  /** Calls the SDK with deadline and retries; `idempotent` says whether an unknown outcome may be repeated. */
  call<T>(
    idempotent: boolean,
    operation: (client: TableStore.Client) => Promise<T>,
  ): Promise<Result<T, TablestoreFault>>;
}

/** The SDK looks for XML and loses the code, and with it its own retries: read the protobuf error instead. */
function extractError(response: { httpResponse: TableStore.HttpResponse; error?: Error }): void {
  const { body, headers } = response.httpResponse;
  const requestId = headers['x-ots-requestid'];
  let code = 'Unreadable';
  try {
    code = protocol.main.proto.Error.decode(body).code;
  } catch {
    // A proxy's page or a cut body: what happened at the service is unknown.
  }
  response.error = new FaultError({ code, requestId });
}

/** Kept alive: else a TLS handshake for each call. The time limit also ends a connection that is never accepted. */
function createAgent(endpoint: string): HttpAgent {
  const Agent = endpoint.startsWith('https:') ? HttpsAgent : HttpAgent;
  return new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, timeout: ATTEMPT_DEADLINE_MS });
}

function createClient(options: TablestoreOptions, agent: HttpAgent): TableStore.Client {
  const client = new TableStore.Client({
    endpoint: options.endpoint,
    instancename: options.instance,
    maxRetries: 0, // the SDK's own retry setting is global to the process
    httpOptions: {
      timeout: ATTEMPT_DEADLINE_MS,
      agent,
    },
  });
  client.extractError = extractError;
  client.config.getCredentials = () => {
    const { accessKeyId, accessKeySecret, securityToken } = options.credentials();
    return { accessKeyId, secretAccessKey: accessKeySecret.reveal(), securityToken: securityToken?.reveal() };
  };
  return client;
}

/** A response cut in the middle never settles the SDK's promise, so the deadline is ours. */
const deadlineError = () => new FaultError({ code: 'Network', requestId: undefined });

const faultOf = (error: unknown): TablestoreFault =>
  error instanceof FaultError ? error.fault : { code: 'Network', requestId: undefined };

/** Opens the SDK's client; the first call connects. Each attempt has 2 s; a call is repeated three times at most. */
export function openTablestore(options: TablestoreOptions): TablestoreSdk {
  const agent = createAgent(options.endpoint);
  const client = createClient(options, agent);
  const { attemptDeadlineMs, firstRetryMs } = options.timing ?? TIMING;
  endLateRequestsOf(agent, attemptDeadlineMs);
  const attempt = async <T>(idempotent: boolean, operation: (client: TableStore.Client) => Promise<T>) => {
    try {
      return await withinDeadline(attemptDeadlineMs, () => operation(client), deadlineError);
    } catch (error) {
      const fault = faultOf(error);
      const failure = new FaultError(fault);
      throw mayRepeat(fault, idempotent) ? failure : new AbortError(failure);
    }
  };
  return {
    async call(idempotent, operation) {
      try {
        return ok(
          await pRetry(() => attempt(idempotent, operation), {
            retries: RETRIES,
            minTimeout: firstRetryMs,
            randomize: true,
          }),
        );
      } catch (error) {
        return err(faultOf(error));
      }
    },
  };
}
