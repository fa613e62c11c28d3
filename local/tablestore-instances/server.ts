// The control plane of Tablestore over HTTP (API 2020-12-09, ROA style): instances. Signatures and permissions are checked as
// by RAM. Paths, members and limits are those of the API reference; it lists neither error codes nor RAM actions.
import * as z from 'zod';
import { readJson } from '../../shared/kernel/read-json.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { Identity } from '../iam/identity.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import { type Authentication, authenticateCaller, openAuthentication } from '../rpc/authenticate-caller.ts';
import { authorizeAction, contextOf } from '../rpc/authorize-action.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import { type ErrorSpec, GATEWAY_ERRORS, type RpcError } from '../rpc/rpc-error.ts';
import { type RpcRequest, readAction } from '../rpc/rpc-request.ts';
import { type ListenOptions, type LocalRpc, type Performed, startRpcServer } from '../rpc/server.ts';

interface InstanceRecord {
  readonly name: string;
  readonly accountId: string;
  readonly description: string;
  readonly clusterType: string;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly createTime: string;
}

/** The instances of a region, of all accounts: a name can be had once (CreateInstance: it is part of the endpoint). */
interface InstanceDirectory {
  find(name: string): InstanceRecord | undefined;
  ofAccount(accountId: string): readonly InstanceRecord[];
  put(instance: InstanceRecord): void;
  delete(name: string): void;
}

/** Names are not case-sensitive. */
export function createInstanceDirectory(): InstanceDirectory {
  const instances = new Map<string, InstanceRecord>();
  return {
    find: (name) => instances.get(name.toLowerCase()),
    ofAccount: (accountId) => [...instances.values()].filter((instance) => instance.accountId === accountId),
    put: (instance) => void instances.set(instance.name.toLowerCase(), instance),
    delete: (name) => void instances.delete(name.toLowerCase()),
  };
}

/** `NotFound` is what public clients test for; the other codes and all messages are not confirmed. */
const ERRORS = {
  NotFound: { status: 404, message: 'The instance is not found.' },
  InstanceAlreadyExist: { status: 409, message: 'The instance name exists already.' },
  InstanceNotEmpty: { status: 409, message: 'The instance has tables.' },
  QuotaExhausted: { status: 403, message: 'The number of instances exceeds the quota.' },
  ParameterInvalid: { status: 400, message: 'A parameter is not valid.' },
  NoPermission: { status: 403, message: 'You are not authorized to do this action.' },
  InternalError: { status: 500, message: 'The request processing has failed due to some unknown error.' },
  ...GATEWAY_ERRORS,
} as const satisfies Record<string, ErrorSpec>;

type Code = keyof typeof ERRORS;
type InstanceError = RpcError<Code>;

const API = { version: '2020-12-09', actions: ['GetInstance', 'CreateInstance', 'DeleteInstance'] } as const;
type Action = (typeof API.actions)[number];

const PATHS: Readonly<Record<Action, { readonly method: string; readonly path: string }>> = {
  GetInstance: { method: 'GET', path: '/v2/openapi/getinstance' },
  CreateInstance: { method: 'POST', path: '/v2/openapi/createinstance' },
  DeleteInstance: { method: 'POST', path: '/v2/openapi/deleteinstance' },
};

/** CreateInstance: 3 to 16 characters, from a letter to no hyphen, without some words; ten instances an account. */
const NAME = /^(?!.*(?:ali|ay|ots|taobao|admin))[a-z][a-z0-9-]{1,14}[a-z0-9]$/i;
const MAX_INSTANCES = 10;

const Tag = z.object({ Key: z.string(), Value: z.string() });
const Creation = z.object({
  InstanceName: z.string().regex(NAME),
  ClusterType: z.enum(['SSD', 'HYBRID']),
  InstanceDescription: z.string().min(3).max(256).optional(),
  Tags: z.array(Tag).max(20).default([]),
});
const Named = z.object({ InstanceName: z.string() });

interface Service {
  readonly authentication: Authentication;
  readonly directory: InstanceDirectory;
  readonly region: string;
  readonly countTables: (name: string) => number;
}

interface Call extends Service {
  readonly request: RpcRequest;
  readonly caller: Identity;
}

