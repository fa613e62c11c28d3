// The SCIM server (RFC 7644): its routes, and what holds for each request: a limit for strangers, a known client, a body that is
// bounded, and an audit row where a write is refused. No route has a session, a cookie or a page.
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { describeBug } from '../../../shared/http/describe-bug.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { directoryUrl, SCIM_PREFIX, SCIM_ROUTES } from '../paths/scim-paths.ts';
import { limitRoute, type RouteLimits } from '../request/limit-routes.ts';
import type { LoginContext, LoginEnv } from '../request/login-env.ts';
import { admitClient } from './admit-client.ts';
import { createGroup, deleteGroup, patchGroup, readGroup, replaceGroup } from './groups.ts';
import { type ListQuery, listResources, searchAll } from './list-resources.ts';
import { GROUP, type ResourceType, USER } from './protocol/attributes.ts';
import { listResponse, resourceTypes, schemas, serviceProviderConfig } from './protocol/discovery.ts';
import { isComplex } from './protocol/resource-values.ts';
import { invalid, type ScimFault } from './protocol/scim-fault.ts';
import { readSelection, type Selection } from './protocol/select-attributes.ts';
import { type Answered, formatAnswer, formatScimFault } from './scim-answer.ts';
import { MAX_SCIM_BYTES, readScimBody, recordScim, type ScimDeps, type ScimRequest } from './scim-request.ts';
import { createUser, deleteUser, patchUser, readUser, replaceUser } from './users.ts';

type Handler = (request: ScimRequest, id: string, selection: Selection) => Answered;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Route = readonly [method: Method, path: string, handler: Handler];

const fault = (
  status: ScimFault['status'],
  reason: ScimFault['reason'],
  detail: string,
): Result<never, ScimFault> => err({ status, reason, detail });

const missing = () => fault(404, 'scim-not-found', 'There is no such resource.');

const notSupported: Handler = async () =>
  fault(501, 'scim-not-supported', 'Stint does not support this operation.');

/** One of a list that is made anew for each request. */
const oneOf =
  (list: (base: string) => readonly { readonly id: string }[]): Handler =>
  async ({ base }, id) => {
    const found = list(base).find((one) => one.id === id);
    return found ? ok({ status: 200, body: found }) : missing();
  };

const listByQuery =
  (type: ResourceType): Handler =>
  async (request, _, selection) => {
    const query = (name: string) => request.c.req.query(name);
    const page = { startIndex: query('startIndex'), count: query('count') };
    return listResources(request, type, { ...page, filter: query('filter'), selection });
  };

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
const listOf = (value: unknown): string | undefined =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string').join(',') : textOf(value);

/** The same by POST, with the parameters in the body (RFC 7644 section 3.4.3). */
const search =
  (list: (request: ScimRequest, query: ListQuery) => Answered): Handler =>
  async (request) => {
    const body = await readScimBody(request);
    if (!body.ok) return body;
    if (!isComplex(body.value)) return err(invalid('invalidSyntax', 'scim-body', 'The body is no object.'));
    const { filter, startIndex, count, attributes, excludedAttributes } = body.value;
    const selection = readSelection(listOf(attributes), listOf(excludedAttributes));
    if (!selection.ok) return selection;
    const page = { startIndex: textOf(startIndex), count: textOf(count) };
    return list(request, { ...page, filter: textOf(filter), selection: selection.value });
  };

const searchIn = (type: ResourceType) => (request: ScimRequest, query: ListQuery) =>
  listResources(request, type, query);

const ROUTES: readonly Route[] = [
  ['GET', SCIM_ROUTES.config, async ({ base }) => ok({ status: 200, body: serviceProviderConfig(base) })],
  [
    'GET',
    SCIM_ROUTES.resourceTypes,
    async ({ base }) => ok({ status: 200, body: listResponse(resourceTypes(base)) }),
  ],
  ['GET', SCIM_ROUTES.resourceType, oneOf(resourceTypes)],
  ['GET', SCIM_ROUTES.schemas, async ({ base }) => ok({ status: 200, body: listResponse(schemas(base)) })],
  ['GET', SCIM_ROUTES.schema, oneOf(schemas)],
  ['POST', SCIM_ROUTES.searchUsers, search(searchIn(USER))],
  ['POST', SCIM_ROUTES.searchGroups, search(searchIn(GROUP))],
  ['POST', SCIM_ROUTES.searchAll, search(searchAll)],
  ['POST', SCIM_ROUTES.bulk, notSupported],
  ['GET', SCIM_ROUTES.me, notSupported],
  ['GET', SCIM_ROUTES.users, listByQuery(USER)],
  ['POST', SCIM_ROUTES.users, (request, _, selection) => createUser(request, selection)],
  ['GET', SCIM_ROUTES.user, readUser],
  ['PUT', SCIM_ROUTES.user, replaceUser],
  ['PATCH', SCIM_ROUTES.user, patchUser],
  ['DELETE', SCIM_ROUTES.user, deleteUser],
  ['GET', SCIM_ROUTES.groups, listByQuery(GROUP)],
  ['POST', SCIM_ROUTES.groups, (request, _, selection) => createGroup(request, selection)],
  ['GET', SCIM_ROUTES.group, readGroup],
  ['PUT', SCIM_ROUTES.group, replaceGroup],
  ['PATCH', SCIM_ROUTES.group, patchGroup],
  ['DELETE', SCIM_ROUTES.group, deleteGroup],
];

