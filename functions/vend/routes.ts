// Every endpoint, once: app.ts answers by this table, and openapi.yaml is generated from it.

import { type Answer, success } from '../../shared/http/answer.ts';
import type { FailureCode } from '../../shared/kernel/failure.ts';
import type { Action } from '../../shared/pipeline/audit/audit-event.ts';
import { createReadiness } from './check-readiness.ts';
import type { VendDeps } from './deps.ts';
import { explain } from './explain.ts';
import { listRoles } from './list-roles.ts';
import { showIdentity } from './show-identity.ts';
import { type Received, vendCredentials } from './vend-credentials.ts';

interface Place {
  readonly method: 'GET' | 'POST';
  readonly path: `/${string}`;
  /** Every way in which it can end in a problem; what a wrong path or method ends in is the same everywhere. */
  readonly failures: readonly FailureCode[];
}

/** Takes a proof of identity and leaves an audit row. */
export interface Endpoint extends Place {
  readonly action: Action;
  /** `optional`: all that it may say is the token, which a header may say as well. */
  readonly body: 'none' | 'optional' | 'required';
  readonly run: (received: Received, deps: VendDeps) => Promise<Answer>;
}

/** Anyone may ask, and nothing is written. `start` is called once an app. */
interface HealthCheck extends Place {
  readonly start: (deps: VendDeps) => () => Answer | Promise<Answer>;
}

export type Route = Endpoint | HealthCheck;

/** Whatever reads the rules, verifies a token, asks STS who signed, and writes an audit row can end in these. */
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
  // For tokens that do not fit into a header: of people with hundreds of groups.
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
    start: () => () => success({ status: 'up' }),
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

/** What a web page can have use for: all that takes a proof. */
export const PAGE_PATHS: ReadonlySet<string> = new Set(
  Object.values<Route>(ROUTES).flatMap((route) => ('action' in route ? [route.path] : [])),
);

/** Every way in which a preflight can end in a problem: 405 where it is no preflight. */
export const FAILURES_OF_PREFLIGHTS = [
  'access_denied',
  'method_not_allowed',
  'internal_error',
  'store_unavailable',
] as const satisfies readonly FailureCode[];

/** What the Allow header of a path says: whoever answers GET answers HEAD (RFC 9110 section 9.3.2). */
export function allowedOn(path: string): string {
  const methods = Object.values(ROUTES)
    .filter((route) => route.path === path)
    .map(({ method }) => (method === 'GET' ? 'GET, HEAD' : method));
  return methods.join(', ');
}
