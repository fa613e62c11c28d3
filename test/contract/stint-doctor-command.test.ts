// `stint doctor` against the local cloud with the unmodified SDKs: a deployment as `stint setup` leaves it, what was broken in it,
// and credentials that may see a part of it. It changes nothing.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENT_FILE, readSettingsFile } from '../../clients/cli/base/deployment-file.ts';
import { type DoctorOptions, runDoctor } from '../../clients/cli/doctor/run-doctor.ts';
import { type LiveOptions, runLive } from '../../clients/cli/doctor/run-live.ts';
import { isSecretVariable } from '../../clients/cli/setup/deployment-settings.ts';
import { readShippedPolicies } from '../../clients/cli/setup/function-policies.ts';
import { runSetup } from '../../clients/cli/setup/run-setup.ts';
import { type DeployedFunction, deployedBy, startFunctionManagement } from '../../local/fc/management.ts';
import { openRamReader } from '../../shared/adapters/alibaba-cloud/ram-reader.ts';
import { readCurrentAccess, writeAccess } from '../../shared/adapters/tablestore/applied-access.ts';
import { readCheckedRules } from '../../shared/adapters/tablestore/checked-rules.ts';
import { createDeleteExpired } from '../../shared/adapters/tablestore/delete-expired.ts';
import { createDeleteOldRevisions } from '../../shared/adapters/tablestore/delete-old-revisions.ts';
import { ACCESS, AUDIT, CATALOG } from '../../shared/adapters/tablestore/tables.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import type { CheckFinding } from '../../shared/checks/finding.ts';
import { findDrift } from '../../shared/checks/run-checks.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { fillPlaceholders } from '../../shared/ram/fill-placeholders.ts';
import { allow } from '../local/ram/world.ts';
import {
  NO_NETWORK,
  openSetupWorld,
  SETUP_ACCOUNT,
  SETUP_DOMAIN,
  SETUP_INSTANCE,
  SETUP_REGION,
  type SetupWorld,
} from '../support/setup-world.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { accepted, VALID } from '../unit/rules/documents.ts';
import { must } from './must.ts';

const ROOT = join(import.meta.dirname, '../..');
const OPERATOR = { accessKeyId: 'LTAIoperator', accessKeySecret: 'operator-secret' };
const VALUES = { account: SETUP_ACCOUNT, region: SETUP_REGION, instance: SETUP_INSTANCE, roles: [] };
const RULES = accepted(VALID);
const TIMEOUT = { timeout: 60_000 };

interface PolicyText {
  readonly Version: string;
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}
/** What operators attach: with no more than that, every check is made. */
const DOCTOR_POLICY = fillPlaceholders(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../clients/cli/ram/doctor-policy.json'), 'utf8')),
  VALUES,
) as PolicyText;

/** The policy without every statement that has one of these actions. */
const policyWithout = (...actions: readonly string[]) => ({
  ...DOCTOR_POLICY,
  Statement: DOCTOR_POLICY.Statement.filter(
    ({ Action }) => !actions.some((one) => [Action].flat().includes(one)),
  ),
});

let world: SetupWorld;
const folder = testFolder();
/** The path and the body of each request that had one. */
const received: string[] = [];
/** Answers as a deployment that is ready. */
const deployment = createServer((request, response) => {
  request.on('data', (chunk) => received.push(`${request.url} ${String(chunk)}`));
  const isKnown = request.url === '/readyz' || request.url === '/.well-known/oauth-protected-resource';
  response.statusCode = isKnown ? 200 : 404;
  response.end(JSON.stringify({ resource: deployedUrl, checks: readiness }));
});
let publicUrl: string;
let deployedUrl: string;
/** What `/readyz` says beside its status. */
let readiness: object = {};
let functions: Awaited<ReturnType<typeof startFunctionManagement>>;
/** As Function Compute has them. */
let deployed: readonly DeployedFunction[];

