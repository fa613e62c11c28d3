// One request through STS: read, authenticate, perform.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { Identity } from '../iam/identity.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import { type Authentication, authenticateCaller } from '../rpc/authenticate-caller.ts';
import { contextOf } from '../rpc/authorize-action.ts';
import { readAction } from '../rpc/read-action.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import type { RpcRequest } from '../rpc/rpc-request.ts';
import type { Performed } from '../rpc/server.ts';
import { assumeRole } from './assume-role.ts';
import type { CallBudget } from './call-budget.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import type { StsError } from './sts-error.ts';

const API = { version: '2015-04-01', actions: ['AssumeRole', 'GetCallerIdentity'] } as const;
type Action = (typeof API.actions)[number];

export interface Service {
  readonly iam: LocalIam;
  readonly authentication: Authentication;
  readonly budget: CallBudget;
}

function perform(
  action: Action,
  request: RpcRequest,
  caller: Identity,
  { iam, authentication, budget }: Service,
): Result<AnswerBody, StsError> {
  if (action === 'GetCallerIdentity') return ok(getCallerIdentity(caller));
  const now = authentication.now();
  if (!budget.spend(caller.accountId, now.getTime())) return err({ code: 'Throttling.User' });
  return assumeRole(iam, caller, request.parameters, contextOf(request, now));
}

export function handleCall(request: RpcRequest, service: Service): Result<Performed, StsError> {
  const action = readAction(request, API);
  if (!action.ok) return action;
  const caller = authenticateCaller(request, service.authentication);
  if (!caller.ok) return caller;
  const body = perform(action.value, request, caller.value, service);
  return body.ok ? ok({ action: action.value, body: body.value }) : body;
}
