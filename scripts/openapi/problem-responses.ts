// The problem table → a closed schema for each code, and a response for each status that an operation can answer.
import type { FailureCode } from '../../shared/errors.ts';
import { PROBLEMS, type ProblemSpec } from '../../shared/http/problem.ts';
import { EXAMPLE_ERRORS, EXAMPLE_REQUEST_ID } from './examples.ts';
import { problemHeaders } from './headers.ts';
import { schemaRef } from './wire-schemas.ts';

const specOf = (code: FailureCode): ProblemSpec => PROBLEMS[code];

/** invalid_request → InvalidRequest */
const problemName = (code: FailureCode): string =>
  code.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

const ERRORS = {
  type: 'array',
  description: 'The fields that are wrong and how; never what was in them.',
  items: {
    type: 'object',
    properties: { field: { type: 'string' }, message: { type: 'string' } },
    required: ['field', 'message'],
    additionalProperties: false,
  },
};

/** Those that name what is wrong in the caller's own request. */
const WITH_ERRORS: ReadonlySet<FailureCode> = new Set(['invalid_request', 'policy_not_narrower']);

/** RFC 9457 section 3.1; all but the id is constant, so that no answer tells more than its code. */
function constantsOf(code: FailureCode) {
  const { title, status, detail } = specOf(code);
  return { type: `urn:stint:problem:${code}`, title, status, detail, code };
}

function problemSchema(code: FailureCode) {
  const constants = constantsOf(code);
  const errors = WITH_ERRORS.has(code);
  const properties = {
    ...Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, { const: value }])),
    requestId: { type: 'string', description: 'Names the request in the operator’s log.' },
    ...(errors && { errors: ERRORS }),
  };
  const example = { ...constants, requestId: EXAMPLE_REQUEST_ID, ...(errors && { errors: EXAMPLE_ERRORS }) };
  const required = Object.keys(properties);
  return { type: 'object', properties, required, additionalProperties: false, examples: [example] };
}

export function problemSchemas(): Readonly<Record<string, unknown>> {
  const codes = Object.keys(PROBLEMS).filter((code): code is FailureCode => code in PROBLEMS);
  return Object.fromEntries(codes.map((code) => [problemName(code), problemSchema(code)]));
}

/** One response for codes that share a status. */
export function problemResponse(codes: readonly FailureCode[], forPages = false) {
  return {
    description: codes.map((code) => specOf(code).title).join('; or: '),
    headers: Object.assign({}, ...codes.map((code) => problemHeaders(specOf(code), forPages))),
    content: {
      'application/problem+json': {
        schema: {
          type: 'object',
          properties: { code: { type: 'string', enum: codes } },
          oneOf: codes.map((code) => ({ $ref: schemaRef(problemName(code)) })),
        },
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
