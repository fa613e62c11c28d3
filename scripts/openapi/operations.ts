// The words of the OpenAPI document for each route. Paths, methods and failures come from the route table. The HTTP tests
// compare the document with the answers of the app.
import type { RouteName } from '../../functions/vend/routes.ts';
import type { HeaderName } from './headers.ts';
import type { SchemaName } from './wire-schemas.ts';

interface OwnAnswer {
  readonly schema: SchemaName;
  readonly description: string;
  readonly headers?: readonly HeaderName[];
}

/** The groups of operations. Generated code has a class for each. */
export const TAGS = {
  credentials: 'Vending, and explaining the outcome of a request for credentials.',
  caller: 'The roles and the identity of the caller.',
  health: 'For the platform and its monitors.',
  preflight: 'Preflights, which browsers send before a web page’s request. Clients do not call them.',
};

export interface OperationText {
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description: string;
  readonly proof: 'header' | 'header-or-body' | 'none';
  readonly request?: SchemaName;
  /** Statuses that are answered with a body of the operation's own. */
  readonly answers: Readonly<Record<number, OwnAnswer>>;
}

export const OPERATIONS: Readonly<Record<RouteName, OperationText>> = {
  vendCredentials: {
    tag: 'credentials',
    summary: 'Exchange a proof of identity for scoped STS credentials',
    description:
      'Vends credentials of one role, limited to one grant of this caller and, with `policy`, further. ' +
      'Equal requests may get the same credentials again while enough of their life is left. ' +
      'A role that does not exist and a role that the caller may not take get the same answer.',
    proof: 'header-or-body',
    request: 'CredentialsRequest',
    answers: {
      200: {
        schema: 'CredentialsResponse',
        description: 'The credentials, and what they may do.',
        headers: ['Age'],
      },
    },
  },
  explain: {
    tag: 'credentials',
    summary: 'Explain the outcome of a request for credentials, and its reason',
    description:
      'Decides as `POST /v1/credentials` does, and issues nothing. Shows each grant of the caller for the role, the results ' +
      'of its tests, and the session policy with its size. A role that does not exist and a role that the caller may not ' +
      'take get the same answer. With a grant of the permission `explain`, `as` asks about any other caller, and `arrival` ' +
      'how the request itself came through what stands in front of Stint.',
    proof: 'header-or-body',
    request: 'ExplainRequest',
    answers: {
      200: { schema: 'ExplainResponse', description: 'The outcome, also if it is a refusal.' },
    },
  },
  listRoles: {
    tag: 'caller',
    summary: 'List the roles that the caller may take',
    description: 'Only the caller’s own roles, with the longest duration of each and what it still needs.',
    proof: 'header',
    answers: { 200: { schema: 'RolesResponse', description: 'The caller’s roles. The list may be empty.' } },
  },
  showIdentity: {
    tag: 'caller',
    summary: 'Show who the caller is',
    description: 'The caller as the rules see them: provider, subject, groups and claims.',
    proof: 'header',
    answers: { 200: { schema: 'IdentityResponse', description: 'The caller.' } },
  },
  listRolesByPost: {
    tag: 'caller',
    summary: 'List the roles that the caller may take, by a token in the body',
    description:
      'Answers as `GET /v1/roles` does, for tokens that do not fit into a header. Without a body it takes the proof ' +
      'from the headers.',
    proof: 'header-or-body',
    request: 'TokenRequest',
    answers: { 200: { schema: 'RolesResponse', description: 'The caller’s roles. The list may be empty.' } },
  },
  showIdentityByPost: {
    tag: 'caller',
    summary: 'Show who the caller is, by a token in the body',
    description:
      'Answers as `GET /v1/identity` does, for tokens that do not fit into a header. Without a body it takes the ' +
      'proof from the headers.',
    proof: 'header-or-body',
    request: 'TokenRequest',
    answers: { 200: { schema: 'IdentityResponse', description: 'The caller.' } },
  },
  checkHealth: {
    tag: 'health',
    summary: 'Check that the process is up',
    description: 'Calls no dependency.',
    proof: 'none',
    answers: { 200: { schema: 'HealthResponse', description: 'The process is up.' } },
  },
  checkReadiness: {
    tag: 'health',
    summary: 'Check that the dependencies answer',
    description: 'Checks that Tablestore and STS answer. The result is kept for a few seconds.',
    proof: 'none',
    answers: {
      200: { schema: 'ReadyResponse', description: 'All dependencies answer.' },
      503: {
        schema: 'ReadyResponse',
        description: 'At least one dependency does not answer.',
        headers: ['Retry-After'],
      },
    },
  },
};
