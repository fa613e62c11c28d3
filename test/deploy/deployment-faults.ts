// What must hold in s.yaml and the fc3 schema does not check. Each rule says what goes wrong without it.
import { type Deployment, findRoute, httpMethods, readDeployment } from '../../local/fc/read-deployment.ts';

export type Props = Record<string, unknown>;

/** Design: HTTP API. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  vend: [
    '/v1/credentials',
    '/v1/roles',
    '/v1/identity',
    '/healthz',
    '/readyz',
    '/',
    '/sts',
    '/sts/',
    '/v1/token',
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-protected-resource',
  ],
  login: [
    '/login/start/corporate',
    '/login/.well-known/openid-configuration',
    '/portal',
    '/portal/roles',
    '/cli/stint.tgz',
    '/scim/v2/staff/Users',
  ],
};
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * The settings that are secrets, of the one function that signs people on: their values come from the environment of
 * the person who deploys, and s.yaml holds nothing but their names.
 */
export const DEPLOYERS_SECRETS: readonly string[] = [
  'STINT_SESSION_KEYS',
  'STINT_SAML_KEYS',
  'STINT_SIGN_ON_SECRETS',
];

const SECRET_NAME = /SECRET|PASSWORD|TOKEN|ACCESS_KEY|PRIVATE|(?:SESSION|SAML)_KEYS/i;
const SECRET_VALUE =
  /\bLTAI[A-Za-z0-9]{12,}|\bSTS\.[A-Za-z0-9]{8,}|PRIVATE KEY|"[dp]"\s*:|^ey[A-Za-z0-9_-]+\./;

function at(node: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    node,
  );
}

const environmentOf = (props: Props): [string, unknown][] =>
  Object.entries(at(props, 'environmentVariables') ?? {});

const isLogin = (props: Props): boolean => props['functionName'] === 'stint-login';

/** A function that a timer alone calls: one call at a time, and no request of HTTP. */
const isTimed = (props: Props): boolean =>
  at(props, 'triggers', 'length') === 1 && at(props, 'triggers', 0, 'triggerType') === 'timer';

export const PROP_RULES: Readonly<Record<string, (props: Props) => boolean>> = {
  'a custom runtime, because built-in ones take one request at a time': (props) =>
    /^custom\.debian\d+$/.test(String(props['runtime'])),
  'concurrency is set, between 2 and 200': (props) =>
    isTimed(props) ||
    (Number.isInteger(props['instanceConcurrency']) &&
      Number(props['instanceConcurrency']) >= 2 &&
      Number(props['instanceConcurrency']) <= 200),
  'memory is one to four GiB for each vCPU': (props) => {
    const ratio = Number(props['memorySize']) / 1024 / Number(props['cpu']);
    return ratio >= 1 && ratio <= 4;
  },
  'one HTTP trigger with an authentication type that exists': (props) =>
    isTimed(props) ||
    (at(props, 'triggers', 'length') === 1 &&
      at(props, 'triggers', 0, 'triggerType') === 'http' &&
      ['anonymous', 'function', 'jwt'].includes(
        String(at(props, 'triggers', 0, 'triggerConfig', 'authType')),
      )),
  'the test domain of the platform is off': (props) =>
    isTimed(props) || at(props, 'triggers', 0, 'triggerConfig', 'disableURLInternet') === true,
  'a queued request is never tried again': (props) =>
    at(props, 'asyncInvokeConfig', 'maxAsyncRetryAttempts') === 0,
  'a queued request expires at once, and a call of a timer with the next one': (props) =>
    Number(at(props, 'asyncInvokeConfig', 'maxAsyncEventAgeInSeconds')) ===
    (isTimed(props) ? props['timeout'] : 1),
  'the environment holds only settings of Stint': (props) =>
    environmentOf(props).length > 0 &&
    environmentOf(props).every(([name]) => /^STINT_[A-Z0-9_]+$/.test(name)),
  'no environment variable is named like a secret, but for those of login': (props) =>
    environmentOf(props).every(
      ([name]) => !SECRET_NAME.test(name) || (isLogin(props) && DEPLOYERS_SECRETS.includes(name)),
    ),
  'no environment variable holds a secret': (props) =>
    environmentOf(props).every(([, value]) => !SECRET_VALUE.test(String(value))),
  'requests and instances are logged and measured': (props) =>
    typeof at(props, 'logConfig', 'project') === 'string' &&
    at(props, 'logConfig', 'enableRequestMetrics') === true &&
    at(props, 'logConfig', 'enableInstanceMetrics') === true,
};

export const DEPLOYMENT_RULES: Readonly<Record<string, (deployment: Deployment) => boolean>> = {
  'every path of a function is routed to it, whatever the method': ({ functions, routes }) =>
    Object.entries(PATHS).every(([name, paths]) =>
      paths.every((path) => {
        const route = findRoute(routes, path);
        const found = functions.find(({ functionName }) => functionName === route?.functionName);
        return found?.name === name && route?.methods === undefined;
      }),
    ),
  'the trigger takes every method, so that the function answers 405 itself': ({ functions }) =>
    functions.every((one) => {
      const methods = httpMethods(one);
      return methods.length === 0 || METHODS.every((method) => methods.includes(method));
    }),
  'no route of a domain leads to a function that a timer calls': ({ functions, routes }) =>
    functions.every(
      (one) =>
        httpMethods(one).length > 0 || routes.every(({ functionName }) => functionName !== one.functionName),
    ),
};

export function propFaults(props: Props): string[] {
  return Object.entries(PROP_RULES).flatMap(([rule, holds]) => (holds(props) ? [] : [rule]));
}

export function deploymentFaults(deployment: Deployment): string[] {
  return Object.entries(DEPLOYMENT_RULES).flatMap(([rule, holds]) => (holds(deployment) ? [] : [rule]));
}

/** They are in nobody's repository: s.yaml says where they come from, and has no default for them. */
export const takesFromDeployer = (text: string, name: string): boolean =>
  text
    .split('\n')
    .filter((line) => line.includes(`${name}:`))
    .join()
    .trim() === `${name}: \${env('${name}', '')}`;

/** The role must follow the account that is deployed to, and be the function's own. */
export function roleFollowsAccount(sYaml: string): boolean {
  const account = '4242424242424242';
  const { functions } = readDeployment(sYaml, { STINT_ACCOUNT_ID: account });
  return functions.every(({ role, name }) => role === `acs:ram::${account}:role/stint-${name}`);
}
