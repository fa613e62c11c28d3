// The way of every request, whatever carries it: headers → operation → authenticate → decode → authorize → run.
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { err, ok } from '../../shared/kernel/result.ts';
import type { ConditionContext } from '../../shared/ram/evaluate.ts';
import type { CallRecorder } from '../action-trail/call-log.ts';
import type { CloudCaller } from '../iam/identity.ts';
import { type Authenticator, authenticateRequest } from './authenticate-request.ts';
import { authorize, type InstanceLocation, tablesOf } from './authorize.ts';
import { type Outcome, refuse, STATUS_BY_CODE } from './errors.ts';
import { type FaultKind, type OtsFaults, refusalOf } from './ots-faults.ts';
import { decodeRequest, encodeRefusal, encodeResponse, isOperation } from './protocol/codec.ts';
import type { OtsOperation } from './protocol/messages.ts';
import { runOperation } from './run-operation.ts';
import { type OtsHeaders, readOtsHeaders, type Signer, signedResponseHeaders } from './signed-headers.ts';
import type { Store } from './store/store.ts';

const OK_STATUS = 200;

export interface OtsService extends Authenticator, InstanceLocation {
  readonly store: Store;
  readonly faults: OtsFaults;
  readonly clock: () => Date;
  readonly calls: CallRecorder | undefined;
}

export interface OtsRequest {
  readonly method: string;
  /** `/GetRow` */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** undefined: it was larger than any request may be. */
  readonly body: Uint8Array | undefined;
  readonly remoteAddress: string;
}

export interface OtsResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
  /** For the carrier, which does to the answer what the fault plan wants done. */
  readonly fault: FaultKind | undefined;
}

interface Identified {
  readonly operation: OtsOperation;
  readonly headers: OtsHeaders;
  readonly body: Uint8Array;
  readonly caller: CloudCaller;
  readonly now: Date;
}

/** Gives the answer to any request; a planned fault is carried out here or noted for the carrier. */
export async function handleRequest(service: OtsService, request: OtsRequest): Promise<OtsResponse> {
  const identified = identify(service, request);
  if (!identified.ok) return respond(service, request, undefined, identified, undefined);
  const { operation, headers, caller } = identified.value;
  const signer = { accessKeyId: headers.accessKeyId, accessKeySecret: caller.accessKeySecret };
  const fault = service.faults.take(operation);
  const refusal = refusalOf(fault);
  const executed = fault?.kind !== 'hang' && fault?.kind !== 'lost-before-commit';
  if (!executed) return respond(service, request, signer, ok(new Uint8Array()), fault);
  const outcome = refusal ? err(refusal) : await execute(service, request, identified.value, fault);
  record(service, request, identified.value, outcome);
  return respond(service, request, signer, outcome, fault);
}

function record(
  { calls }: OtsService,
  { headers, remoteAddress }: OtsRequest,
  { caller, operation, now }: Identified,
  outcome: Outcome<Uint8Array>,
): void {
  calls?.record({
    ...{ caller, serviceName: 'Ots', eventName: operation, sourceIpAddress: remoteAddress },
    userAgent: headers['user-agent'] ?? '',
    at: now,
    errorCode: outcome.ok ? undefined : outcome.error.code,
  });
}

function identify(service: OtsService, request: OtsRequest): Outcome<Identified> {
  if (request.method !== 'POST') {
    return refuse('OTSMethodNotAllowed', 'Only POST method for requests is supported.');
  }
  const operation = request.path.slice(1);
  if (!isOperation(operation)) {
    return refuse('OTSUnsupportOperation', `Unsupported operation: '${operation}'.`);
  }
  const { body } = request;
  if (body === undefined) return refuse('OTSRequestBodyTooLarge', 'The size of POST data is too large.');
  const headers = readOtsHeaders(request.headers);
  if (!headers.ok) return headers;
  const now = service.clock();
  const caller = authenticateRequest(service, { path: request.path, headers: headers.value, body }, now);
  if (!caller.ok) return caller;
  return ok({ operation, headers: headers.value, body, caller: caller.value, now });
}

async function execute(
  service: OtsService,
  { remoteAddress }: OtsRequest,
  { operation, body, caller, now }: Identified,
  fault: FaultKind | undefined,
): Promise<Outcome<Uint8Array>> {
  const request = decodeRequest(operation, body);
  if (!request.ok) return request;
  const context: ConditionContext = {
    'acs:SourceIp': remoteAddress,
    'acs:CurrentTime': now.toISOString(),
    'acs:SecureTransport': 'false',
  };
  const permitted = authorize(caller, operation, tablesOf(request.value), service, context);
  if (!permitted.ok) return permitted;
  const outcome = await runOperation(operation, { store: service.store, now, fault }, request.value);
  return outcome.ok ? ok(encodeResponse(operation, outcome.value)) : outcome;
}

function respond(
  service: OtsService,
  { path }: OtsRequest,
  signer: Signer | undefined,
  outcome: Outcome<Uint8Array>,
  fault: FaultKind | undefined,
): OtsResponse {
  const body = outcome.ok ? outcome.value : encodeRefusal(outcome.error);
  const headers = signedResponseHeaders(path, body, randomUUID(), service.clock(), signer);
  return { status: outcome.ok ? OK_STATUS : STATUS_BY_CODE[outcome.error.code], headers, body, fault };
}
