// What each operation takes and every way in which it can end. test/contract/ compares it with the app's routes, and
// the HTTP tests compare it with what is really answered.
import type { FailureCode } from '../../shared/errors.ts';
import type { SchemaName } from './wire-schemas.ts';

export interface Operation {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly proof: 'header' | 'header-or-body' | 'none';
  readonly request?: SchemaName;
  /** Statuses that are answered with a body of the operation's own. */
  readonly answers: Readonly<Record<number, { readonly schema: SchemaName; readonly description: string }>>;
  readonly failures: readonly FailureCode[];
}

/** Whatever reads the rules, verifies a token and writes an audit row can end in these. */
const FAILURES_OF_AUTHENTICATED = [
  'invalid_token',
  'internal_error',
  'store_unavailable',
  'audit_unavailable',
  'keys_unavailable',
] as const satisfies readonly FailureCode[];

export const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/credentials',
    id: 'vendCredentials',
    summary: 'Exchange a proof of identity for scoped STS credentials',
    description:
      'Vends credentials of one role, limited to what one grant gives this caller and, with `policy`, further. ' +
      'Equal requests may get the same credentials again while enough of their life is left. ' +
      'That a role does not exist and that it is not the caller’s are answered alike.',
    proof: 'header-or-body',
    request: 'CredentialsRequest',
    answers: {
      200: { schema: 'CredentialsResponse', description: 'The credentials, and what they may do.' },
    },
    failures: [
      ...FAILURES_OF_AUTHENTICATED,
      'invalid_request',
      'access_denied',
      'step_up_required',
      'too_large',
      'unsupported_media_type',
      'policy_not_narrower',
      'policy_too_large',
      'duration_too_long',
      'rate_limited',
      'role_misconfigured',
      'sts_unavailable',
    ],
  },
  {
    method: 'get',
    path: '/v1/roles',
    id: 'listRoles',
    summary: 'List the roles that the caller may take',
    description: 'Only the caller’s own roles, with the longest duration of each and what it still needs.',
    proof: 'header',
    answers: { 200: { schema: 'RolesResponse', description: 'The caller’s roles; none is an empty list.' } },
    failures: FAILURES_OF_AUTHENTICATED,
  },
  {
    method: 'get',
    path: '/v1/identity',
    id: 'showIdentity',
    summary: 'Show who the caller is',
    description: 'The caller as the rules see them: provider, subject, groups and claims.',
    proof: 'header',
    answers: { 200: { schema: 'IdentityResponse', description: 'The caller.' } },
    failures: FAILURES_OF_AUTHENTICATED,
  },
  {
    method: 'get',
    path: '/healthz',
    id: 'checkHealth',
    summary: 'Is the process up?',
    description: 'Asks no dependency.',
    proof: 'none',
    answers: { 200: { schema: 'HealthResponse', description: 'It is up.' } },
    failures: [],
  },
  {
    method: 'get',
    path: '/readyz',
    id: 'checkReadiness',
    summary: 'Do the dependencies answer?',
    description: 'Asks Tablestore and STS for a sign of life; the answer is kept for a few seconds.',
    proof: 'none',
    answers: {
      200: { schema: 'ReadyResponse', description: 'All answer.' },
      503: { schema: 'ReadyResponse', description: 'At least one does not answer.' },
    },
    failures: ['internal_error'],
  },
];
