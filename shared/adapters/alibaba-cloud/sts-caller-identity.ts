// Sends the request that a caller signed to the configured STS, once, and returns the answer unread. Follows no
// redirect and repeats nothing: a nonce works once, so a second try could only be refused.
import * as z from 'zod';
import { parseStrictJson } from '../../kernel/parse-strict-json.ts';
import { err, type Result } from '../../kernel/result.ts';
import type { CallerFault, CallerIdentities } from '../../pipeline/authenticate/aliyun/caller-identities.ts';
import { askServer, type ServerAnswer, type ServerFault } from '../http/ask-server.ts';
import { type RebuiltRequest, rebuildCallerRequest } from './rebuild-caller-request.ts';
import { classifyStsError, REDIRECT_STATUS } from './sts-fault.ts';

/** An answer has some 300 bytes, an error with its details some 2,000. */
const MAX_ANSWER_BYTES = 16_384;
const DEADLINE_MS = 2_500;
const HTTP_OK = 200;
/** Bounds the connections of an instance that invalid proofs can hold; calls over the limit are refused at once. */
const MAX_IN_FLIGHT = 50;

const StsError = z.object({ Code: z.string() });

/** Codes about what Stint itself writes into the request: STS is not the one that was configured, or has changed. */
const OWN_FAULT = /^(?:InvalidAction|InvalidVersion|MissingAction|MissingVersion|InvalidParameter)\b/;

export interface CallerIdentityOptions {
  readonly endpoint: string;
  /** For tests, which must not wait. */
  readonly deadlineMs?: number;
  readonly maxInFlight?: number;
}

const fault = (kind: CallerFault['kind'], cause: string) => err({ kind, cause });

/** All that varies between rebuilt requests comes from the caller, so codes other than OWN_FAULT are the caller's fault. */
function refusal(status: number, body: unknown): CallerFault {
  const parsed = StsError.safeParse(body);
  const code = parsed.success ? parsed.data.Code : '';
  const classified = classifyStsError({ statusCode: status, code });
  const isCallers = classified.kind === 'refused' && classified.cause === code && !OWN_FAULT.test(code);
  return classified.kind !== 'refused' || isCallers ? classified : { ...classified, kind: 'unusable' };
}

/** The body of a redirect is not read. */
const readsBodyOf = (status: number): boolean => status === HTTP_OK || status >= 400;

function readAnswer({ status, text }: ServerAnswer): Result<unknown, CallerFault> {
  if (status === REDIRECT_STATUS) return fault('throttled', 'status-302');
  if (status !== HTTP_OK && status < 400) return fault('unusable', `status-${status}`);
  const body = text === undefined ? undefined : parseStrictJson(text);
  if (status !== HTTP_OK) return err(refusal(status, body?.ok ? body.value : undefined));
  if (!body) return fault('unusable', 'answer-too-large');
  return body.ok ? body : fault('unusable', 'answer-not-json');
}

const unanswered = (cause: ServerFault): Result<never, CallerFault> =>
  cause === 'unreadable' ? fault('unusable', 'answer-not-json') : fault('unavailable', cause);

/**
 * The port to GetCallerIdentity at the configured STS. `throttled`: STS, or this instance's own limit of calls in
 * flight; `unusable`: the answer is not one of STS, or Stint's own part of the request was refused.
 */
export function createCallerIdentities(options: CallerIdentityOptions): CallerIdentities {
  const endpoint = new URL(options.endpoint);
  const { deadlineMs = DEADLINE_MS, maxInFlight = MAX_IN_FLIGHT } = options;
  let inFlight = 0;

  const ask = async (rebuilt: RebuiltRequest): Promise<Result<unknown, CallerFault>> => {
    const { method, pathAndQuery: path, headers, body } = rebuilt;
    const wanted = { method, path, headers, body, deadlineMs, maxBytes: MAX_ANSWER_BYTES, readsBodyOf };
    const answer = await askServer(endpoint, wanted);
    return answer.ok ? readAnswer(answer.value) : unanswered(answer.error);
  };

  return {
    async whoSigned(proof, audience) {
      if (inFlight >= maxInFlight) return fault('throttled', 'too-many-in-flight');
      inFlight += 1;
      try {
        return await ask(rebuildCallerRequest(proof, endpoint.host, audience));
      } finally {
        inFlight -= 1;
      }
    },
  };
}
