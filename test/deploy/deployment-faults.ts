// What must hold in s.yaml and the fc3 schema does not check. Each rule says what goes wrong without it.
import { findRoute } from '../../local/fc/find-route.ts';
import { type Deployment, readDeployment } from '../../local/fc/read-deployment.ts';

export type Props = Record<string, unknown>;

/** Design: HTTP API. */
const VEND_PATHS = ['/v1/credentials', '/v1/roles', '/v1/identity', '/healthz', '/readyz'];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const SECRET_NAME = /SECRET|PASSWORD|TOKEN|ACCESS_KEY|PRIVATE|SESSION_KEYS/i;
const SECRET_VALUE = /\bLTAI[A-Za-z0-9]{12,}|\bSTS\.[A-Za-z0-9]{8,}|PRIVATE KEY|"d"\s*:|^ey[A-Za-z0-9_-]+\./;

function at(node: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    node,
  );
}

const environmentOf = (vend: Props): [string, unknown][] =>
  Object.entries(at(vend, 'environmentVariables') ?? {});

export const PROP_RULES: Readonly<Record<string, (vend: Props) => boolean>> = {
  'a custom runtime, because built-in ones take one request at a time': (vend) =>
    /^custom\.debian\d+$/.test(String(vend['runtime'])),
  'concurrency is set, between 2 and 200': (vend) =>
    Number.isInteger(vend['instanceConcurrency']) &&
    Number(vend['instanceConcurrency']) >= 2 &&
    Number(vend['instanceConcurrency']) <= 200,
  'memory is one to four GiB for each vCPU': (vend) => {
    const ratio = Number(vend['memorySize']) / 1024 / Number(vend['cpu']);
    return ratio >= 1 && ratio <= 4;
  },
  'one HTTP trigger with an authentication type that exists': (vend) =>
    at(vend, 'triggers', 'length') === 1 &&
    at(vend, 'triggers', 0, 'triggerType') === 'http' &&
    ['anonymous', 'function', 'jwt'].includes(String(at(vend, 'triggers', 0, 'triggerConfig', 'authType'))),
  'the test domain of the platform is off': (vend) =>
    at(vend, 'triggers', 0, 'triggerConfig', 'disableURLInternet') === true,
  'a queued request is never tried again': (vend) =>
    at(vend, 'asyncInvokeConfig', 'maxAsyncRetryAttempts') === 0,
  'a queued request expires at once': (vend) =>
    at(vend, 'asyncInvokeConfig', 'maxAsyncEventAgeInSeconds') === 1,
  'the environment holds only settings of Stint': (vend) =>
    environmentOf(vend).length > 0 && environmentOf(vend).every(([name]) => /^STINT_[A-Z0-9_]+$/.test(name)),
  'no environment variable is named like a secret': (vend) =>
    environmentOf(vend).every(([name]) => !SECRET_NAME.test(name)),
  'no environment variable holds a secret': (vend) =>
    environmentOf(vend).every(([, value]) => !SECRET_VALUE.test(String(value))),
  'requests and instances are logged and measured': (vend) =>
    typeof at(vend, 'logConfig', 'project') === 'string' &&
    at(vend, 'logConfig', 'enableRequestMetrics') === true &&
    at(vend, 'logConfig', 'enableInstanceMetrics') === true,
};

export const DEPLOYMENT_RULES: Readonly<Record<string, (deployment: Deployment) => boolean>> = {
  'every path of vend is routed to it, whatever the method': ({ functions, routes }) =>
    VEND_PATHS.every((path) => {
      const route = findRoute(routes, path);
      const vend = functions.find(({ functionName }) => functionName === route?.functionName);
      return vend?.name === 'vend' && route?.methods === undefined;
    }),
  'the trigger takes every method, so that vend answers 405 itself': ({ functions }) =>
    functions.every(({ triggers }) =>
      METHODS.every((method) => triggers[0]?.triggerConfig.methods.includes(method)),
    ),
};

export function propFaults(vend: Props): string[] {
  return Object.entries(PROP_RULES).flatMap(([rule, holds]) => (holds(vend) ? [] : [rule]));
}

export function deploymentFaults(deployment: Deployment): string[] {
  return Object.entries(DEPLOYMENT_RULES).flatMap(([rule, holds]) => (holds(deployment) ? [] : [rule]));
}

/** The role must follow the account that is deployed to, and be vend's own. */
export function roleFollowsAccount(sYaml: string): boolean {
  const account = '4242424242424242';
  const { functions } = readDeployment(sYaml, { STINT_ACCOUNT_ID: account });
  return functions.every(({ role, name }) => role === `acs:ram::${account}:role/stint-${name}`);
}
