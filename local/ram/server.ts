// The local RAM over HTTP: policies, roles, what is attached, and tags. Verifies signatures and permissions as STS does.
import { ok, type Result } from '../../shared/kernel/result.ts';
import { type CallRecorder, recordRpcCall } from '../action-trail/call-log.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import type { PolicyStore } from '../iam/policy-store.ts';
import { type Authentication, authenticateCaller, openAuthentication } from '../rpc/authenticate-caller.ts';
import { contextOf } from '../rpc/authorize-action.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import { type RpcRequest, readAction } from '../rpc/rpc-request.ts';
import { type ListenOptions, type LocalRpc, type Performed, startRpcServer } from '../rpc/server.ts';
import { getPolicy, getPolicyVersion, listPolicies } from './answer-policy-call.ts';
import {
  attachPolicyToRole,
  detachPolicyFromRole,
  listEntitiesForPolicy,
  listPoliciesForRole,
} from './attachment-call.ts';
import {
  createPolicy,
  createPolicyVersion,
  deletePolicy,
  deletePolicyVersion,
  listPolicyVersions,
} from './change-policy-call.ts';
import type { RamCall } from './ram-call.ts';
import { RAM_ERRORS, type RamError, type RamErrorCode } from './ram-error.ts';
import { createRole, deleteRole, getRole, listRoles, updateRole } from './role-call.ts';
import { listTagResources, tagResources, untagResources } from './tags.ts';

const PERFORM = {
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
  ListPolicies: listPolicies,
  ListPolicyVersions: listPolicyVersions,
  CreatePolicy: createPolicy,
  CreatePolicyVersion: createPolicyVersion,
  DeletePolicyVersion: deletePolicyVersion,
  DeletePolicy: deletePolicy,
  CreateRole: createRole,
  GetRole: getRole,
  UpdateRole: updateRole,
  DeleteRole: deleteRole,
  ListRoles: listRoles,
  AttachPolicyToRole: attachPolicyToRole,
  DetachPolicyFromRole: detachPolicyFromRole,
  ListPoliciesForRole: listPoliciesForRole,
  ListEntitiesForPolicy: listEntitiesForPolicy,
  TagResources: tagResources,
  UntagResources: untagResources,
  ListTagResources: listTagResources,
} satisfies Record<string, (call: RamCall) => Result<AnswerBody, RamError>>;

type Action = keyof typeof PERFORM;

const API = {
  version: '2015-05-01',
  actions: Object.keys(PERFORM).filter((name): name is Action => Object.hasOwn(PERFORM, name)),
};

interface Service {
  readonly authentication: Authentication;
  readonly iam: LocalIam;
  readonly calls: CallRecorder | undefined;
}

function handleCall(
  request: RpcRequest,
  { authentication, iam, calls }: Service,
): Result<Performed, RamError> {
  const action = readAction(request, API);
  if (!action.ok) return action;
  const caller = authenticateCaller(request, authentication);
  if (!caller.ok) return caller;
  const now = authentication.now();
  const { parameters } = request;
  const context = contextOf(request, now);
  const call = { caller: caller.value, serviceName: 'Ram', eventName: action.value, at: now };
  const answer = PERFORM[action.value]({ caller: caller.value, parameters, context, iam, now });
  const body = recordRpcCall(calls, request, call, answer);
  return body.ok ? ok({ action: action.value, body: body.value }) : body;
}

interface LocalRamOptions extends ListenOptions {
  readonly iam: LocalIam;
  readonly clock?: () => Date;
  /** Records the calls of temporary keys. */
  readonly calls?: CallRecorder;
}

export interface LocalRam extends LocalRpc<RamErrorCode> {
  readonly policies: PolicyStore;
}

/** Resolves when it listens; its `policies` can be changed while it runs. */
export async function startRam(options: LocalRamOptions): Promise<LocalRam> {
  const { iam, clock = () => new Date() } = options;
  const service = { authentication: openAuthentication(iam.find, clock), iam, calls: options.calls };
  const handle = (request: RpcRequest) => handleCall(request, service);
  const server = await startRpcServer<RamErrorCode>({ name: 'RAM', errors: RAM_ERRORS, handle }, options);
  return { ...server, policies: iam.policies };
}
