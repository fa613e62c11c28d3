// The schema of problems, and a response for each status of an operation, made from the table of problems.

import { PROBLEMS, type ProblemSpec } from '../../shared/http/problem.ts';
import type { FailureCode } from '../../shared/kernel/failure.ts';
import { EXAMPLE_ERRORS, EXAMPLE_REQUEST_ID } from './examples.ts';
import { problemHeaders } from './headers.ts';
import { KNOWN_VALUES } from './open-answer.ts';
import { schemaRef } from './wire-schemas.ts';

const specOf = (code: FailureCode): ProblemSpec => PROBLEMS[code];

const ERRORS = {
  type: 'array',
  description: 'The fields that are wrong, and why; never their values.',
  items: { $ref: schemaRef('FieldError') },
};

const FIELD_ERROR = {
  type: 'object',
  properties: { field: { type: 'string' }, message: { type: 'string' } },
  required: ['field', 'message'],
};

/** The codes whose answer names the wrong fields of the caller's own request. */
const WITH_ERRORS: ReadonlySet<FailureCode> = new Set(['invalid_request', 'policy_not_narrower']);

/** RFC 9457 section 3.1; all but the id is constant, so that no answer tells more than its code. */
function exampleOf(code: FailureCode) {
  const { title, status, detail } = specOf(code);
  const constants = { type: `urn:stint:problem:${code}`, title, status, detail, code };
  const errors = WITH_ERRORS.has(code) ? { errors: EXAMPLE_ERRORS } : {};
  return { ...constants, requestId: EXAMPLE_REQUEST_ID, ...errors };
}

/**
 * One schema for every code. With a schema for each, generated Go could not tell two codes of one status apart and lost
 * the answer; what is constant for a code is in the examples of the responses that list it.
 */
const PROBLEM = {
  type: 'object',
  description:
    'A problem document (RFC 9457). Programs decide by `code`, and by the status if they do not know the code.',
  properties: {
    type: { type: 'string', description: 'The URN of the code.' },
    title: { type: 'string' },
    status: { type: 'integer', description: 'The status of the response.' },
    detail: { type: 'string', description: 'The advice to the caller; constant for each code.' },
    code: { type: 'string', [KNOWN_VALUES]: Object.keys(PROBLEMS) },
    requestId: { type: 'string', description: 'The id of the request in the operator’s log.' },
    errors: ERRORS,
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
};

export const problemSchemas = (): Readonly<Record<string, unknown>> => ({
  Problem: PROBLEM,
  FieldError: FIELD_ERROR,
});

/** One response for codes that share a status; its examples are what each of them is answered with. */
export function problemResponse(codes: readonly FailureCode[], forPages = false) {
  const examples = codes.map((code) => [code, { summary: specOf(code).title, value: exampleOf(code) }]);
  return {
    description: codes.map((code) => specOf(code).title).join('; or: '),
    headers: Object.assign({}, ...codes.map((code) => problemHeaders(specOf(code), forPages))),
    content: {
      'application/problem+json': {
        schema: { $ref: schemaRef('Problem') },
        examples: Object.fromEntries(examples),
      },
    },
  };
}

export function problemResponses(
  codes: readonly FailureCode[],
  forPages = false,
): Readonly<Record<string, unknown>> {
  const statuses = [...new Set(codes.map((code) => specOf(code).status))];
  const sharing = (status: number) => codes.filter((code) => specOf(code).status === status);
  return Object.fromEntries(statuses.map((status) => [status, problemResponse(sharing(status), forPages)]));
}
