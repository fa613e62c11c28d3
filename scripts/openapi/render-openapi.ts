// The whole OpenAPI 3.1 document. The same code gives the same bytes.
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import {
  CORS_PATHS,
  FAILURES_OF_PREFLIGHTS,
  ROUTES,
  type Route,
  type RouteName,
} from '../../functions/vend/routes.ts';
import { EXAMPLES } from './examples.ts';
import { answerHeaders, HEADERS, permissionHeaders } from './headers.ts';
import { OPERATIONS, type OperationText, TAGS } from './operations.ts';
import { problemResponse, problemResponses, problemSchemas } from './problem-responses.ts';
import { type SchemaName, schemaRef, wireSchemas } from './wire-schemas.ts';

const HEADER = '# Generated from the code by `npm run openapi`. Do not edit.\n';

const DESCRIPTION = [
  'Exchanges a proof of identity for scoped STS credentials of Alibaba Cloud.',
  'Every failure is a problem document (RFC 9457): programs use its `code`; its `detail` is constant for each code.',
  '`/` and `/sts` answer STS’s AssumeRoleWithOIDC, and `/v1/token` the token exchange of RFC 8693, whose metadata are at',
  '`/.well-known/oauth-authorization-server` and `/.well-known/oauth-protected-resource`; they are not described here.',
  'Any other path that is not listed here answers with `#/components/responses/NotFound`, and a method that is not listed with',
  '`#/components/responses/MethodNotAllowed`. Later versions may add members and values to answers: clients must ignore',
  'unknown members, and treat a value that is not in `x-extensible-enum` as unknown.',
].join(' ');

const IN_HEADERS = [{ bearer: [] }, { dpop: [] }, { clientCertificate: [] }] as const;

/** The proof of identity: in headers, or the body's \`token\` where there is one. */
const SECURITY = { header: IN_HEADERS, 'header-or-body': [...IN_HEADERS, {}], none: [] } as const;

const jsonOf = (name: SchemaName) => ({
  'application/json': { schema: { $ref: schemaRef(name) }, example: EXAMPLES[name] },
});

/**
 * Node.js refuses such a request before the app sees it, and Function Compute, whose limit is 8 KB, before Node.js does.
 * Tokens are what makes headers long, so a client must know it: they fit into the body.
 */
const HEADERS_TOO_LARGE = {
  431: {
    description:
      'The request headers are larger than the platform allows (8 KB on Function Compute). The platform refused the ' +
      'request without a problem document. Send the token in the body.',
  },
};

/** RFC 9449 section 4: a scheme of its own in \`security\` gives generated clients no place for the proof. */
const DPOP_PROOF = {
  name: 'DPoP',
  in: 'header',
  required: false,
  description: 'The proof that the caller holds the key to which the token is bound (RFC 9449).',
  schema: { type: 'string' },
};

function responsesOf({ answers }: OperationText, { failures, path }: Route) {
  const forPages = CORS_PATHS.has(path);
  const own = Object.entries(answers).map(([status, { schema, description, headers }]) => [
    status,
    { description, headers: answerHeaders(forPages, headers), content: jsonOf(schema) },
  ]);
  return { ...Object.fromEntries(own), ...problemResponses(failures, forPages), ...HEADERS_TOO_LARGE };
}

const isRouteName = (id: string): id is RouteName => id in ROUTES;

const isBodyRequired = (route: Route): boolean => 'body' in route && route.body === 'required';

function describeOperation(id: RouteName) {
  const operation = OPERATIONS[id];
  const { tag, summary, description, proof, request } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    security: SECURITY[proof],
    ...(proof !== 'none' && { parameters: [DPOP_PROOF] }),
    ...(request && { requestBody: { required: isBodyRequired(ROUTES[id]), content: jsonOf(request) } }),
    responses: responsesOf(operation, ROUTES[id]),
  };
}

const requestHeader = (name: string, required: boolean, description: string) => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
});

/** Without the first two it is no preflight, and is answered 405. */
const PREFLIGHT_HEADERS = [
  requestHeader('Origin', true, 'The origin of the page.'),
  requestHeader('Access-Control-Request-Method', true, 'The method that the page will use.'),
  requestHeader('Access-Control-Request-Headers', false, 'The headers that the page will send.'),
];

/** A browser sends it by itself, before a page's request (Fetch standard, CORS protocol). */
const describePreflight = (path: string) => ({
  operationId: `preflight${path.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/\W/g, '')}`,
  tags: ['preflight'],
  summary: 'Check whether a web page may call this',
  description:
    'Answers a preflight, a request with `Origin` and `Access-Control-Request-Method`. Allows the origins that a provider lists.',
  security: [],
  parameters: PREFLIGHT_HEADERS,
  responses: {
    204: { description: 'The page may call.', headers: permissionHeaders() },
    ...problemResponses(FAILURES_OF_PREFLIGHTS),
    ...HEADERS_TOO_LARGE,
  },
});

function describePaths() {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const id of Object.keys(ROUTES).filter(isRouteName)) {
    const { method, path } = ROUTES[id];
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeOperation(id) };
    if (CORS_PATHS.has(path)) paths[path]['options'] = describePreflight(path);
  }
  return paths;
}

function projectVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version }: { readonly version: string } = JSON.parse(text);
  return version;
}

function openapiDocument() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Stint',
      version: projectVersion(),
      description: DESCRIPTION,
      contact: { name: 'The operators of this deployment' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      {
        url: '{publicUrl}',
        description: 'STINT_PUBLIC_URL of the deployment.',
        variables: { publicUrl: { default: 'http://127.0.0.1:9000' } },
      },
    ],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: describePaths(),
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An ID token of a configured identity provider, addressed to this deployment.',
        },
        dpop: {
          type: 'http',
          scheme: 'dpop',
          description:
            'The same token bound to a key of the caller, with a proof in the header DPoP (RFC 9449).',
        },
        clientCertificate: {
          type: 'mutualTLS',
          description:
            'A certificate of a configured CA, if a gateway in front of this deployment asks for one.',
        },
      },
      responses: {
        NotFound: problemResponse(['not_found']),
        MethodNotAllowed: problemResponse(['method_not_allowed']),
      },
      headers: HEADERS,
      schemas: { ...wireSchemas(), ...problemSchemas() },
    },
  };
}

export const renderOpenapi = (): string =>
  HEADER + stringify(openapiDocument(), { aliasDuplicateObjects: false, lineWidth: 110 });
