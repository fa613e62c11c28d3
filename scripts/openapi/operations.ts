// What each route of the app takes and answers, in words. Paths, methods and failures are the route table's own; the
// HTTP tests compare all of it with what is really answered.
import type { RouteName } from '../../functions/vend/routes.ts';
import type { HeaderName } from './headers.ts';
import type { SchemaName } from './wire-schemas.ts';

interface OwnAnswer {
  readonly schema: SchemaName;
  readonly description: string;
  readonly headers?: readonly HeaderName[];
}

/** What clients group operations by; generated code has a class for each. */
export const TAGS = {
  credentials: 'Vending, and what a request for credentials would come to.',
  caller: 'What the caller may take, and who it is.',
  health: 'For the platform and its monitors.',
  preflight: 'What browsers ask before a web page’s request; no client calls it.',
};

export interface Operation {
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description: string;
  readonly proof: 'header' | 'header-or-body' | 'none';
  readonly request?: SchemaName;
  /** Statuses that are answered with a body of the operation's own. */
  readonly answers: Readonly<Record<number, OwnAnswer>>;
}

export const OPERATIONS: Readonly<Record<RouteName, Operation>> = {
  vendCredentials: {
    tag: 'credentials',
    summary: 'Exchange a proof of identity for scoped STS credentials',
    description:
      'Vends credentials of one role, limited to what one grant gives this caller and, with `policy`, further. ' +
      'Equal requests may get the same credentials again while enough of their life is left. ' +
      'That a role does not exist and that it is not the caller’s are answered alike.',
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
    summary: 'Explain what a request for credentials would come to, and why',
    description:
      'Decides as `POST /v1/credentials` does, and issues nothing. Shows each grant of the caller for the role, the tests ' +
      'that it puts a request to and what they saw, and the session policy with its size. A role that does not exist ' +
      'and one that is not the caller’s are answered alike. With a grant of the permission `explain`, `as` asks about ' +
      'anybody else.',
    proof: 'header-or-body',
    request: 'ExplainRequest',
    answers: {
      200: { schema: 'ExplainResponse', description: 'What would happen, also if that is a refusal.' },
    },
  },
  listRoles: {
    tag: 'caller',
    summary: 'List the roles that the caller may take',
    description: 'Only the caller’s own roles, with the longest duration of each and what it still needs.',
    proof: 'header',
    answers: { 200: { schema: 'RolesResponse', description: 'The caller’s roles; none is an empty list.' } },
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
    answers: { 200: { schema: 'RolesResponse', description: 'The caller’s roles; none is an empty list.' } },
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
    summary: 'Is the process up?',
    description: 'Asks no dependency.',
    proof: 'none',
    answers: { 200: { schema: 'HealthResponse', description: 'It is up.' } },
  },
  checkReadiness: {
    tag: 'health',
    summary: 'Do the dependencies answer?',
    description: 'Asks Tablestore and STS for a sign of life; the answer is kept for a few seconds.',
    proof: 'none',
    answers: {
      200: { schema: 'ReadyResponse', description: 'All answer.' },
      503: {
        schema: 'ReadyResponse',
        description: 'At least one does not answer.',
        headers: ['Retry-After'],
      },
    },
  },
};
