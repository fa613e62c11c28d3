// Reads s.yaml into what the gateway runs: functions and the routes of the custom domain. Reads nothing else.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { type Environment, resolveVariables } from './resolve-variables.ts';

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
  triggers: z.array(
    z.object({ triggerType: z.string(), triggerConfig: z.object({ methods: z.array(z.string()) }) }),
  ),
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

export type Route = Readonly<z.infer<typeof DomainProps>['routeConfig']['routes'][number]>;

export interface Deployment {
  readonly functions: readonly FunctionSpec[];
  readonly routes: readonly Route[];
}

/** `environment` is what `${env('…')}` reads; the process's own environment plays no part. */
export function readDeployment(sYaml: string, environment: Environment): Deployment {
  const document: unknown = parse(readFileSync(sYaml, 'utf8'));
  const { resources } = SYaml.parse(resolveVariables(document, environment));
  const functions: FunctionSpec[] = [];
  const routes: Route[] = [];
  for (const [name, resource] of Object.entries(resources)) {
    if (resource.component === 'fc3-domain') routes.push(...resource.props.routeConfig.routes);
    else
      functions.push({ ...resource.props, name, codeFolder: resolve(dirname(sYaml), resource.props.code) });
  }
  return { functions, routes };
}
