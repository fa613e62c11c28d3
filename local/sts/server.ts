// The local STS over HTTP. Verifies signatures, evaluates policies and refuses as the real one documents.
import type { LocalIam } from '../iam/local-iam.ts';
import { openAuthentication } from '../rpc/authenticate-caller.ts';
import type { RpcRequest } from '../rpc/rpc-request.ts';
import { type ListenOptions, type LocalRpc, startRpcServer } from '../rpc/server.ts';
import { createCallBudget } from './call-budget.ts';
import { handleCall, type Service } from './handle-call.ts';
import { STS_ERRORS, type StsErrorCode } from './sts-error.ts';

export interface StsOptions extends ListenOptions {
  readonly iam: LocalIam;
  readonly clock?: () => Date;
  readonly callsPerSecond?: number;
}

export type LocalSts = LocalRpc<StsErrorCode>;

/** STS FAQ: AssumeRole calls a second for one account. */
const CALLS_PER_SECOND = 100;

export function startSts(options: StsOptions): Promise<LocalSts> {
  const { iam, clock = () => new Date() } = options;
  const service: Service = {
    iam,
    authentication: openAuthentication(iam.find, clock),
    budget: createCallBudget(options.callsPerSecond ?? CALLS_PER_SECOND),
  };
  const handle = (request: RpcRequest) => handleCall(request, service);
  return startRpcServer<StsErrorCode>({ name: 'STS', errors: STS_ERRORS, handle }, options);
}