function readBody<T>({ body }: RpcRequest, schema: z.ZodType<T>): Result<T, InstanceError> {
  const read = readJson(schema, body.toString('utf8'));
  return read === undefined ? err({ code: 'ParameterInvalid' }) : ok(read);
}

function permitted(action: Action, name: string, { caller, request, region, authentication }: Call) {
  const resource = `acs:ots:${region}:${caller.accountId}:instance/${name}`;
  return authorizeAction(caller, `ots:${action}`, resource, contextOf(request, authentication.now()));
}

function findOwn(action: Action, name: string, call: Call): Result<InstanceRecord, InstanceError> {
  const may = permitted(action, name, call);
  if (!may.ok) return may;
  const instance = call.directory.find(name);
  return instance?.accountId === call.caller.accountId ? ok(instance) : err({ code: 'NotFound' });
}

function getInstance(call: Call): Result<AnswerBody, InstanceError> {
  const found = findOwn('GetInstance', call.request.query.get('InstanceName') ?? '', call);
  if (!found.ok) return found;
  const { name, accountId, description, clusterType, tags, createTime } = found.value;
  return ok({
    InstanceName: name,
    UserId: accountId,
    RegionId: call.region,
    InstanceDescription: description,
    InstanceSpecification: clusterType,
    InstanceStatus: 'normal',
    CreateTime: createTime,
    Tags: tags.map((tag) => ({ ...tag })),
  });
}

function createInstance(call: Call): Result<AnswerBody, InstanceError> {
  const read = readBody(call.request, Creation);
  if (!read.ok) return read;
  const {
    InstanceName: name,
    ClusterType: clusterType,
    InstanceDescription: description = '',
    Tags: tags,
  } = read.value;
  const may = permitted('CreateInstance', name, call);
  if (!may.ok) return may;
  const { accountId } = call.caller;
  if (call.directory.find(name) !== undefined) return err({ code: 'InstanceAlreadyExist' });
  if (call.directory.ofAccount(accountId).length >= MAX_INSTANCES) return err({ code: 'QuotaExhausted' });
  const createTime = call.authentication.now().toISOString();
  call.directory.put({ name, accountId, description, clusterType, tags, createTime });
  return ok({ Code: '200', Message: 'success' });
}

function deleteInstance(call: Call): Result<AnswerBody, InstanceError> {
  const read = readBody(call.request, Named);
  if (!read.ok) return read;
  const found = findOwn('DeleteInstance', read.value.InstanceName, call);
  if (!found.ok) return found;
  if (call.countTables(found.value.name) > 0) return err({ code: 'InstanceNotEmpty' });
  call.directory.delete(found.value.name);
  return ok({});
}

const PERFORM = { GetInstance: getInstance, CreateInstance: createInstance, DeleteInstance: deleteInstance };

function handleCall(request: RpcRequest, service: Service): Result<Performed, InstanceError> {
  const action = readAction(request, API);
  if (!action.ok) return action;
  const { method, path } = PATHS[action.value];
  if (request.method !== method || request.path !== path) return err({ code: 'InvalidAction.NotFound' });
  const caller = authenticateCaller(request, service.authentication);
  if (!caller.ok) return caller;
  const body = PERFORM[action.value]({ ...service, request, caller: caller.value });
  return body.ok ? ok({ action: action.value, body: body.value }) : body;
}

interface LocalInstancesOptions extends ListenOptions {
  readonly iam: LocalIam;
  readonly directory: InstanceDirectory;
  readonly region: string;
  /** How many tables an instance has. */
  readonly countTables: (name: string) => number;
  readonly clock?: () => Date;
}

/** Resolves when it listens. */
export function startTablestoreInstances(options: LocalInstancesOptions): Promise<LocalRpc<Code>> {
  const { iam, clock = () => new Date(), directory, region, countTables } = options;
  const service = { authentication: openAuthentication(iam.find, clock), directory, region, countTables };
  const isPath = (path: string): boolean => Object.values(PATHS).some((known) => known.path === path);
  const handle = (request: RpcRequest) => handleCall(request, service);
  return startRpcServer<Code>({ name: 'Tablestore instances', errors: ERRORS, isPath, handle }, options);
}
