// The API of Function Compute 3.0 (2023-03-30, ROA style) that says how functions are deployed: GetFunction and ListTriggers.
// Signatures and permissions are checked as by RAM. Paths, members and resources are those of the API reference and of its page
// on policies; of the codes, FunctionNotFound (data structure Error) and AccessDenied (same page) are documented.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { type Environment, resolveVariables } from '../../clients/cli/setup/fill-s-yaml.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import { type Authentication, authenticateCaller, openAuthentication } from '../rpc/authenticate-caller.ts';
import { authorizeAction, contextOf } from '../rpc/authorize-action.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import { type ErrorSpec, GATEWAY_ERRORS, type RpcError } from '../rpc/rpc-error.ts';
import { type RpcRequest, readAction } from '../rpc/rpc-request.ts';
import { type ListenOptions, type LocalRpc, type Performed, startRpcServer } from '../rpc/server.ts';

const ERRORS = {
  FunctionNotFound: { status: 404, message: 'function not found' },
  AccessDenied: { status: 403, message: 'the caller is not authorized' },
  /** Not confirmed. */
  InternalError: { status: 500, message: 'an internal error has occurred' },
  ...GATEWAY_ERRORS,
} as const satisfies Record<string, ErrorSpec>;

type Code = keyof typeof ERRORS;

const API = { version: '2023-03-30', actions: ['GetFunction', 'ListTriggers'] } as const;
const PATH = /^\/2023-03-30\/functions\/([A-Za-z_][A-Za-z0-9_-]{0,127})(\/triggers)?$/;

const Text = z.string();
const Trigger = z.object({
  triggerName: Text,
  triggerType: Text,
  description: Text.default(''),
  triggerConfig: z.record(z.string(), z.unknown()),
});
/** What s.yaml says of a function, as far as the API answers with it. */
const FunctionProps = z.object({
  functionName: Text,
  description: Text,
  runtime: Text,
  layers: z.array(Text),
  customRuntimeConfig: z.object({ command: z.array(Text), args: z.array(Text), port: z.number() }),
  instanceConcurrency: z.number(),
  cpu: z.number(),
  memorySize: z.number(),
  diskSize: z.number(),
  timeout: z.number(),
  role: Text,
  internetAccess: z.boolean(),
  environmentVariables: z.record(z.string(), z.string()),
  logConfig: z.record(z.string(), z.union([z.string(), z.boolean()])),
  triggers: z.array(Trigger),
});

/** A function as it is deployed, in the words of s.yaml. */
export type DeployedFunction = z.infer<typeof FunctionProps>;

const SYaml = z.object({
  resources: z.record(z.string(), z.object({ component: z.string(), props: z.unknown() })),
});

/** What npm run deploy would make of s.yaml in this environment. */
export function deployedBy(sYaml: string, environment: Environment): readonly DeployedFunction[] {
  const { resources } = SYaml.parse(resolveVariables(parse(readFileSync(sYaml, 'utf8')), environment));
  return Object.values(resources)
    .filter(({ component }) => component === 'fc3')
    .map(({ props }) => FunctionProps.parse(props));
}

/** The component for Serverless Devs writes roles in small letters, and an answer has more than was set. */
const functionBody = ({ triggers, layers, role, ...props }: DeployedFunction): AnswerBody => ({
  ...props,
  role: role.toLowerCase(),
  layers: layers.map((arn) => ({ arn, size: 1 })),
  state: 'Active',
});

const triggersBody = ({ triggers }: DeployedFunction): AnswerBody => ({
  triggers: triggers.map(({ triggerConfig, ...trigger }) => ({
    ...trigger,
    triggerConfig: JSON.stringify(triggerConfig),
    qualifier: 'LATEST',
    status: 'OK',
  })),
});

interface Service {
  readonly authentication: Authentication;
  readonly region: string;
  readonly accountId: string;
  readonly deployed: () => readonly DeployedFunction[];
}

function handleCall(request: RpcRequest, service: Service): Result<Performed, RpcError<Code>> {
  const action = readAction(request, API);
  if (!action.ok) return action;
  const [, name = '', ofTriggers] = PATH.exec(request.path) ?? [];
  const isList = action.value === 'ListTriggers';
  if (request.method !== 'GET' || isList !== (ofTriggers !== undefined))
    return err({ code: 'InvalidAction.NotFound' });
  const caller = authenticateCaller(request, service.authentication);
  if (!caller.ok) return caller;
  const { accountId } = caller.value;
  const resource = `acs:fc:${service.region}:${accountId}:functions/${name}${isList ? '/triggers/*' : ''}`;
  const context = contextOf(request, service.authentication.now());
  const may = authorizeAction(caller.value, `fc:${action.value}`, resource, context);
  if (!may.ok) return err({ ...may.error, code: 'AccessDenied' });
  const own = accountId === service.accountId ? service.deployed() : [];
  const found = own.find(({ functionName }) => functionName === name);
  if (found === undefined) return err({ code: 'FunctionNotFound' });
  return ok({ action: action.value, body: isList ? triggersBody(found) : functionBody(found) });
}

interface ManagementOptions extends ListenOptions {
  readonly iam: LocalIam;
  readonly region: string;
  readonly accountId: string;
  /** Asked at each call. */
  readonly deployed: () => readonly DeployedFunction[];
  readonly clock?: () => Date;
}

/** Resolves when it listens. */
export function startFunctionManagement(options: ManagementOptions): Promise<LocalRpc<Code>> {
  const { iam, clock = () => new Date(), region, accountId, deployed } = options;
  const service = { authentication: openAuthentication(iam.find, clock), region, accountId, deployed };
  const isPath = (path: string): boolean => PATH.test(path);
  const handle = (request: RpcRequest) => handleCall(request, service);
  return startRpcServer<Code>({ name: 'Function Compute', errors: ERRORS, isPath, handle }, options);
}
