// The calls of the local Log Service: projects, stores, indexes, and by monitor-calls.ts dashboards and alert rules. No logs are
// kept.
import * as z from 'zod';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { ConditionContext } from '../../shared/ram/evaluate.ts';
import type { Identity } from '../iam/identity.ts';
import type { LogError } from './log-errors.ts';

interface StoreRecord {
  readonly logstoreName: string;
  readonly ttl: number;
  readonly shardCount: number;
  index?: object;
}

export interface ProjectRecord {
  readonly accountId: string;
  readonly description: string;
  readonly stores: Map<string, StoreRecord>;
  /** Dashboards and alert rules, by their paths. */
  readonly monitors: Map<string, object>;
}

/** All accounts' projects: a name can be had once (CreateProject). */
export type Projects = Map<string, ProjectRecord>;

export interface LogCall {
  readonly method: string;
  readonly path: string;
  /** The project of the host name; undefined at the endpoint itself. */
  readonly project: string | undefined;
  readonly body: unknown;
  readonly caller: Identity;
  readonly context: ConditionContext;
  readonly region: string;
  readonly projects: Projects;
}

export type LogAnswer = Result<object, LogError>;

/** CreateProject and CreateLogStore, names; the retention of CreateLogStore, in days. */
const PROJECT_NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const STORE_NAME = /^[a-z0-9][a-z0-9_-]{0,61}[a-z0-9]$/;
const MAX_DAYS = 3650;
/** "Basic resources": projects of an account in a region. */
const MAX_PROJECTS = 50;

const NewProject = z.object({ projectName: z.string().regex(PROJECT_NAME), description: z.string() });
const NewStore = z.object({
  logstoreName: z.string().regex(STORE_NAME),
  ttl: z.number().int().min(1).max(MAX_DAYS),
  shardCount: z.number().int().min(1),
});

/** CreateIndex: field indexes, a full-text index, or both. */
const NewIndex = z
  .looseObject({
    line: z.looseObject({ token: z.array(z.string()) }).optional(),
    keys: z.looseObject({}).optional(),
  })
  .refine(({ line, keys }) => line !== undefined || keys !== undefined);

/** Log Service says what RAM denied in the message alone. */
function denied(
  action: string,
  project: string,
  within: string | undefined,
  call: LogCall,
): LogError | undefined {
  const { caller, context, region } = call;
  const resource = `acs:log:${region}:${caller.accountId}:project/${project}${within === undefined ? '' : `/${within}`}`;
  if (caller.decide(`log:${action}`, resource, context).kind === 'allowed') return undefined;
  return {
    code: 'Unauthorized',
    message: `denied by sts or ram, action: log:${action}, resource: ${resource}`,
  };
}

function createProject(call: LogCall): LogAnswer {
  const read = NewProject.safeParse(call.body);
  if (!read.success) return err({ code: 'ParameterInvalid' });
  const { projectName, description } = read.data;
  const refusal = denied('CreateProject', projectName, undefined, call);
  if (refusal) return err(refusal);
  const { accountId } = call.caller;
  if (call.projects.has(projectName)) return err({ code: 'ProjectAlreadyExist' });
  const own = [...call.projects.values()].filter((project) => project.accountId === accountId);
  if (own.length >= MAX_PROJECTS) return err({ code: 'ProjectQuotaExceed' });
  call.projects.set(projectName, { accountId, description, stores: new Map(), monitors: new Map() });
  return ok({});
}

/** `within`: what of the project the call is about, as RAM's resources name it. */
export function findProject(
  action: string,
  name: string,
  within: string | undefined,
  call: LogCall,
): Result<ProjectRecord, LogError> {
  const refusal = denied(action, name, within, call);
  if (refusal) return err(refusal);
  const project = call.projects.get(name);
  return project?.accountId === call.caller.accountId ? ok(project) : err({ code: 'ProjectNotExist' });
}

function onProject(name: string, call: LogCall): LogAnswer {
  switch (call.method) {
    case 'GET': {
      const project = findProject('GetProject', name, undefined, call);
      if (!project.ok) return project;
      const { description, accountId: owner } = project.value;
      return ok({ projectName: name, description, owner, region: call.region, status: 'Normal' });
    }
    case 'DELETE': {
      const project = findProject('DeleteProject', name, undefined, call);
      if (!project.ok) return project;
      call.projects.delete(name);
      return ok({});
    }
    default:
      return err({ code: 'ParameterInvalid' });
  }
}

function onStores(name: string, call: LogCall): LogAnswer {
  if (call.method === 'GET') {
    const project = findProject('ListLogStores', name, 'logstore/*', call);
    if (!project.ok) return project;
    const logstores = [...project.value.stores.keys()];
    return ok({ count: logstores.length, total: logstores.length, logstores });
  }
  const read = NewStore.safeParse(call.body);
  if (!read.success) return err({ code: 'LogStoreInfoInvalid' });
  const project = findProject('CreateLogStore', name, `logstore/${read.data.logstoreName}`, call);
  if (!project.ok) return project;
  const { stores } = project.value;
  if (stores.has(read.data.logstoreName)) return err({ code: 'LogStoreAlreadyExist' });
  stores.set(read.data.logstoreName, read.data);
  return ok({});
}

function findStore(
  action: string,
  project: string,
  name: string,
  call: LogCall,
): Result<{ readonly store: StoreRecord; readonly stores: Map<string, StoreRecord> }, LogError> {
  const found = findProject(action, project, `logstore/${name}`, call);
  if (!found.ok) return found;
  const store = found.value.stores.get(name);
  return store === undefined ? err({ code: 'LogStoreNotExist' }) : ok({ store, stores: found.value.stores });
}

function onStore(project: string, name: string, call: LogCall): LogAnswer {
  const found = findStore(call.method === 'DELETE' ? 'DeleteLogStore' : 'GetLogStore', project, name, call);
  if (!found.ok) return found;
  const { index: _, ...store } = found.value.store;
  if (call.method === 'GET') return ok(store);
  if (call.method !== 'DELETE') return err({ code: 'ParameterInvalid' });
  found.value.stores.delete(name);
  return ok({});
}

function onIndex(project: string, name: string, call: LogCall): LogAnswer {
  const found = findStore(call.method === 'GET' ? 'GetIndex' : 'CreateIndex', project, name, call);
  if (!found.ok) return found;
  const { store } = found.value;
  if (call.method === 'GET')
    return store.index === undefined ? err({ code: 'IndexConfigNotExist' }) : ok(store.index);
  if (store.index !== undefined) return err({ code: 'IndexAlreadyExist' });
  const read = NewIndex.safeParse(call.body);
  if (!read.success) return err({ code: 'PostBodyInvalid' });
  store.index = read.data;
  return ok({});
}

/** The outcome of one call about projects, stores and indexes, whose sender is known. */
export function performStoreCall(project: string | undefined, call: LogCall): LogAnswer {
  const { path, method } = call;
  if (project === undefined)
    return path === '/' && method === 'POST' ? createProject(call) : err({ code: 'ParameterInvalid' });
  if (path === '/') return onProject(project, call);
  if (path === '/logstores') return onStores(project, call);
  const [, store, index] = /^\/logstores\/([^/]+)(\/index)?$/.exec(path) ?? [];
  if (store === undefined) return err({ code: 'ParameterInvalid' });
  return index === undefined ? onStore(project, store, call) : onIndex(project, store, call);
}