/** As npm run deploy would leave them, with these changes. */
function deploy(
  more: Readonly<Record<string, string>> = {},
  change: (one: DeployedFunction) => DeployedFunction = (one) => one,
): void {
  const settings = must(readSettingsFile(join(folder.path, DEPLOYMENT_FILE)))?.values;
  const environment = { ...settings, ...world.env, STINT_PUBLIC_URL: publicUrl, ...more };
  deployed = deployedBy(join(ROOT, 's.yaml'), environment).map(change);
}

const terminalOf = (env: Readonly<Record<string, string>>) => {
  const [out, notes]: [string[], string[]] = [[], []];
  const terminal = {
    out: (text: string) => void out.push(text),
    note: (text: string) => void notes.push(text),
    env,
    folder: folder.path,
    openKeychain: async () => undefined,
  };
  return { terminal, out, notes };
};

const mayDo = (...policies: readonly unknown[]) =>
  void must(world.iam.putUser({ accountId: SETUP_ACCOUNT, name: 'operator', ...OPERATOR, policies }));

beforeAll(async () => {
  world = await openSetupWorld();
  await new Promise<void>((resolve) => deployment.listen(0, '127.0.0.1', resolve));
  publicUrl = `http://127.0.0.1:${(deployment.address() as AddressInfo).port}`;
  deployedUrl = publicUrl;
  const means = { network: NO_NETWORK, deploy: async () => true, pause: async () => undefined };
  const choices = {
    region: SETUP_REGION,
    domain: SETUP_DOMAIN,
    certId: '1-cn-hangzhou',
    kmsKey: 'key-1',
    yes: true,
  };
  expect(await runSetup(choices, terminalOf(world.env).terminal, means)).toBe(0);
  functions = await startFunctionManagement({
    ...{ iam: world.iam, region: SETUP_REGION, accountId: SETUP_ACCOUNT },
    deployed: () => deployed,
  });
  deploy();
  world.mayAllBut([], [allow('ots:*', '*')]);
  const credentials = {
    accessKeyId: world.env.ALIBABA_CLOUD_ACCESS_KEY_ID,
    accessKeySecret: new Secret(world.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET),
    securityToken: undefined,
  };
  const options = {
    endpoint: world.tablestore.url,
    instance: SETUP_INSTANCE,
    credentials: () => credentials,
  };
  const rows = openRows(openTablestore(options));
  const written = await writeAccess(rows, {
    base: must(await readCurrentAccess(rows)),
    access: RULES,
    appliedBy: 'test',
    documentSha256: '',
    now: new Date(),
    onProgress: () => undefined,
  });
  must(written);
  for (const { roleArn, externalId } of RULES.roles) putRole(roleArn, externalId);
  const vend = { type: 'Custom', name: 'stint-vend', accountId: SETUP_ACCOUNT } as const;
  const shipped = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../functions/vend/ram-policy.json'), 'utf8'),
  );
  const roles = RULES.roles.map(({ roleArn }) => roleArn);
  world.iam.policies.publish(vend, JSON.stringify(fillPlaceholders(shipped, { ...VALUES, roles })));
}, 60_000);
afterAll(async () => {
  await functions.close();
  await world.close();
  deployment.close();
});

function putRole(arn: string, externalId?: string): void {
  const condition = externalId && { Condition: { StringEquals: { 'sts:ExternalId': externalId } } };
  const principal = { RAM: [`acs:ram::${SETUP_ACCOUNT}:role/stint-vend`] };
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal, ...condition };
  const trustPolicy = { Version: '1', Statement: [statement] };
  must(world.iam.putRole({ arn, trustPolicy, policies: [], maxSessionSeconds: 43_200 }));
}