/** Lets no request on that does not come from a known client; see admit-client.ts. */
const admit = (deps: ScimDeps) =>
  createMiddleware<LoginEnv>(async (c, next) => {
    const client = await admitClient(c, deps);
    if (!client.ok) return formatScimFault(c, client.error, deps);
    c.set('hasProved', true);
    c.set('scim', client.value);
    await next();
    return undefined;
  });

/** Reads the body before the handler, and the time after it: a body that is held back must not make its request look earlier. */
const readWithin = (deps: ScimDeps) => {
  const tooLarge = (c: LoginContext) =>
    formatScimFault(
      c,
      { status: 413, reason: 'scim-body-too-large', detail: `Send at most ${MAX_SCIM_BYTES} bytes.` },
      deps,
    );
  const limit = bodyLimit({ maxSize: MAX_SCIM_BYTES, onError: tooLarge });
  return createMiddleware<LoginEnv>(async (c, next) => {
    try {
      const refused = c.req.raw.body
        ? await limit(c, async () => void (await c.req.arrayBuffer()))
        : undefined;
      if (refused) return refused;
    } catch {
      const broken = invalid('invalidSyntax', 'scim-body', 'The body did not come whole.');
      return formatScimFault(c, { ...broken, cause: 'body-aborted' }, deps);
    }
    c.set('now', deps.clock.now());
    c.set('receivedAt', deps.numbers.stopwatch());
    await next();
    return undefined;
  });
};

const requestOf = (c: LoginContext, deps: ScimDeps): ScimRequest => {
  const client = c.get('scim');
  if (!client) throw new Error('no SCIM client');
  return { c, deps, now: c.get('now'), base: directoryUrl(deps.publicUrl, client.directory.id), ...client };
};

/** A write that is refused has an audit row. The request is refused even if that row cannot be written. */
const answerWith = (handler: Handler, deps: ScimDeps) => async (c: LoginContext) => {
  const request = requestOf(c, deps);
  const selection = readSelection(c.req.query('attributes'), c.req.query('excludedAttributes'));
  const answered = selection.ok
    ? await handler(request, c.req.param('id') ?? '', selection.value)
    : selection;
  if (answered.ok) return formatAnswer(c, answered.value);
  const { reason, cause } = answered.error;
  if (c.req.method !== 'GET') {
    const failure = { code: 'scim_refused', reason, ...(cause !== undefined && { cause }) } as const;
    await recordScim(request, { action: 'directory-request', failure });
  }
  return formatScimFault(c, answered.error, deps);
};

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:[a-z]+/g, '[^/]+')}$`);
const PATHS = [...new Set(ROUTES.map(([, path]) => path))].map((path) => ({
  path,
  pattern: patternOf(path),
}));

/** 405 for a path of above by another method, and 404 for any other. */
function faultOfPath(c: LoginContext): ScimFault {
  const known = PATHS.find(({ pattern }) => pattern.test(c.req.path))?.path;
  if (known === undefined)
    return { status: 404, reason: 'scim-not-found', detail: 'There is no such resource.' };
  const allowed = ROUTES.filter(([, path]) => path === known).map(([method]) => method);
  c.header('allow', allowed.join(', '));
  return { status: 405, reason: 'scim-method', detail: `Use ${allowed.join(', ')}.` };
}

export function scimRoutes({ scim: limits }: Pick<RouteLimits, 'scim'>, deps: ScimDeps): Hono<LoginEnv> {
  const app = new Hono<LoginEnv>();
  const tooOften = (c: LoginContext, retryAfterSeconds: number) =>
    formatScimFault(
      c,
      { status: 429, reason: 'stranger-limit', detail: 'Too many requests.', retryAfterSeconds },
      deps,
    );
  const before = [limitRoute(limits, tooOften, deps), admit(deps)] as const;
  const read = readWithin(deps);
  for (const [method, path, handler] of ROUTES)
    app.on(method, path, ...before, read, answerWith(handler, deps));
  app.all(`${SCIM_PREFIX}:directory/*`, ...before, (c) => formatScimFault(c, faultOfPath(c), deps));
  app.onError((error, c) => {
    deps.logger.log('error', 'bug', { requestId: c.get('requestId'), ...describeBug(error) });
    return formatScimFault(c, { status: 500, reason: 'bug', detail: 'Stint made a mistake.' }, deps);
  });
  return app;
}
