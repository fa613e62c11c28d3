// Reads s.yaml, as Serverless Devs does, into what the gateway runs: functions and the routes of the custom domain.
// The only environment variables that it reads are those that it is given.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { type Environment, resolveVariables } from '../../clients/cli/setup/fill-s-yaml.ts';

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
