// The `tablestore` SDK made safe: a transport of our own, a deadline for every call, retries that fire. Holds no table and no
// row of Stint's.
import pRetry, { AbortError } from 'p-retry';
import TableStore from 'tablestore';
import { err, ok, type Result } from '../../kernel/result.ts';
import { createSharedDeadline } from '../../kernel/shared-deadline.ts';
import type { CloudCredentials } from '../alibaba-cloud/cloud-credentials.ts';
import { isCertificateFault } from '../http/fetch-within.ts';
import { FaultError, mayRepeat, type TablestoreFault, UNREACHABLE } from './tablestore-fault.ts';
import { createTransport } from './tablestore-transport.ts';

/** One attempt; Tablestore answers in milliseconds, so a longer wait is an outage. */
const ATTEMPT_DEADLINE_MS = 2_000;
/** Extra attempts: enough for a partition split (some 100 ms), few enough to fail within a caller's patience. */
const RETRIES = 3;
const FIRST_RETRY_MS = 50;

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
  call<T>(idempotent: boolean, operation: Operation<T>): Promise<Result<T, TablestoreFault>>;
}

type Operation<T> = (client: TableStore.Client) => Promise<T>;

/** The SDK's client, whose calls go through our transport: all of its operations end in makeRequest. */
function createClient(options: TablestoreOptions, deadlineMs: number): TableStore.Client {
  const { endpoint, instance, credentials } = options;
  const client = new TableStore.Client({ endpoint, instancename: instance });
  client.makeRequest = createTransport({ endpoint, instance, credentials, deadlineMs });
  return client;
}

/** Depends on no event of the connection. */
const deadlineError = () => new FaultError({ code: UNREACHABLE, requestId: undefined });

const faultOf = (error: unknown): TablestoreFault =>
  error instanceof FaultError
    ? error.fault
    : { code: isCertificateFault(error) ? 'Certificate' : UNREACHABLE, requestId: undefined };

/** Opens the SDK's client; the first call connects. Each attempt has 2 s; a call is repeated three times at most. */
export function openTablestore(options: TablestoreOptions): TablestoreSdk {
  const { attemptDeadlineMs, firstRetryMs } = options.timing ?? TIMING;
  const client = createClient(options, attemptDeadlineMs);
  const inTime = createSharedDeadline(attemptDeadlineMs);
  const attempt = async <T>(operation: Operation<T>): Promise<Result<T, TablestoreFault>> => {
    try {
      return ok(await inTime(() => operation(client), deadlineError));
    } catch (error) {
      return err(faultOf(error));
    }
  };
  return {
    async call(idempotent, operation) {
      const first = await attempt(operation);
      if (first.ok || !mayRepeat(first.error, idempotent)) return first;
      // Only a call that failed pays for the retries, of which the first attempt is one.
      return repeat(idempotent, firstRetryMs, (number) => (number === 1 ? first : attempt(operation)));
    },
  };
}

/** Makes attempts, with growing pauses between them, until one succeeds or fails for good. */
async function repeat<T>(
  idempotent: boolean,
  firstRetryMs: number,
  attempt: (number: number) => Promise<Result<T, TablestoreFault>> | Result<T, TablestoreFault>,
): Promise<Result<T, TablestoreFault>> {
  const tryOnce = async (number: number): Promise<T> => {
    const attempted = await attempt(number);
    if (attempted.ok) return attempted.value;
    const failure = new FaultError(attempted.error);
    throw mayRepeat(attempted.error, idempotent) ? failure : new AbortError(failure);
  };
  try {
    return ok(await pRetry(tryOnce, { retries: RETRIES, minTimeout: firstRetryMs, randomize: true }));
  } catch (error) {
    return err(faultOf(error));
  }
}
