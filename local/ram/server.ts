// The local RAM over HTTP, as far as reading policies goes. Verifies signatures and permissions as STS does.
import type { LocalIam } from '../iam/local-iam.ts';
import { openAuthentication } from '../rpc/authenticate-caller.ts';
import type { RpcRequest } from '../rpc/rpc-request.ts';
import { type ListenOptions, type LocalRpc, startRpcServer } from '../rpc/server.ts';
import { handleCall } from './handle-call.ts';
import { createPolicyStore, type PolicyStore } from './policy-store.ts';
import { RAM_ERRORS, type RamErrorCode } from './ram-error.ts';
import { SYSTEM_POLICIES } from './system-policies.ts';

export interface RamOptions extends ListenOptions {
  readonly iam: LocalIam;
  readonly clock?: () => Date;
}

export interface LocalRam extends LocalRpc<RamErrorCode> {
  readonly policies: PolicyStore;
}

export async function startRam(options: RamOptions): Promise<LocalRam> {
  const { iam, clock = () => new Date() } = options;
  const policies = createPolicyStore(SYSTEM_POLICIES, clock);
  const service = { authentication: openAuthentication(iam.find, clock), policies };
  const handle = (request: RpcRequest) => handleCall(request, service);
  const server = await startRpcServer<RamErrorCode>({ name: 'RAM', errors: RAM_ERRORS, handle }, options);
  return { ...server, policies };
}
