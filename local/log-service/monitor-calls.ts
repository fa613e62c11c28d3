// The calls of the local Log Service on dashboards and alert rules (API 2020-12-30, CreateDashboard and CreateAlert and their
// likes). RAM knows alert rules as jobs. Nothing is evaluated.
import * as z from 'zod';
import { err, ok } from '../../shared/kernel/result.ts';
import { findProject, type LogAnswer, type LogCall, performStoreCall } from './log-calls.ts';

/** CreateDashboard and CreateAlert: the names. */
const NAME = z.string().regex(/^[a-z0-9][a-z0-9_-]{1,62}[a-z0-9]$/);
const DISPLAY_NAME = z.string().min(1).max(64);

const Chart = z.looseObject({
  title: z.string(),
  type: z.string(),
  search: z.looseObject({ logstore: z.string(), query: z.string(), start: z.string(), end: z.string() }),
  display: z.looseObject({ displayName: z.string() }),
});
const Dashboard = z.looseObject({
  dashboardName: NAME,
  displayName: DISPLAY_NAME,
  charts: z.array(Chart).min(1),
});
const AlertRule = z.looseObject({
  displayName: DISPLAY_NAME,
  schedule: z.looseObject({ type: z.enum(['FixedRate', 'Hourly', 'Daily', 'Weekly', 'Cron']) }),
  configuration: z.looseObject({
    queryList: z.array(z.looseObject({ query: z.string(), store: z.string(), project: z.string() })).min(1),
    severityConfigurations: z.array(z.looseObject({ severity: z.number().int() })).min(1),
    groupConfiguration: z.looseObject({ type: z.string() }),
  }),
});
const NewAlertRule = AlertRule.extend({ name: NAME });

/** `kind` and the verbs as RAM has them. */
const KINDS = {
  dashboards: {
    kind: 'dashboard',
    verb: 'Dashboard',
    created: Dashboard,
    changed: Dashboard,
    nameIn: 'dashboardName',
  },
  alerts: { kind: 'job', verb: 'Job', created: NewAlertRule, changed: AlertRule, nameIn: 'name' },
} as const;

const PATH = /^\/(dashboards|alerts)(?:\/([^/]+))?$/;
const VERBS: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Update', POST: 'Create' };

function performMonitorCall(list: keyof typeof KINDS, given: string | undefined, call: LogCall): LogAnswer {
  const { kind, verb, created, changed, nameIn } = KINDS[list];
  const { method, body, project = '' } = call;
  const read = (given === undefined ? created : changed).safeParse(body);
  if (method !== 'GET' && !read.success) return err({ code: 'ParameterInvalid' });
  const name = given ?? String(read.data?.[nameIn]);
  const found = findProject(`${VERBS[method]}${verb}`, project, `${kind}/${name}`, call);
  if (!found.ok) return found;
  const { monitors } = found.value;
  const path = `${list}/${name}`;
  const before = monitors.get(path);
  if (given === undefined) {
    if (before !== undefined) return err({ code: 'ResourceAlreadyExist' });
  } else if (before === undefined) return err({ code: 'ResourceNotExist' });
  if (method === 'GET') return ok({ ...before, lastModifiedTime: 0 });
  monitors.set(path, { ...before, ...read.data });
  return ok({});
}

/** The outcome of one call whose sender is known. */
export function performLogCall(call: LogCall): LogAnswer {
  const { project, path, method } = call;
  const [, list, name] = PATH.exec(path) ?? [];
  if (project === undefined || (list !== 'dashboards' && list !== 'alerts'))
    return performStoreCall(project, call);
  const isKnown = name === undefined ? method === 'POST' : method === 'GET' || method === 'PUT';
  return isKnown ? performMonitorCall(list, name, call) : err({ code: 'ParameterInvalid' });
}
