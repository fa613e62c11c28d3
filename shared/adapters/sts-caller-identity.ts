// Sends the request that a caller signed to the configured STS, once, and returns the answer unread. Follows no
// redirect and repeats nothing: a nonce works once, so a second try could only be refused.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import * as z from 'zod';
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import { err, type Result } from '../kernel/result.ts';
import type { CallerFault, CallerIdentities } from '../ports.ts';
import { readCappedBody } from './read-capped-body.ts';
import { type RebuiltRequest, rebuildCallerRequest } from './rebuild-caller-request.ts';
import { classifyStsError, REDIRECT_STATUS } from './sts-fault.ts';

/** An answer has some 300 bytes, an error with its details some 2,000. */
const MAX_ANSWER_BYTES = 16_384;
/** From connecting to the last byte. */
const DEADLINE_MS = 2_500;
/** Whoever sends made-up proofs holds at most so many connections of an instance, and waits for no more. */
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

function send(endpoint: URL, rebuilt: RebuiltRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const start = endpoint.protocol === 'https:' ? httpsRequest : httpRequest;
  const { method, pathAndQuery: path, headers, body } = rebuilt;
  // A connection of its own: one that was kept may have died while the instance was frozen, and nothing is repeated.
  const options = {
    host: endpoint.hostname,
    port: endpoint.port,
    path,
    method,
    headers,
    signal,
    agent: false,
  };
  return new Promise((resolve, reject) => {
    start(options, resolve).on('error', reject).end(body);
  });
}

/** What varies from one rebuilt request to the next is the caller's, so a code about anything else is the caller's. */
function refusal(status: number, body: unknown): CallerFault {
  const parsed = StsError.safeParse(body);
  const code = parsed.success ? parsed.data.Code : '';
  const classified = classifyStsError({ statusCode: status, code });
  const isCallers = classified.kind === 'refused' && classified.cause === code && !OWN_FAULT.test(code);
  return classified.kind !== 'refused' || isCallers ? classified : { ...classified, kind: 'unusable' };
}

async function readAnswer(response: IncomingMessage): Promise<Result<unknown, CallerFault>> {
  const { statusCode = 0 } = response;
  if (statusCode === REDIRECT_STATUS) return fault('throttled', 'status-302');
  if (statusCode > 200 && statusCode < 400) return fault('unusable', `status-${statusCode}`);
  const text = await readCappedBody(response, MAX_ANSWER_BYTES);
  const body = text === undefined ? undefined : parseStrictJson(text);
  if (statusCode !== 200) return err(refusal(statusCode, body?.ok ? body.value : undefined));
  if (!body) return fault('unusable', 'answer-too-large');
  return body.ok ? body : fault('unusable', 'answer-not-json');
}

export function createCallerIdentities(options: CallerIdentityOptions): CallerIdentities {
  const endpoint = new URL(options.endpoint);
  const { deadlineMs = DEADLINE_MS, maxInFlight = MAX_IN_FLIGHT } = options;
  let inFlight = 0;

  const ask = async (rebuilt: RebuiltRequest): Promise<Result<unknown, CallerFault>> => {
    const signal = AbortSignal.timeout(deadlineMs);
    let response: IncomingMessage | undefined;
    try {
      response = await send(endpoint, rebuilt, signal);
      return await readAnswer(response);
    } catch {
      return fault('unavailable', signal.aborted ? 'deadline' : 'unreachable');
    } finally {
      response?.destroy();
    }
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
