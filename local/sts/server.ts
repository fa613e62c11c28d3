// The local STS over HTTP. Verifies signatures, evaluates policies and refuses as the real one documents.

import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { type CallRecorder, recordRpcCall } from '../action-trail/call-log.ts';
import type { Identity } from '../iam/identity.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import { type Authentication, authenticateCaller, openAuthentication } from '../rpc/authenticate-caller.ts';
import { contextOf } from '../rpc/authorize-action.ts';
import { type CallBudget, createCallBudget } from '../rpc/call-budget.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import { type RpcRequest, readAction } from '../rpc/rpc-request.ts';
import { type ListenOptions, type LocalRpc, type Performed, startRpcServer } from '../rpc/server.ts';
import { assumeRole } from './answer-assume-role.ts';
import { STS_ERRORS, type StsError, type StsErrorCode } from './sts-error.ts';

/** STS FAQ: so many AssumeRole calls a second for one account, shared by all its keys. */
const CALLS_PER_SECOND = 100;

/** GetCallerIdentity: the identity whose key signed the request. Needs no permission. */
function getCallerIdentity({ principal, arn }: Identity): AnswerBody {
  const { accountId } = principal;
  const common = { AccountId: accountId, Arn: arn };
  switch (principal.kind) {
    case 'root':
      return { IdentityType: 'Account', ...common, PrincipalId: accountId, UserId: accountId };
    case 'user':
      return { IdentityType: 'RAMUser', ...common, PrincipalId: principal.userId, UserId: principal.userId };
    case 'role':
      return {
        IdentityType: 'AssumedRoleUser',
        ...common,
        PrincipalId: `${principal.roleId}:${principal.sessionName}`,
        RoleId: principal.roleId,
      };
  }
}

const API = { version: '2015-04-01', actions: ['AssumeRole', 'GetCallerIdentity'] } as const;
type Action = (typeof API.actions)[number];

interface Service {
  readonly iam: LocalIam;
  readonly authentication: Authentication;
  readonly budget: CallBudget;
  readonly calls: CallRecorder | undefined;
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

function handleCall(request: RpcRequest, service: Service): Result<Performed, StsError> {
  const action = readAction(request, API);
  if (!action.ok) return action;
  const caller = authenticateCaller(request, service.authentication);
  if (!caller.ok) return caller;
  const call = {
    ...{ caller: caller.value, serviceName: 'Sts', eventName: action.value },
    at: service.authentication.now(),
  };
  const answer = perform(action.value, request, caller.value, service);
  const body = recordRpcCall(service.calls, request, call, answer);
  return body.ok ? ok({ action: action.value, body: body.value }) : body;
}

interface LocalStsOptions extends ListenOptions {
  readonly iam: LocalIam;
  readonly clock?: () => Date;
  readonly callsPerSecond?: number;
  /** Records the calls of temporary keys. */
  readonly calls?: CallRecorder;
}

export type LocalSts = LocalRpc<StsErrorCode>;

/** Serves AssumeRole and GetCallerIdentity; `callsPerSecond` is for one account. */
export function startSts(options: LocalStsOptions): Promise<LocalSts> {
  const { iam, clock = () => new Date() } = options;
  const service: Service = {
    iam,
    authentication: openAuthentication(iam.find, clock),
    budget: createCallBudget(options.callsPerSecond ?? CALLS_PER_SECOND),
    calls: options.calls,
  };
  const handle = (request: RpcRequest) => handleCall(request, service);
  return startRpcServer<StsErrorCode>({ name: 'STS', errors: STS_ERRORS, handle }, options);
}
