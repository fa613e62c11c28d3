// Reads s.yaml, as Serverless Devs does, into what the gateway runs: functions and the routes of the custom domain.
// The only environment variables that it reads are those that it is given.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

// The part of the ${…} substitution of Serverless Devs that s.yaml uses.

export type Environment = Readonly<Record<string, string | undefined>>;

const PLACEHOLDER = /\$\{([^}]*)\}/g;
const WHOLE_PLACEHOLDER = /^\$\{([^}]*)\}$/;
const ENV_CALL = /^env\(\s*'([^']*)'\s*(?:,\s*'([^']*)'\s*)?\)$/;
/** A variable that names a variable that names another: three deep is all that s.yaml has. */
const MAX_DEPTH = 5;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (isRecord(node) ? node[key] : undefined), root);
}

function substituteFor(expression: string, document: unknown, environment: Environment): unknown {
  const call = ENV_CALL.exec(expression);
  const value =
    call === null ? valueAt(document, expression.split('.')) : (environment[call[1] ?? ''] ?? call[2]);
  if (value === undefined) throw new Error(`s.yaml: nothing to put in place of \${${expression}}`);
  return value;
}

function resolveText(text: string, document: unknown, environment: Environment, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new Error(`s.yaml: ${text} refers to itself`);
  const whole = WHOLE_PLACEHOLDER.exec(text);
  if (whole !== null)
    return resolveNode(
      substituteFor(whole[1] ?? '', document, environment),
      document,
      environment,
      depth + 1,
    );
  return text.replace(PLACEHOLDER, (_, expression: string) =>
    String(resolveNode(substituteFor(expression, document, environment), document, environment, depth + 1)),
  );
}

function resolveNode(node: unknown, document: unknown, environment: Environment, depth: number): unknown {
  if (typeof node === 'string')
    return node.includes('${') ? resolveText(node, document, environment, depth) : node;
  if (Array.isArray(node)) return node.map((item) => resolveNode(item, document, environment, depth));
  if (!isRecord(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, resolveNode(value, document, environment, depth)]),
  );
}

/** Replaces `${env('NAME', 'default')}` and `${path.in.the.document}` in every text; throws if there is no value. */
export function resolveVariables(document: unknown, environment: Environment): unknown {
  return resolveNode(document, document, environment, 0);
}

const Trigger = z.discriminatedUnion('triggerType', [
  z.object({
    triggerType: z.literal('http'),
    triggerConfig: z.object({ methods: z.array(z.string()) }),
  }),
  z.object({
    triggerType: z.literal('timer'),
    triggerName: z.string(),
    triggerConfig: z.object({
      cronExpression: z.string(),
      enable: z.boolean(),
      payload: z.string().default(''),
    }),
  }),
]);

const FunctionProps = z.object({
  region: z.string(),
  functionName: z.string(),
  code: z.string(),
  customRuntimeConfig: z.object({
    command: z.array(z.string()).min(1),
    args: z.array(z.string()).default([]),
  }),
  instanceConcurrency: z.number().int().min(1).max(200).default(1),
  memorySize: z.number().int(),
  timeout: z.number().int().min(1).default(3),
  role: z.string(),
  environmentVariables: z.record(z.string(), z.string()).default({}),
  triggers: z.array(Trigger),
});

const DomainProps = z.object({
  routeConfig: z.object({
    routes: z.array(
      z.object({ path: z.string(), functionName: z.string(), methods: z.array(z.string()).optional() }),
    ),
  }),
});

const SYaml = z.object({
  resources: z.record(
    z.string(),
    z.discriminatedUnion('component', [
      z.object({ component: z.literal('fc3'), props: FunctionProps }),
      z.object({ component: z.literal('fc3-domain'), props: DomainProps }),
    ]),
  ),
});

export type FunctionSpec = Readonly<z.infer<typeof FunctionProps>> & {
  /** The resource's name in s.yaml: the folder under functions/. */
  readonly name: string;
  readonly codeFolder: string;
};

export type DomainRoute = Readonly<z.infer<typeof DomainProps>['routeConfig']['routes'][number]>;

/** The methods of HTTP that the function takes. Empty: it has no HTTP trigger, and no request reaches it. */
export const httpMethods = ({ triggers }: Pick<FunctionSpec, 'triggers'>): readonly string[] =>
  triggers.flatMap((trigger) => (trigger.triggerType === 'http' ? trigger.triggerConfig.methods : []));

export interface Deployment {
  readonly functions: readonly FunctionSpec[];
  readonly routes: readonly DomainRoute[];
}

/** `environment` is what `${env('…')}` reads; the process's own environment plays no part. */
export function readDeployment(sYaml: string, environment: Environment): Deployment {
  const document: unknown = parse(readFileSync(sYaml, 'utf8'));
  const { resources } = SYaml.parse(resolveVariables(document, environment));
  const functions: FunctionSpec[] = [];
  const routes: DomainRoute[] = [];
  for (const [name, resource] of Object.entries(resources)) {
    if (resource.component === 'fc3-domain') routes.push(...resource.props.routeConfig.routes);
    else
      functions.push({ ...resource.props, name, codeFolder: resolve(dirname(sYaml), resource.props.code) });
  }
  return { functions, routes };
}

function matches(route: DomainRoute, path: string): boolean {
  return route.path.endsWith('*') ? path.startsWith(route.path.slice(0, -1)) : route.path === path;
}

/** The route of a path on the custom domain: the exact one, else the longest matching wildcard. */
export function findRoute(routes: readonly DomainRoute[], path: string): DomainRoute | undefined {
  const exact = routes.find((route) => route.path === path);
  if (exact !== undefined) return exact;
  return routes
    .filter((route) => matches(route, path))
    .reduce<DomainRoute | undefined>(
      (best, route) => (best === undefined || route.path.length > best.path.length ? route : best),
      undefined,
    );
}
