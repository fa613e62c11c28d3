// The local RAM over HTTP: the calls that read policies. Verifies signatures and permissions as STS does.
import { ok, type Result } from '../../shared/kernel/result.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import { type Authentication, authenticateCaller, openAuthentication } from '../rpc/authenticate-caller.ts';
import { contextOf } from '../rpc/authorize-action.ts';
import { type RpcRequest, readAction } from '../rpc/rpc-request.ts';
import { type ListenOptions, type LocalRpc, type Performed, startRpcServer } from '../rpc/server.ts';
import { getPolicy, getPolicyVersion, listPolicies } from './answer-policy-call.ts';
import { createPolicyStore, type PolicyStore } from './policy-store.ts';
import { RAM_ERRORS, type RamError, type RamErrorCode } from './ram-error.ts';
import { SYSTEM_POLICIES } from './system-policies.ts';

const API = {
  version: '2015-05-01',
  actions: ['GetPolicy', 'GetPolicyVersion', 'ListPolicies'],
} as const;

const PERFORM = { GetPolicy: getPolicy, GetPolicyVersion: getPolicyVersion, ListPolicies: listPolicies };

interface Service {
  readonly authentication: Authentication;
  readonly policies: PolicyStore;
}

function handleCall(request: RpcRequest, { authentication, policies }: Service): Result<Performed, RamError> {
  const action = readAction(request, API);
  if (!action.ok) return action;
  const caller = authenticateCaller(request, authentication);
  if (!caller.ok) return caller;
  const context = contextOf(request, authentication.now());
  const { parameters } = request;
  const body = PERFORM[action.value]({ caller: caller.value, parameters, context, policies });
  return body.ok ? ok({ action: action.value, body: body.value }) : body;
}

interface LocalRamOptions extends ListenOptions {
  readonly iam: LocalIam;
  readonly clock?: () => Date;
}

export interface LocalRam extends LocalRpc<RamErrorCode> {
  readonly policies: PolicyStore;
}

/** Resolves when it listens; its `policies` can be changed while it runs. */
export async function startRam(options: LocalRamOptions): Promise<LocalRam> {
  const { iam, clock = () => new Date() } = options;
  const policies = createPolicyStore(SYSTEM_POLICIES, clock);
  const service = { authentication: openAuthentication(iam.find, clock), policies };
  const handle = (request: RpcRequest) => handleCall(request, service);
  const server = await startRpcServer<RamErrorCode>({ name: 'RAM', errors: RAM_ERRORS, handle }, options);
  return { ...server, policies };
}
