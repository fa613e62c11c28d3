// The table of all endpoints. app.ts builds the app from it, and openapi.yaml is generated from it.

import type { Answer } from '../../shared/http/answer.ts';
import type { FailureCode } from '../../shared/kernel/failure.ts';
import type { Action } from '../../shared/pipeline/audit/audit-event.ts';
import type { VendDeps } from './deps.ts';
import { explain } from './explain.ts';
import { createHealth, createReadiness } from './health.ts';
import type { BodyRule, ReceivedRequest } from './received-request.ts';
import { listRoles, showIdentity } from './show-caller.ts';
import { vendCredentials } from './vend-credentials.ts';

interface RouteBase {
  readonly method: 'GET' | 'POST';
  readonly path: `/${string}`;
  /** Every failure that it can answer with, except those of a wrong path or method, which are the same everywhere. */
  readonly failures: readonly FailureCode[];
}

/** Takes a proof of identity and writes an audit row. */
export interface Endpoint extends RouteBase {
  readonly action: Action;
  readonly body: BodyRule;
  readonly run: (received: ReceivedRequest, deps: VendDeps) => Promise<Answer>;
}

/** Anyone may ask, and nothing is written. `start` is called once for each app. */
export interface HealthCheck extends RouteBase {
  readonly start: (deps: VendDeps) => () => Answer | Promise<Answer>;
}

export type Route = Endpoint | HealthCheck;

/** The failures of reading the rules, verifying a proof, asking STS who signed it, and writing the audit row. */
const FAILURES_OF_AUTHENTICATED = [
  'invalid_token',
  'rate_limited',
  'access_denied',
  'internal_error',
  'store_unavailable',
  'sts_unavailable',
  'audit_unavailable',
  'keys_unavailable',
] as const satisfies readonly FailureCode[];

const FAILURES_OF_BODIES = [
  'invalid_request',
  'too_large',
  'unsupported_media_type',
] as const satisfies readonly FailureCode[];

export const ROUTES = {
  vendCredentials: {
    method: 'POST',
    path: '/v1/credentials',
    action: 'credentials',
    body: 'required',
    run: vendCredentials,
    failures: [
      ...FAILURES_OF_AUTHENTICATED,
      ...FAILURES_OF_BODIES,
      'step_up_required',
      'policy_not_narrower',
      'policy_too_large',
      'duration_too_long',
      'role_misconfigured',
    ],
  },
  explain: {
    method: 'POST',
    path: '/v1/explain',
    action: 'explain',
    body: 'required',
    run: explain,
    failures: [...FAILURES_OF_AUTHENTICATED, ...FAILURES_OF_BODIES, 'step_up_required'],
  },
  listRoles: {
    method: 'GET',
    path: '/v1/roles',
    action: 'roles',
    body: 'none',
    run: listRoles,
    failures: FAILURES_OF_AUTHENTICATED,
  },
  showIdentity: {
    method: 'GET',
    path: '/v1/identity',
    action: 'identity',
    body: 'none',
    run: showIdentity,
    failures: FAILURES_OF_AUTHENTICATED,
  },
  // For tokens that do not fit into a header, such as those of people with hundreds of groups.
  listRolesByPost: {
    method: 'POST',
    path: '/v1/roles',
    action: 'roles',
    body: 'optional',
    run: listRoles,
    failures: [...FAILURES_OF_AUTHENTICATED, ...FAILURES_OF_BODIES],
  },
  showIdentityByPost: {
    method: 'POST',
    path: '/v1/identity',
    action: 'identity',
    body: 'optional',
    run: showIdentity,
    failures: [...FAILURES_OF_AUTHENTICATED, ...FAILURES_OF_BODIES],
  },
  checkHealth: {
    method: 'GET',
    path: '/healthz',
    start: createHealth,
    failures: [],
  },
  checkReadiness: {
    method: 'GET',
    path: '/readyz',
    start: createReadiness,
    failures: ['internal_error'],
  },
} as const satisfies Readonly<Record<string, Route>>;

export type RouteName = keyof typeof ROUTES;

/** The paths that web pages can use: all that take a proof of identity. */
export const CORS_PATHS: ReadonlySet<string> = new Set(
  Object.values<Route>(ROUTES).flatMap((route) => ('action' in route ? [route.path] : [])),
);

/** Every problem that an OPTIONS request can be answered with; 405 when it is not a preflight. */
export const FAILURES_OF_PREFLIGHTS = [
  'rate_limited',
  'access_denied',
  'method_not_allowed',
  'internal_error',
  'store_unavailable',
] as const satisfies readonly FailureCode[];

/** The value of a path's Allow header. A path that answers GET answers HEAD too (RFC 9110 section 9.3.2). */
export function allowedOn(path: string): string {
  const methods = Object.values(ROUTES)
    .filter((route) => route.path === path)
    .map(({ method }) => (method === 'GET' ? 'GET, HEAD' : method));
  return methods.join(', ');
}
