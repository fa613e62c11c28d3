// One request through the service: read, authenticate, perform.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { Identity } from '../iam/identity.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import { assumeRole } from './assume-role.ts';
import { type Authentication, authenticateCaller } from './authenticate-caller.ts';
import type { CallBudget } from './call-budget.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import type { AnswerBody } from './render-answer.ts';
import type { RpcRequest } from './rpc-request.ts';
import type { StsError } from './sts-error.ts';

const VERSION = '2015-04-01';

const ACTIONS = ['AssumeRole', 'GetCallerIdentity'] as const;
type Action = (typeof ACTIONS)[number];

export interface Service {
  readonly iam: LocalIam;
  readonly authentication: Authentication;
  readonly budget: CallBudget;
}

export interface Performed {
  readonly action: Action;
  readonly body: AnswerBody;
}

/** V3 names them in signed headers, V2 in parameters. A V3 request is not asked for the latter. */
function readAction({ headers, parameters }: RpcRequest): Result<Action, StsError> {
  const isV3 = headers.has('authorization');
  const named = isV3 ? headers.get('x-acs-action') : parameters.get('Action');
  const version = isV3 ? headers.get('x-acs-version') : parameters.get('Version');
  if (named === undefined || named === '') return err({ code: 'MissingAction' });
  if (version === undefined || version === '') return err({ code: 'MissingVersion' });
  if (version !== VERSION) return err({ code: 'InvalidVersion' });
  const action = ACTIONS.find((known) => known === named);
  return action === undefined ? err({ code: 'InvalidAction.NotFound' }) : ok(action);
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
  return assumeRole(iam, caller, request.parameters, {
    'acs:CurrentTime': now.toISOString(),
    'acs:SourceIp': request.sourceIp,
    'acs:SecureTransport': 'false',
  });
}

export function handleCall(request: RpcRequest, service: Service): Result<Performed, StsError> {
  const action = readAction(request);
  if (!action.ok) return action;
  const caller = authenticateCaller(request, service.authentication);
  if (!caller.ok) return caller;
  const body = perform(action.value, request, caller.value, service);
  return body.ok ? ok({ action: action.value, body: body.value }) : body;
}
