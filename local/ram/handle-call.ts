// One request through RAM: read, authenticate, perform.
import { ok, type Result } from '../../shared/kernel/result.ts';
import { type Authentication, authenticateCaller } from '../rpc/authenticate-caller.ts';
import { contextOf } from '../rpc/authorize-action.ts';
import { readAction } from '../rpc/read-action.ts';
import type { RpcRequest } from '../rpc/rpc-request.ts';
import type { Performed } from '../rpc/server.ts';
import { getPolicy, getPolicyVersion } from './get-policy.ts';
import { listPolicies } from './list-policies.ts';
import type { PolicyStore } from './policy-store.ts';
import type { RamError } from './ram-error.ts';

const API = {
  version: '2015-05-01',
  actions: ['GetPolicy', 'GetPolicyVersion', 'ListPolicies'],
} as const;

const PERFORM = { GetPolicy: getPolicy, GetPolicyVersion: getPolicyVersion, ListPolicies: listPolicies };

export interface Service {
  readonly authentication: Authentication;
  readonly policies: PolicyStore;
}

export function handleCall(
  request: RpcRequest,
  { authentication, policies }: Service,
): Result<Performed, RamError> {
  const action = readAction(request, API);
  if (!action.ok) return action;
  const caller = authenticateCaller(request, authentication);
  if (!caller.ok) return caller;
  const context = contextOf(request, authentication.now());
  const { parameters } = request;
  const body = PERFORM[action.value]({ caller: caller.value, parameters, context, policies });
  return body.ok ? ok({ action: action.value, body: body.value }) : body;
}