async function doctor(options: DoctorOptions = {}, env: Readonly<Record<string, string>> = {}) {
  const settings = { STINT_PUBLIC_URL: publicUrl, STINT_FC_ENDPOINT: functions.url };
  const all = { ...world.env, ...keyOf(OPERATOR), ...settings, ...env };
  const { terminal, out, notes } = terminalOf(all);
  const means = { network: { ...NO_NETWORK, status: async () => 200 }, hasOldTls: async () => false };
  const exitCode = await runDoctor(options, terminal, means);
  return { exitCode, out: out.join('\n'), notes: notes.join('\n') };
}

const keyOf = ({ accessKeyId, accessKeySecret }: typeof OPERATOR) => ({
  ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
});

async function findings(env: Readonly<Record<string, string>> = {}): Promise<readonly CheckFinding[]> {
  const { out } = await doctor({ json: true }, env);
  const read: { checks: readonly { findings: readonly CheckFinding[] }[] } = JSON.parse(out);
  return read.checks.flatMap((check) => check.findings);
}
const named = async (env = {}) => (await findings(env)).map(({ name, subject }) => `${name} ${subject}`);

describe('stint doctor', TIMEOUT, () => {
  it('finds nothing where all is as stint setup leaves it, with the policy that it names and no more', async () => {
    mayDo(DOCTOR_POLICY);
    const { exitCode, out, notes } = await doctor();
    expect(out.split('\n')).toEqual([
      'ok  endpoints and clock',
      'ok  domain',
      'ok  tables',
      'ok  rules, roles and policies',
      'ok  functions',
      'ok  keys',
      'ok  identity providers',
      'ok  metadata of identity providers',
    ]);
    expect(notes).toContain('0 errors, 0 warnings');
    expect(exitCode).toBe(0);
  });

  it('says what is wrong, what it means and what to do, and exits with 1', async () => {
    mayDo(DOCTOR_POLICY);
    const role = RULES.roles[0];
    world.iam.deleteRole(String(role?.roleArn));
    const { exitCode, out } = await doctor();
    expect(out).toContain(`  error: role-missing: ${role?.id}: ${role?.roleArn}`);
    expect(out).toContain('Create the RAM role again');
    expect(exitCode).toBe(1);
    putRole(String(role?.roleArn), role?.externalId);
  });

  it.each([
    ['ots:DescribeTable', 'tables', 'ots:DescribeTable'],
    ['ram:GetRole', 'roles', 'ram:GetRole on acs:ram:*:1234567890123456:role/'],
    ['ots:BatchGetRow', 'rules', 'ots:BatchGetRow'],
    ['ots:BatchGetRow', 'identity providers', 'ots:BatchGetRow'],
    ['ots:BatchGetRow', 'metadata of identity providers', 'ots:BatchGetRow'],
    [
      'fc:GetFunction',
      'stint-vend',
      'fc:GetFunction on acs:fc:cn-hangzhou:1234567890123456:functions/stint-vend',
    ],
    [
      'fc:ListTriggers',
      'stint-sweep',
      'fc:ListTriggers on acs:fc:cn-hangzhou:1234567890123456:functions/stint-sweep/triggers/*',
    ],
  ])('without %s says so, and makes the other checks', async (action, subject, text) => {
    mayDo(policyWithout(action));
    const found = await findings();
    expect(found.every(({ name }) => name === 'not-checked')).toBe(true);
    const detail = found.find((one) => one.subject === subject)?.detail;
    expect(detail).toContain(`no permission for ${text}`);
  });

  it('finds a table that is missing, and none of what else it found before', async () => {
    mayDo(DOCTOR_POLICY, allow('ots:DeleteTable', '*'));
    const credentials = {
      ...OPERATOR,
      accessKeySecret: new Secret(OPERATOR.accessKeySecret),
      securityToken: undefined,
    };
    const sdk = openTablestore({
      endpoint: world.tablestore.url,
      instance: SETUP_INSTANCE,
      credentials: () => credentials,
    });
    must(await sdk.call(true, (client) => client.deleteTable({ tableName: 'devices' })));
    expect(await named()).toEqual(['table-missing devices']);
  });

  it('finds a clock that is wrong, and an endpoint where nothing answers', async () => {
    mayDo(DOCTOR_POLICY);
    const silent = { STINT_RAM_ENDPOINT: 'http://127.0.0.1:9' };
    expect(await named(silent)).toContain('endpoint-silent RAM');
    const slow = createServer((_, response) => {
      response.setHeader('date', new Date(Date.now() - 300_000).toUTCString());
      response.end('{}');
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    const found = await findings({ STINT_STS_ENDPOINT: url, STINT_PUBLIC_URL: 'https://vend.invalid' });
    slow.close();
    expect(found).toContainEqual({
      name: 'clock-skew',
      subject: 'STS',
      detail: expect.stringMatching(/^this machine is 30\d s ahead of it$/),
      severity: 'error',
      remedy: expect.any(String),
    });
    expect(found.map(({ name, subject }) => `${name} ${subject}`)).toContain('not-checked account');
    // The record that is missing is named all the same.
    const record = `vend.invalid CNAME ${SETUP_ACCOUNT}.${SETUP_REGION}.fc.aliyuncs.com`;
    expect(found.find(({ name }) => name === 'domain-unknown')?.detail).toContain(record);
  });

  it('finds that the functions were deployed for another URL', async () => {
    mayDo(DOCTOR_POLICY);
    deployedUrl = 'https://old.example.com';
    expect(await named()).toContain('settings-differ STINT_PUBLIC_URL');
    deployedUrl = publicUrl;
  });

  it('finds what lacks for a hub role: that vend can assume it, its permission, the trust of each role', async () => {
    mayDo(DOCTOR_POLICY);
    const HUB = 'acs:ram::2222222222222222:role/stint-hub';
    const deployed = async (checks: object) => {
      readiness = checks;
      const found = await findings({ STINT_HUB_ROLES: HUB });
      readiness = {};
      return found.map(({ name, subject }) => `${name} ${subject}`);
    };
    const down = await deployed({ hubs: 'down' });
    expect(down).toContain('hub-unavailable hub roles');
    expect(down).toContain('function-policy-narrower stint-vend');
    for (const { id } of RULES.roles) expect(down).toContain(`role-hub-untrusted ${id}`);
    expect(await deployed({ hubs: 'up' })).not.toContain('hub-unavailable hub roles');
    expect(await deployed({})).toContain('settings-differ STINT_HUB_ROLES');
  });

  it('throttled by RAM makes the other checks', async () => {
    mayDo(DOCTOR_POLICY);
    world.ram.faults.inject({ kind: 'refuse', code: 'Throttling.User' }, 60);
    expect(await named()).toContain('not-checked roles');
    world.ram.faults.clear();
  });

  it('needs to know which deployment', async () => {
    const { terminal, notes } = terminalOf({});
    const empty = { ...terminal, folder: testFolder().path };
    expect(await runDoctor({}, empty)).toBe(2);
    expect(notes.join('\n')).toContain('STINT_REGION is missing');
  });
});

const SECRETS = { STINT_SESSION_KEYS: 'first-secret', STINT_SIGN_ON_SECRETS: 'second-secret' };

describe('stint doctor, of the functions', TIMEOUT, () => {
  beforeAll(() => mayDo(DOCTOR_POLICY));
  afterEach(() => deploy());
  const ofFunctions = async (env = {}) =>
    (await findings(env))
      .filter(({ name }) => name.startsWith('function-'))
      .map(({ name, subject, detail }) => `${name} ${subject}: ${detail}`);
  const changed = (name: string, change: Partial<DeployedFunction>) =>
    deploy({}, (one) => (one.functionName === name ? { ...one, ...change } : one));

  it.each<[string, Partial<DeployedFunction>, string]>([
    ['runtime', { runtime: 'custom.debian12' }, 'runtime is custom.debian12, and not custom.debian11'],
    [
      'layers',
      { layers: ['acs:fc:cn-hangzhou:6666666666666666:layers/Nodejs22/versions/2'] },
      'layers is acs:fc:cn-hangzhou:6666666666666666:layers/Nodejs22/versions/2, and not acs:fc:cn-hangzhou:official:layers/Nodejs22/versions/2',
    ],
    ['timeout', { timeout: 3 }, 'timeout is 3, and not 30'],
    ['memorySize', { memorySize: 512 }, 'memorySize is 512, and not 1024'],
    ['instanceConcurrency', { instanceConcurrency: 1 }, 'instanceConcurrency is 1, and not 50'],
    [
      'role',
      { role: 'acs:ram::1234567890123456:role/admin' },
      'role is acs:ram::1234567890123456:role/admin, and not acs:ram::1234567890123456:role/stint-vend',
    ],
  ])('finds another %s', async (_, change, detail) => {
    changed('stint-vend', change);
    expect(await ofFunctions()).toEqual([`function-differs stint-vend: ${detail}`]);
  });

  it('finds a setting that was deployed with another value, and one that Stint does not know by its name alone', async () => {
    deploy({ STINT_LOG_LEVEL: 'debug' }, (one) =>
      one.functionName === 'stint-login'
        ? { ...one, environmentVariables: { ...one.environmentVariables, NODE_OPTIONS: '--require=/tmp/x' } }
        : one,
    );
    const detail = 'STINT_LOG_LEVEL is debug, and not info';
    const names = ['stint-vend', 'stint-login', 'stint-sweep'];
    const differs = names.map((name) => `function-differs ${name}: ${detail}`);
    expect((await ofFunctions()).sort()).toEqual(
      [...differs, 'function-differs stint-login: variable NODE_OPTIONS is not in s.yaml'].sort(),
    );
  });

  it('finds a URL that was opened, a timer that was stopped, a trigger that is gone and one that nobody deployed', async () => {
    deploy({}, (one) => ({
      ...one,
      triggers: one.triggers.flatMap((trigger) => {
        const config = trigger.triggerConfig;
        if (one.functionName === 'stint-login') return [];
        if (one.functionName === 'stint-vend')
          return [
            { ...trigger, triggerConfig: { ...config, disableURLInternet: false, authType: 'anonymous' } },
          ];
        const stopped = { ...trigger, triggerConfig: { ...config, enable: false } };
        return [stopped, { ...trigger, triggerName: 'mine', triggerType: 'http' }];
      }),
    }));
    expect(await ofFunctions()).toEqual([
      'function-differs stint-vend: trigger http: disableURLInternet is false, and not true',
      'function-differs stint-login: the http trigger http is missing',
      'function-differs stint-sweep: trigger hourly: enable is false, and not true',
      'function-trigger-unknown stint-sweep: http trigger mine',
    ]);
  });

  it('finds a function that is not deployed, and with a setting here that differs from it', async () => {
    deployed = deployed.filter(({ functionName }) => functionName !== 'stint-sweep');
    expect(await ofFunctions({ STINT_SOURCE_IDENTITY: 'on' })).toEqual([
      'function-differs stint-vend: STINT_SOURCE_IDENTITY is off, and not on',
      'function-missing stint-sweep: Function Compute has no such function',
    ]);
  });

  /**
   * @attack Reader of the output of `stint doctor` who wants the secrets of login
   * @removed in function-reader.ts and examine-functions.ts, that variables with secret values are dropped
   * @failed 1 of 29: shows and compares no secret: `expected [ …(2) ] to deeply equal []`
   */
  it('shows and compares no secret', async () => {
    deploy(SECRETS);
    expect(await ofFunctions()).toEqual([]);
    expect(await ofFunctions({ STINT_SESSION_KEYS: 'third-secret' })).toEqual([]);
    changed('stint-login', { environmentVariables: { ...SECRETS, TOKEN: 'fourth-secret' } });
    const { out, notes } = await doctor({}, SECRETS);
    expect(out).toContain('variable TOKEN is not in s.yaml');
    expect(out + notes).not.toMatch(/(?:first|second|third|fourth)-secret/);
  });

  it('takes every variable that the settings call secret for one', () => {
    const settings = readFileSync(join(ROOT, 'docs/settings.md'), 'utf8');
    const secret = [...settings.matchAll(/^\| `(STINT_\w+)`.*\| Secret\./gm)].map(([, name = '']) => name);
    expect(secret).toContain('STINT_SESSION_KEYS');
    const inSYaml = secret.filter((name) =>
      deployed.some((one) => Object.hasOwn(one.environmentVariables, name)),
    );
    expect(inSYaml.filter((name) => !isSecretVariable(name))).toEqual([]);
  });
});

const LIVE_ROLE = `acs:ram::${SETUP_ACCOUNT}:role/stint-doctor`;
const LIVE_ID = 'asked-for';

/** Trusts the operator, and may look at itself. */
function putLiveRole(externalId?: string, policies: readonly unknown[] = [allow('ram:GetRole', '*')]): void {
  const condition = externalId && { Condition: { StringEquals: { 'sts:ExternalId': externalId } } };
  const principal = { RAM: [`acs:ram::${SETUP_ACCOUNT}:user/operator`] };
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal, ...condition };
  must(
    world.iam.putRole({ arn: LIVE_ROLE, trustPolicy: { Version: '1', Statement: [statement] }, policies }),
  );
}

async function live(options: LiveOptions = { yes: true }, ask?: () => Promise<string>, more = {}) {
  const env = { ...world.env, ...keyOf(OPERATOR), STINT_PUBLIC_URL: publicUrl, ...more };
  const { terminal, out, notes } = terminalOf(env);
  const exitCode = await runLive('stint-doctor', options, { ...terminal, ...(ask && { ask }) });
  return { exitCode, out: out.join('\n'), notes: notes.join('\n') };
}

const answersOf = (json: string): readonly string[] => {
  const read: { answers: readonly { question: string; answer: string }[] } = JSON.parse(json);
  return read.answers.map(({ question, answer }) => `${question} ${answer}`);
};

describe('stint doctor --live', TIMEOUT, () => {
  beforeAll(() => mayDo(allow('sts:AssumeRole', LIVE_ROLE)));

  it('answers every question by sessions that it takes and calls that it makes', async () => {
    putLiveRole(LIVE_ID);
    const { exitCode, out } = await live({ yes: true, json: true, externalId: LIVE_ID });
    expect(answersOf(out)).toEqual([
      'session yes',
      'source-identity yes',
      'current-time yes',
      'source-ip yes',
      'external-id yes',
      'cors yes',
      'address-header unknown',
      'address-forged unknown',
      'host unknown',
    ]);
    expect(exitCode).toBe(0);
  });

  /**
   * @attack Settings of a stranger: the token of the person goes to the server that they name
   * @removed from run-live.ts, that a token is for the URL that the person gives
   * @failed 1 of 30: sends a token to the deployment that the person names, and to no other: `expected 'yes      Can the role be
   *   taken, and m…' to contain 'which deployment is STINT_TOKEN for?'`
   */
  it('sends a token to the deployment that the person names, and to no other', async () => {
    putLiveRole();
    received.length = 0;
    const token = { STINT_TOKEN: 'e30.token.of-the-person' };
    const unnamed = await live({ yes: true }, undefined, token);
    expect(unnamed.out).toContain('which deployment is STINT_TOKEN for?');
    const others = await live({ yes: true, url: 'https://vend.example.com' }, undefined, token);
    expect(others.out).toContain(
      `the token is for https://vend.example.com, and STINT_PUBLIC_URL is ${publicUrl}`,
    );
    expect(received).toEqual([]);
    const spelt = { ...token, STINT_PUBLIC_URL: publicUrl.replace('http', 'HTTP') };
    await live({ yes: true, url: publicUrl }, undefined, spelt);
    expect(received.join()).toContain('/v1/explain');
  });

  it('sees that the trust policy does not ask for the ExternalId', async () => {
    putLiveRole();
    const { exitCode, out } = await live({ yes: true, json: true, externalId: LIVE_ID });
    expect(answersOf(out)).toContain('external-id no');
    expect(exitCode).toBe(1);
  });

  it('stops where the role does not do what it needs, and says what that is', async () => {
    putLiveRole(undefined, []);
    const { exitCode, out } = await live();
    expect(out).toContain('The role must trust these credentials, and be allowed ram:GetRole on itself.');
    expect(out).not.toContain('acs:SourceIp');
    expect(exitCode).toBe(1);
  });

  it('takes no session before a person has said yes', async () => {
    putLiveRole();
    const asked = await live({}, async () => 'no');
    expect([asked.exitCode, asked.out]).toEqual([2, '']);
    const alone = await live({});
    expect([alone.exitCode, alone.out]).toEqual([2, '']);
    expect(alone.notes).toContain('add --yes');
    expect((await live({}, async () => 'yes')).exitCode).toBe(0);
  });
});

describe('the role of sweep, as stint setup makes it', TIMEOUT, () => {
  const roleArn = `acs:ram::${SETUP_ACCOUNT}:role/stint-sweep`;
  const open = () => {
    const session = world.iam.issueServiceSession(roleArn, 'fc.aliyuncs.com');
    if (!session.ok) throw new Error(session.error);
    const credentials = {
      accessKeyId: session.value.accessKeyId,
      accessKeySecret: new Secret(session.value.accessKeySecret),
      securityToken: new Secret(session.value.securityToken),
    };
    const options = { instance: SETUP_INSTANCE, credentials: () => credentials };
    const rows = openRows(openTablestore({ endpoint: world.tablestore.url, ...options }));
    return { rows, ram: openRamReader({ endpoint: world.ram.url, ...options }, SETUP_ACCOUNT) };
  };
  const clock = { now: () => new Date() };
  const SOON_MS = 30_000;

  it('may do all that sweep does', async () => {
    const { rows, ram } = open();
    const soon = new Date(Date.now() + SOON_MS);
    expect((await createDeleteExpired(rows, clock)(soon)).isFinished).toBe(true);
    expect(must(await createDeleteOldRevisions(rows, clock)(soon)).isFinished).toBe(true);
    must(await rows.deleteRow(ACCESS, ['no such row']));
    const found = await findDrift({
      accountId: SETUP_ACCOUNT,
      region: SETUP_REGION,
      instance: SETUP_INSTANCE,
      shipped: readShippedPolicies(ROOT),
      hubRoles: [],
      ram,
      rules: () => readCheckedRules(rows, clock),
      isOver: () => false,
    });
    expect(found).toEqual([]);
  });

  /**
   * @attack Break-in into sweep that writes a grant for itself
   * @removed from the policy of sweep, that it may only delete in `catalog`: with `ots:PutRow` and `ots:BatchWriteRow`
   * @failed 1 of 16: may write no rule and no audit row: `expected { ok: true, value: undefined } to match object { ok: false, …(1) }`
   */
  it('may write no rule and no audit row, and assumes no role', async () => {
    const { rows } = open();
    const denied = { ok: false, error: { code: 'OTSNoPermissionAccess' } };
    for (const table of [ACCESS, CATALOG, AUDIT]) {
      const write = { table, key: table.key.map(() => 'rev00000001|x'), columns: { a: 'b' } };
      expect(await rows.putRows([write])).toMatchObject(denied);
      expect(await rows.putRowIf(write, 'absent')).toMatchObject(denied);
    }
    const role = world.iam.findRole(roleArn);
    expect(JSON.stringify(role?.record.attached)).toContain('stint-sweep');
    expect(JSON.stringify(readShippedPolicies(ROOT)['sweep'])).not.toContain('sts:');
  });
});
