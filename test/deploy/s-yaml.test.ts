// s.yaml deploys every function as the platform's schema and limits want, and holds no secret.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { resolveVariables } from '../../clients/cli/setup/fill-s-yaml.ts';
import { readDeployment } from '../../local/fc/read-deployment.ts';
import {
  DEPLOYERS_SECRETS,
  DEPLOYMENT_RULES,
  deploymentFaults,
  PROP_RULES,
  type Props,
  propFaults,
  roleFollowsAccount,
  takesFromDeployer,
} from './deployment-faults.ts';

const ROOT = join(import.meta.dirname, '../..');
const S_YAML = join(ROOT, 's.yaml');
const CLOUDSSO_YAML = join(ROOT, 's.cloudsso.yaml');
const source = readFileSync(S_YAML, 'utf8');
const Document = z.looseObject({
  resources: z.record(
    z.string(),
    z.object({ component: z.string(), props: z.record(z.string(), z.unknown()) }),
  ),
});
const matchesSchema = new Ajv({ strict: false, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(join(ROOT, 'test/data/fc3.schema.json'), 'utf8')),
);
const temporary = mkdtempSync(join(tmpdir(), 'stint-deploy-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** Of every function, by its name in s.yaml. */
function functionProps(text: string): ReadonlyMap<string, Props> {
  const { resources } = Document.parse(resolveVariables(parse(text), {}));
  const functions = Object.entries(resources).filter(([, { component }]) => component === 'fc3');
  return new Map(functions.map(([name, { props }]) => [name, props]));
}

const propsOf = (name: string, text: string): Props => functionProps(text).get(name) ?? {};
const vendProps = (text: string): Props => propsOf('vend', text);

/** Replaces one passage of s.yaml; a passage that is not there would make the mutation test nothing. */
function mutated(passage: string | RegExp, replacement: string): string {
  const text = source.replace(passage, replacement);
  expect(text).not.toBe(source);
  return text;
}

function written(text: string): string {
  const file = join(temporary, 's.yaml');
  writeFileSync(file, text);
  return file;
}

describe('s.yaml', () => {
  it('deploys every function that there is', () => {
    expect([...functionProps(source).keys()].sort()).toEqual(readdirSync(join(ROOT, 'functions')).sort());
  });

  it.each([...functionProps(source)])('matches the schema of the fc3 component: %s', (_, props) => {
    expect(matchesSchema(props), JSON.stringify(matchesSchema.errors)).toBe(true);
  });

  it.each([...functionProps(source)])('keeps every rule that the schema does not know: %s', (_, props) => {
    expect(propFaults(props)).toEqual([]);
  });

  it.each(DEPLOYERS_SECRETS)('takes %s from whoever deploys, and has none itself', (name) => {
    expect(takesFromDeployer(source, name)).toBe(true);
    const withDefault = mutated(`\${env('${name}', '')}`, `\${env('${name}', '[]')}`);
    expect(takesFromDeployer(withDefault, name)).toBe(false);
    const secondPlace = mutated('STINT_LOG_LEVEL:', `${name}: x\n        STINT_LOG_LEVEL:`);
    expect(takesFromDeployer(secondPlace, name)).toBe(false);
  });

  it('keeps the rules of the whole deployment', () => {
    expect(deploymentFaults(readDeployment(S_YAML, {}))).toEqual([]);
    expect(roleFollowsAccount(S_YAML)).toBe(true);
  });

  it('names no account, endpoint or domain that a deployment cannot replace', () => {
    const settings = [...source.matchAll(/env\('(STINT_[A-Z0-9_]+)'/g)].map(([, name]) => String(name));
    const replaced = readDeployment(S_YAML, Object.fromEntries(settings.map((name) => [name, `my-${name}`])));
    const variables = replaced.functions.flatMap(({ environmentVariables }) =>
      Object.values(environmentVariables),
    );
    expect(variables.length).toBeGreaterThan(0);
    expect(variables.filter((value) => !value.startsWith('my-STINT_'))).toEqual([]);
  });
});

const SCHEMA_MUTATIONS: [claim: string, passage: string | RegExp, replacement: string][] = [
  ['a concurrency over the platform limit', 'instanceConcurrency: 50', 'instanceConcurrency: 201'],
  ['an unknown runtime', 'runtime: custom.debian11', 'runtime: nodejs22'],
  ['memory that is not a multiple of 64', 'memorySize: 1024', 'memorySize: 1000'],
  ['a timeout of nothing', 'timeout: 30', 'timeout: 0'],
];

describe('the schema refuses', () => {
  it.each(SCHEMA_MUTATIONS)('%s', (_, passage, replacement) => {
    expect(matchesSchema(vendProps(mutated(passage, replacement)))).toBe(false);
  });
});

const PROP_MUTATIONS: [rule: string, passage: string | RegExp, replacement: string][] = [
  ['a custom runtime, because built-in ones take one request at a time', 'custom.debian11', 'nodejs20'],
  ['concurrency is set, between 2 and 200', 'instanceConcurrency: 50', 'instanceConcurrency: 1'],
  ['concurrency is set, between 2 and 200', 'instanceConcurrency: 50', 'concurrency: 50'],
  ['memory is one to four GiB for each vCPU', 'memorySize: 1024', 'memorySize: 512'],
  ['one HTTP trigger with an authentication type that exists', 'authType: anonymous', 'authType: nonsense'],
  ['the test domain of the platform is off', 'disableURLInternet: true', 'disableURLInternet: false'],
  ['a queued request is never tried again', 'maxAsyncRetryAttempts: 0', 'maxAsyncRetryAttempts: 3'],
  [
    'a queued request expires at once, and a call of a timer with the next one',
    /\n +maxAsyncEventAgeInSeconds: 1/,
    '',
  ],
  ['the environment holds only settings of Stint', 'STINT_REGION: $', 'REGION: $'],
  [
    'no environment variable is named like a secret, but for those of login',
    'STINT_LOG_LEVEL:',
    'STINT_SESSION_KEYS:',
  ],
  ['no environment variable holds a secret', "'info'", "'LTAI5tAbCdEfGhIjKlMnOpQr'"],
  [
    'requests and instances are logged and measured',
    'enableRequestMetrics: true',
    'enableRequestMetrics: false',
  ],
];

describe('a deployment fault is found:', () => {
  it.each(PROP_MUTATIONS)('%s (%s → %s)', (rule, passage, replacement) => {
    expect(propFaults(vendProps(mutated(passage, replacement)))).toContain(rule);
  });

  it('every rule has a mutation that breaks it', () => {
    expect(new Set(PROP_MUTATIONS.map(([rule]) => rule))).toEqual(new Set(Object.keys(PROP_RULES)));
    expect(Object.keys(DEPLOYMENT_RULES)).toHaveLength(3);
  });

  it.each([
    ['every path of a function is routed to it, whatever the method', 'path: /readyz', 'path: /ready'],
    ['every path of a function is routed to it, whatever the method', 'path: /v1/*', 'path: /v2/*'],
    ['every path of a function is routed to it, whatever the method', 'path: /portal/*', 'path: /portals/*'],
    [
      'every path of a function is routed to it, whatever the method',
      'path: /readyz',
      'path: /readyz\n            methods: [GET]',
    ],
    ['the trigger takes every method, so that the function answers 405 itself', 'POST, PUT', 'POST'],
    [
      'no route of a domain leads to a function that a timer calls',
      '          - path: /readyz',
      `          - path: /sweep
            functionName: \${resources.sweep.props.functionName}
          - path: /readyz`,
    ],
  ])('%s (%s → %s)', (rule, passage, replacement) => {
    const deployment = readDeployment(written(mutated(passage, replacement)), {});
    expect(deploymentFaults(deployment)).toContain(rule);
  });

  it.each([
    ['a role of a fixed account', '${vars.account}:role', '1234567890123456:role'],
    ['a role that is not of vend', 'role/stint-vend', 'role/admin'],
    ['one role for two functions', 'role/stint-login', 'role/stint-vend'],
  ])('%s', (_, passage, replacement) => {
    expect(roleFollowsAccount(written(mutated(passage, replacement)))).toBe(false);
  });
});

describe('s.cloudsso.yaml', () => {
  const domainIn = (text: string) => {
    const { resources } = Document.parse(resolveVariables(parse(text), {}));
    return resources['domain']?.props ?? {};
  };
  const cloudSso = readFileSync(CLOUDSSO_YAML, 'utf8');

  it('leads every path of its domain to login, with the TLS of s.yaml', () => {
    const { functionName } = propsOf('login', source);
    expect(readDeployment(CLOUDSSO_YAML, {})).toEqual({
      functions: [],
      routes: [{ path: '/*', functionName }],
    });
    const [own, main] = [domainIn(cloudSso), domainIn(source)];
    expect([own['protocol'], own['tlsConfig']]).toEqual([main['protocol'], main['tlsConfig']]);
  });

  it('is for another host', () => {
    expect(domainIn(cloudSso)['domainName']).not.toBe(domainIn(source)['domainName']);
    expect(resolveVariables(parse(cloudSso), { STINT_CLOUDSSO_DOMAIN: 'sso.test' })).toMatchObject({
      resources: { domain: { props: { domainName: 'sso.test' } } },
    });
  });
});

describe('Serverless Devs', () => {
  it('previews s.yaml offline, in an empty home', () => {
    const home = mkdtempSync(join(temporary, 'home-'));
    const cli = join(ROOT, 'node_modules/@serverless-devs/s/bin/s');
    const { status, stdout } = spawnSync(process.execPath, [cli, 'preview', '-t', S_YAML, '-o', 'json'], {
      cwd: temporary,
      env: { HOME: home, PATH: '', HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' },
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toContain('acs:ram::1234567890123456:role/stint-vend');
    expect(stdout).not.toContain('${');
  });
});
