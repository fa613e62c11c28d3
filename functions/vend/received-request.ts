// A request as app.ts hands it to its endpoint, and how its parts are read from HTTP.
import type { Context, HonoRequest } from 'hono';
import { requestOrigin } from '../../shared/http/cors.ts';
import { readJsonBody, readOptionalJsonBody } from '../../shared/http/read-json-body.ts';
import { requestIdOf } from '../../shared/http/request-id.ts';
import { clientAddress } from '../../shared/kernel/client-address.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import type { RequestWatch } from '../../shared/kernel/request-watch.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import type { RequestMetadata } from '../../shared/pipeline/audit/record-outcome.ts';
import { isFromGateway } from '../../shared/pipeline/authenticate/certificate/is-from-gateway.ts';
import type { DpopHeader } from '../../shared/pipeline/authenticate/dpop/dpop-proof.ts';
import type { GatewayCertificate, Presented } from '../../shared/pipeline/authenticate/read-proof.ts';
import type { AuditAndRespond } from './audit-and-respond.ts';
import type { VendDeps } from './deps.ts';
import { type Arrived, readArrived } from './describe-arrival.ts';

export interface ProofAndBody {
  /** Every place where a proof of identity may be, except the body. */
  readonly presented: Omit<Presented, 'bodyToken'>;
  /** The body's JSON, unchecked; undefined when there is none and none is required. */
  readonly body: Result<unknown, Failure>;
  /** Absent in the wires of others, which cannot ask for it. */
  readonly arrived?: (() => Arrived) | undefined;
}

export interface ReceivedRequest extends ProofAndBody {
  readonly metadata: RequestMetadata;
  readonly watch: RequestWatch;
  /** Every answer goes through this: it writes the audit row first. */
  readonly auditAndRespond: AuditAndRespond;
}

export function requestIdIn(c: Context, { requestIdHeader }: VendDeps): RequestId {
  return requestIdOf(requestIdHeader === undefined ? undefined : c.req.header(requestIdHeader));
}

export function metadataIn(
  c: Context,
  { action, wire }: Pick<RequestMetadata, 'action' | 'wire'>,
  deps: VendDeps,
): RequestMetadata {
  const address = deps.clientIpHeader === undefined ? undefined : c.req.header(deps.clientIpHeader);
  return {
    requestId: requestIdIn(c, deps),
    action,
    wire,
    clientAddress: clientAddress(address),
    origin: requestOrigin(c.req.header('origin')),
  };
}

const presentedIn = (c: Context, deps: VendDeps): ProofAndBody['presented'] => ({
  authorization: c.req.header('authorization'),
  dpop: dpopIn(c, deps),
  certificate: certificateIn(c, deps),
});

/** The URL is the one that callers use: behind a gateway the function sees another. */
function dpopIn(c: Context, { publicUrl }: VendDeps): DpopHeader | undefined {
  const text = c.req.header('dpop');
  if (text === undefined) return undefined;
  const url = publicUrl.replace(/\/$/, '') + new URL(c.req.url).pathname;
  return { text, request: { method: c.req.method, url } };
}

/** An empty header counts as none: a gateway sends one when its client showed no certificate. */
function certificateIn(c: Context, { gateway }: VendDeps): GatewayCertificate | undefined {
  const text = gateway && c.req.header(gateway.certificateHeader);
  if (!gateway || !text) return undefined;
  return { text, fromGateway: isFromGateway(c.req.header(gateway.proofHeader), gateway.proofHashes) };
}

const READERS = {
  none: async () => ok(undefined),
  optional: readOptionalJsonBody,
  required: readJsonBody,
} as const satisfies Record<string, (request: HonoRequest) => Promise<Result<unknown, Failure>>>;

/** Whether an endpoint takes a body. `optional`: it can only hold the token, which a header can hold instead. */
export type BodyRule = keyof typeof READERS;

export async function receive(c: Context, body: BodyRule, deps: VendDeps): Promise<ProofAndBody> {
  return {
    presented: presentedIn(c, deps),
    body: await READERS[body](c.req),
    arrived: () => readArrived((name) => c.req.header(name), deps),
  };
}
