// `stint setup` from an empty account to a deployment and back, with the unmodified SDKs of RAM, Tablestore and Log Service
// against the local cloud: interrupted anywhere, run twice, without permissions, with names taken.
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSetup } from '../../clients/cli/setup/run-setup.ts';
import type { SetupMeans, SetupOptions } from '../../clients/cli/setup/setup-run.ts';
import { TABLES } from '../../shared/adapters/tablestore/tables.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import {
  ALL_SETUP_ACTIONS,
  NO_NETWORK,
  OTHER_ACCOUNT,
  openSetupWorld,
  SETUP_ACCOUNT,
  SETUP_DOMAIN,
  SETUP_INSTANCE,
  SETUP_REGION,
  type SetupWorld,
} from '../support/setup-world.ts';
import { type TestFolder, testFolder } from '../unit/cli/test-terminal.ts';
import { must } from './must.ts';

const PROJECT = `stint-${SETUP_ACCOUNT}-${SETUP_REGION}`;
const CHOICES = { region: SETUP_REGION, domain: SETUP_DOMAIN, certId: '12345678-cn-hangzhou' };
/** Of the functions that s.yaml deploys. */
const ROLES = ['stint-login', 'stint-sweep', 'stint-vend'];
const TIMEOUT = { timeout: 60_000 };

const ROLE_POLICY = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../clients/cli/ram/role-policy.json'), 'utf8'),
);
const DOCUMENT_OF_CORP =
  'version: 1\nproviders: [{ id: corp, kind: oidc, issuer: https://id.example.com, audiences: [https://vend.example.com], algorithms: [RS256] }]\nroles: []\ngrants: []\n';

let world: SetupWorld;
let folder: TestFolder;
beforeEach(async () => {
  world = await openSetupWorld();
  folder = testFolder();
});
afterEach(() => world.close());

interface Ended {
  readonly exitCode: number;
  readonly out: string;
  readonly notes: string;
}

interface How {
  readonly env?: Readonly<Record<string, string>>;
  readonly answers?: readonly string[];
  readonly ask?: () => Promise<string>;
  readonly means?: Partial<SetupMeans>;
  /** Throws at the moment of its choice, as Ctrl-C ends a process. */
  readonly onNote?: (text: string) => void;
}

async function setup(options: SetupOptions = {}, how: How = {}): Promise<Ended> {
  const [out, notes]: [string[], string[]] = [[], []];
  const answers = [...(how.answers ?? [])];
  const terminal = {
    out: (text: string) => void out.push(text),
    note: (text: string) => {
      notes.push(text);
      how.onNote?.(text);
    },
    env: { ...world.env, ...how.env },
    folder: folder.path,
    openKeychain: async () => undefined,
    ...(how.answers && { ask: async () => answers.shift() ?? '' }),
    ...(how.ask && { ask: how.ask }),
  };
  const means = { network: NO_NETWORK, deploy: async () => true, pause: async () => undefined, ...how.means };
  const exitCode = await runSetup({ ...CHOICES, ...options }, terminal, means);
  return { exitCode, out: out.join('\n'), notes: notes.join('\n') };
}

const roleOf = (name: string) => world.iam.findRole(`acs:ram::${SETUP_ACCOUNT}:role/${name}`)?.record;
const policyOf = (name: string) =>
  JSON.parse(
    world.iam.policies.find({ type: 'Custom', name, accountId: SETUP_ACCOUNT })?.current.text ?? 'null',
  );

/** All that setup makes, to compare the ends of two ways. */
const stateOfWorld = () => ({
  instance: world.directory.find(SETUP_INSTANCE)?.tags,
  tables: world.tablestore.countTables(),
  roles: world.iam.listRoles(SETUP_ACCOUNT).map(({ record }) => ({
    name: record.name,
    trust: record.trustPolicy,
    attached: record.attached?.map(({ name }) => name),
    tags: record.tags,
  })),
  policies: world.iam.policies
    .list(SETUP_ACCOUNT)
    .filter(({ type }) => type === 'Custom')
    .map(({ name, current, tags }) => ({ name, text: current.text, tags })),
  stores: [...(world.logs.projects.get(PROJECT)?.stores.values() ?? [])],
  settings: existsSync(join(folder.path, 'deployment.env')) && folder.read('deployment.env'),
});

describe('an empty account', () => {
  it('gets all that a deployment needs, with nothing to fill in by hand', async () => {
    const { exitCode, out } = await setup({ yes: true });
    expect(exitCode).toBe(0);
    const made = stateOfWorld();
    expect(made.roles.map(({ name, attached, tags }) => ({ name, attached, tags }))).toEqual(
      ROLES.map((name) => ({ name, attached: [name], tags: { stint: 'setup' } })),
    );
    expect(made).toMatchObject({ tables: TABLES.length });
    expect(JSON.stringify(made.policies)).not.toContain('${');
    for (const { text } of made.policies) must(parsePolicy(JSON.parse(text)));
    expect(out).toContain(
      `this DNS record is missing: ${SETUP_DOMAIN} CNAME ${SETUP_ACCOUNT}.${SETUP_REGION}.fc.aliyuncs.com`,
    );
  });

  it('is written down in a file that holds no secret and is its owner’s alone', async () => {
    await setup({ yes: true });
    const file = join(folder.path, 'deployment.env');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(parseEnv(readFileSync(file, 'utf8'))).toEqual({
      STINT_ACCOUNT_ID: SETUP_ACCOUNT,
      STINT_REGION: SETUP_REGION,
      STINT_DOMAIN: SETUP_DOMAIN,
      STINT_PUBLIC_URL: `https://${SETUP_DOMAIN}`,
      STINT_CERT_ID: CHOICES.certId,
      STINT_TABLESTORE_ENDPOINT: world.tablestore.url,
      STINT_TABLESTORE_INSTANCE: SETUP_INSTANCE,
      STINT_LOG_PROJECT: PROJECT,
      STINT_LOG_STORE: 'vend',
      STINT_LOGIN_LOG_STORE: 'login',
      STINT_SWEEP_LOG_STORE: 'sweep',
    });
    expect(readFileSync(file, 'utf8')).not.toMatch(/secret-?key|"d"|LTAI/i);
  });

  it('is asked for first, and gets nothing where the answer is not yes', async () => {
    const before = stateOfWorld();
    const { exitCode, out, notes } = await setup({}, { answers: ['no'] });
    expect([exitCode, notes]).toEqual([2, 'Nothing was changed.']);
    expect(out).toContain('+ RAM role stint-vend');
    expect(out).toContain('"ots:BatchGetRow"');
    expect((await setup()).notes).toContain('add --yes if that is meant');
    expect(stateOfWorld()).toEqual(before);
    expect((await setup({}, { answers: ['yes', 'no'] })).exitCode).toBe(0);
  });

  it('stays empty with --dry-run, which shows every policy in full, as JSON too', async () => {
    const before = stateOfWorld();
    const { exitCode, out } = await setup({ dryRun: true, json: true });
    const plan = JSON.parse(out);
    expect([exitCode, plan.result]).toEqual([0, 'planned']);
    expect(plan.steps.filter((step: { kind: string }) => step.kind === 'policy')).toHaveLength(ROLES.length);
    expect(stateOfWorld()).toEqual(before);
  });

  it('is deployed at once with --deploy, and the deployment’s failure is the command’s', async () => {
    const deployed: string[] = [];
    const deploy = async (repository: string) => deployed.push(repository) === 1;
    expect((await setup({ yes: true, deploy: true }, { means: { deploy } })).exitCode).toBe(0);
    expect(existsSync(join(deployed[0] ?? '', 's.yaml'))).toBe(true);
    const again = await setup({ yes: true, deploy: true, json: true }, { means: { deploy } });
    expect([again.exitCode, JSON.parse(again.out).deployed]).toEqual([3, false]);
  });
});

describe('a deployment that is there', () => {
  it('gets the URL of another domain, and keeps one that is the operator’s own', async () => {
    await setup({ yes: true });
    await setup({ yes: true, domain: 'other.example.com' });
    expect(folder.read('deployment.env')).toContain('STINT_PUBLIC_URL=https://other.example.com\n');
    const own = folder.read('deployment.env').replace('https://other.', 'https://gateway.');
    folder.write('deployment.env', own);
    await setup({ yes: true, domain: SETUP_DOMAIN });
    expect(folder.read('deployment.env')).toContain('STINT_PUBLIC_URL=https://gateway.example.com\n');
  });

  it('has its settings behind a link, which stays one', async () => {
    folder.write('kept/prod.env', '# mine\n');
    symlinkSync(join(folder.path, 'kept/prod.env'), join(folder.path, 'deployment.env'));
    expect((await setup({ yes: true })).exitCode).toBe(0);
    expect(folder.read('kept/prod.env')).toContain('# mine\n');
    expect(folder.read('kept/prod.env')).toContain(`STINT_DOMAIN=${SETUP_DOMAIN}\n`);
  });

  it('has its settings passed to a deployment from the folder where they are', async () => {
    const folders: string[] = [];
    const deploy = async (_: string, from: string) => folders.push(from) > 0;
    await setup({ yes: true, deploy: true }, { means: { deploy } });
    expect(folders).toEqual([folder.path]);
  });

  it('gets its dashboard and alarms back to what the files say, where somebody changed one', async () => {
    await setup({ yes: true });
    const { monitors } = world.logs.projects.get(PROJECT) ?? {};
    const asShipped = new Map(monitors);
    expect([...asShipped.keys()]).toContain('dashboards/stint');
    monitors?.set('alerts/stint-bug', { ...asShipped.get('alerts/stint-bug'), displayName: 'changed' });
    monitors?.delete('dashboards/stint');
    const { exitCode, out } = await setup({ yes: true });
    expect([exitCode, out.match(/^ {2}[+~-] .*/gm)]).toEqual([
      0,
      ['  + log dashboard stint', '  ~ log alert stint-bug: another definition'],
    ]);
    expect(new Map(monitors)).toEqual(asShipped);
  });

  it('is left as it is: a second setup has nothing to do', async () => {
    await setup({ yes: true });
    const before = stateOfWorld();
    const { exitCode, out } = await setup();
    expect([exitCode, out]).toEqual([0, expect.stringContaining('Everything is there.')]);
    expect(stateOfWorld()).toEqual(before);
  });

  it('keeps what the operator added to the settings, and the roles that vend may assume', async () => {
    await setup({ yes: true });
    const text = `${folder.read('deployment.env')}# ours\nSTINT_AUDIENCE=https://audience.example\n`;
    folder.write('deployment.env', text.replace('STINT_LOG_STORE=vend', 'STINT_LOG_STORE=other'));
    const role = 'acs:ram::42:role/media';
    const policy = { ...policyOf('stint-vend') };
    policy.Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: [role] }, ...policy.Statement];
    const address = { type: 'Custom', name: 'stint-vend', accountId: SETUP_ACCOUNT } as const;
    world.iam.policies.publish(address, JSON.stringify(policy));
    expect((await setup({ yes: true })).exitCode).toBe(0);
    expect(folder.read('deployment.env')).toBe(text);
    expect(JSON.stringify(policyOf('stint-vend'))).toContain(role);
    expect((await setup()).out).toContain('Everything is there.');
  });

  it('keeps a role that is added while the person reads the plan', async () => {
    await setup({ yes: true });
    const role = 'acs:ram::42:role/media';
    const address = { type: 'Custom', name: 'stint-vend', accountId: SETUP_ACCOUNT } as const;
    const [first, ...others] = policyOf('stint-vend').Statement;
    const publish = (Statement: readonly object[]) =>
      world.iam.policies.publish(address, JSON.stringify({ Version: '1', Statement }));
    publish(others);
    const ask = async () => {
      publish([{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: [role] }, ...others]);
      return 'yes';
    };
    expect((await setup({ deploy: false }, { ask })).exitCode).toBe(0);
    expect(JSON.stringify(policyOf('stint-vend'))).toContain(role);
    expect(JSON.stringify(policyOf('stint-vend'))).toContain(JSON.stringify(first));
  });

  it('is completed where parts of it are gone', async () => {
    await setup({ yes: true });
    const whole = stateOfWorld();
    world.iam.changeRole(`acs:ram::${SETUP_ACCOUNT}:role/stint-vend`, { attached: [] });
    world.iam.deleteRole(`acs:ram::${SETUP_ACCOUNT}:role/stint-login`);
    world.logs.projects.get(PROJECT)?.stores.delete('vend');
    const { exitCode, out } = await setup({ yes: true });
    expect(exitCode).toBe(0);
    expect(out.match(/^ {2}[+~-] /gm)).toHaveLength(5);
    const sorted = ({ stores, ...state }: typeof whole) => ({ ...state, stores: stores.length });
    expect(sorted(stateOfWorld())).toEqual(sorted(whole));
  });

  it('is of one account: with the credentials of another one nothing happens', async () => {
    await setup({ yes: true });
    const stranger = { accessKeyId: 'LTAIother', accessKeySecret: 'other-secret' };
    must(world.iam.putUser({ accountId: OTHER_ACCOUNT, name: 'x', ...stranger, policies: [] }));
    const env = {
      ALIBABA_CLOUD_ACCESS_KEY_ID: stranger.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: stranger.accessKeySecret,
    };
    const { exitCode, notes } = await setup({ yes: true }, { env });
    expect([exitCode, notes]).toEqual([
      2,
      expect.stringContaining(`the settings file is of account ${SETUP_ACCOUNT}`),
    ]);
  });

  it.each(['relative to the folder', 'absolute'])('takes a path of --env that is %s', async (kind) => {
    const lines = Object.entries(world.env).map(([name, value]) => `${name}=${value}`);
    folder.write('admin.env', lines.join('\n'));
    const env = kind === 'absolute' ? join(folder.path, 'admin.env') : 'admin.env';
    const ended = await setup({ env, dryRun: true }, { env: { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIwrong' } });
    expect([ended.exitCode, ended.out]).toEqual([0, expect.stringContaining('Nothing was changed')]);
  });
});

describe('a key of KMS', () => {
  const KEY = 'key-hzz1';
  const kmsResources = () =>
    policyOf('stint-login-kms')?.Statement.map(({ Resource }: { Resource: string }) => Resource);
  const arnOf = (id: string) => `acs:kms:${SETUP_REGION}:${SETUP_ACCOUNT}:key/${id}`;

  it('that is named later gives login its policy, and one that is named after it takes nothing away', async () => {
    await setup({ yes: true });
    expect(policyOf('stint-login-kms')).toBeNull();
    expect((await setup({ yes: true, kmsKey: arnOf(KEY) })).exitCode).toBe(0);
    expect(parseEnv(folder.read('deployment.env'))['STINT_KMS_KEY']).toBe(arnOf(KEY));
    expect(kmsResources()).toEqual([arnOf(KEY)]);
    expect(roleOf('stint-login')?.attached?.map(({ name }) => name)).toEqual([
      'stint-login',
      'stint-login-kms',
    ]);
    expect((await setup()).out).toContain('Everything is there.');
    await setup({ yes: true, kmsKey: 'key-other' });
    expect(kmsResources()).toEqual([arnOf('key-other'), arnOf(KEY)]);
    expect((await setup({ remove: true, yes: true })).exitCode).toBe(0);
    expect(stateOfWorld()).toMatchObject({ roles: [], policies: [] });
  });

  it.each([
    ['an alias', 'alias/stint'],
    ['a key of another account', `acs:kms:${SETUP_REGION}:${OTHER_ACCOUNT}:key/${KEY}`],
    ['a key of another region', `acs:kms:eu-central-1:${SETUP_ACCOUNT}:key/${KEY}`],
  ])('is not %s', async (_, kmsKey) => {
    const { exitCode, notes } = await setup({ yes: true, kmsKey });
    expect(exitCode).toBe(2);
    expect(notes).toContain('--kms-key: must be');
    expect(stateOfWorld()).toMatchObject({ tables: 0, settings: false });
  });
});

describe('half an access key', () => {
  it.each(['ID', 'SECRET'])(
    'is refused without its %s: other credentials of the machine would sign',
    async (half) => {
      const variable = `ALIBABA_CLOUD_ACCESS_KEY_${half}`;
      const { exitCode, notes } = await setup({ yes: true }, { env: { [variable]: '' } });
      expect([exitCode, notes]).toEqual([2, `${variable} is missing: set both, or neither`]);
    },
  );
});

describe('a setup that ends anywhere', () => {
  it('is completed by the next ones, to the same end: each of them ends after its first step', async () => {
    const { steps } = JSON.parse((await setup({ yes: true, json: true })).out);
    const whole = stateOfWorld();
    await world.close();
    world = await openSetupWorld();
    folder = testFolder();
    const stop = (text: string) => {
      if (text.startsWith('[2/')) throw new Error('interrupted');
    };
    for (let left = steps.length; left > 1; left -= 1)
      await expect(setup({ yes: true }, { onNote: stop })).rejects.toThrow('interrupted');
    expect((await setup({ yes: true, json: true })).out).toContain('"result": "done"');
    const ends = ({ settings: _, ...state }: typeof whole) => state;
    expect(ends(stateOfWorld())).toEqual(ends(whole));
    expect((await setup()).out).toContain('Everything is there.');
  });

  it.each(['ram', 'instances', 'logs'] as const)(
    'is not lost where an answer of %s is, whether the call was done or not',
    TIMEOUT,
    async (service) => {
      for (let skipped = 0; skipped < 8; skipped += 1) {
        world[service].faults.inject({ kind: 'slow', delayMillis: 0 }, skipped);
        world[service].faults.inject({ kind: 'close' });
        await setup({ yes: true });
        world[service].faults.clear();
      }
      expect((await setup({ yes: true })).exitCode).toBe(0);
      expect((await setup()).out).toContain('Everything is there.');
    },
  );

  it('shares the account with another setup at the same moment, in another folder', TIMEOUT, async () => {
    const first = folder;
    const other = testFolder();
    const one = setup({ yes: true });
    folder = other;
    const two = setup({ yes: true });
    const codes = (await Promise.all([one, two])).map(({ exitCode }) => exitCode);
    expect(codes).toEqual([0, 0]);
    for (const each of [first, other]) {
      folder = each;
      expect((await setup()).out).toContain('Everything is there.');
    }
  });

  it('keeps another setup out of the same folder', TIMEOUT, async () => {
    let second: Promise<Ended> | undefined;
    const ask = async () => {
      second = setup({ yes: true });
      await second;
      return 'no';
    };
    expect((await setup({}, { ask })).exitCode).toBe(2);
    expect((await second)?.notes).toContain('another stint uses the deployment');
  });
});

describe('without permissions', () => {
  it('names every action that is missing at once, with a policy that grants them, and goes on as far as it can', async () => {
    const missing = ['ram:CreatePolicy', 'ots:CreateTable', 'log:CreateProject'];
    world.mayAllBut(missing);
    const { exitCode, notes } = await setup({ yes: true });
    expect(exitCode).toBe(3);
    const named = notes.split('\n').flatMap((line) => /^ {2}(\S+:\S+) on /.exec(line)?.[1] ?? []);
    expect([...new Set(named)].sort()).toEqual([...missing].sort());
    const [, text = ''] = /A policy that grants them:\n(.*)/.exec(notes) ?? [];
    const granted = JSON.parse(text);
    must(parsePolicy(granted));
    world.mayAllBut(missing, [granted]);
    await setup({ yes: true });
    world.mayAllBut([]);
    expect((await setup({ yes: true })).exitCode).toBe(0);
  });

  it('to read anything, changes nothing and says what to allow', async () => {
    world.mayAllBut(ALL_SETUP_ACTIONS);
    const { exitCode, notes } = await setup({ yes: true });
    expect(exitCode).toBe(3);
    for (const action of ['ram:GetRole', 'ram:GetPolicy', 'ots:GetInstance', 'log:GetProject'])
      expect(notes).toContain(`  ${action} on acs:`);
    expect(notes).toContain('Nothing was changed.');
    expect(stateOfWorld().settings).toBe(false);
  });
});

describe('what is in the way', () => {
  const TRUST = {
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: ['ecs.aliyuncs.com'] } }],
  };
  const arn = `acs:ram::${SETUP_ACCOUNT}:role/stint-vend`;

  it('a role of another maker that differs: the difference is shown, and nothing is overwritten', async () => {
    must(world.iam.putRole({ arn, trustPolicy: TRUST, policies: [] }));
    const { exitCode, out, notes } = await setup({ yes: true });
    expect(exitCode).toBe(2);
    expect(out).toContain('! RAM role stint-vend: has another trust policy, and setup did not make it');
    expect(out).toContain('ecs.aliyuncs.com');
    expect(notes).toContain('--adopt');
    expect(roleOf('stint-vend')?.trustPolicy).toEqual(TRUST);
    expect(stateOfWorld()).toMatchObject({ tables: 0, settings: false });
    expect((await setup({ yes: true, adopt: true })).exitCode).toBe(0);
    expect(roleOf('stint-vend')).toMatchObject({ tags: { stint: 'setup-adopted' } });
    expect(JSON.stringify(roleOf('stint-vend')?.trustPolicy)).toContain('fc.aliyuncs.com');
  });

  it('a role that setup took over: it is setup’s to change, and stays at --remove unless it is named', async () => {
    must(world.iam.putRole({ arn, trustPolicy: TRUST, policies: [] }));
    await setup({ yes: true, adopt: true });
    world.iam.changeRole(arn, { trustPolicy: TRUST });
    expect((await setup({ yes: true })).exitCode).toBe(0);
    expect(JSON.stringify(roleOf('stint-vend')?.trustPolicy)).toContain('fc.aliyuncs.com');
    expect(roleOf('stint-vend')).toMatchObject({ tags: { stint: 'setup-adopted' } });
    const removed = await setup({ remove: true, yes: true });
    expect(removed.exitCode).toBe(0);
    expect(removed.out).toContain('RAM role stint-vend: there, taken over by setup');
    expect(removed.notes).toContain('add --adopt');
    expect(world.iam.listRoles(SETUP_ACCOUNT).map(({ record }) => record.name)).toEqual(['stint-vend']);
    const { out } = await setup({ remove: true, adopt: true, yes: true });
    expect(out).toContain('- RAM role stint-vend, which was there before setup took it over');
    expect(world.iam.listRoles(SETUP_ACCOUNT)).toEqual([]);
  });

  it('a role that setup made and somebody changed: the difference is shown and asked about', async () => {
    await setup({ yes: true });
    world.iam.changeRole(arn, { trustPolicy: TRUST });
    const { exitCode, out } = await setup({}, { answers: ['no'] });
    expect(exitCode).toBe(2);
    expect(out).toContain('~ RAM role stint-vend: another trust policy');
    expect(roleOf('stint-vend')?.trustPolicy).toEqual(TRUST);
    // Roles that vend may assume stay; those that another function may assume do not.
    const assume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: [`${arn}-2`] };
    for (const name of ['stint-login', 'stint-vend'])
      world.iam.policies.publish(
        { type: 'Custom', name, accountId: SETUP_ACCOUNT },
        JSON.stringify({ Version: '1', Statement: [assume] }),
      );
    expect((await setup({ yes: true })).exitCode).toBe(0);
    const documents = new Map(stateOfWorld().policies.map(({ name, text }) => [name, text]));
    expect(documents.get('stint-login')).not.toContain('AssumeRole');
    expect(documents.get('stint-vend')).toContain(`${arn}-2`);
    expect(JSON.stringify(roleOf('stint-vend')?.trustPolicy)).toContain('fc.aliyuncs.com');
  });

  it('names that another account has', async () => {
    world.directory.put({
      name: SETUP_INSTANCE,
      accountId: OTHER_ACCOUNT,
      description: '',
      clusterType: 'SSD',
      tags: [],
      createTime: '',
    });
    world.logs.projects.set(PROJECT, {
      accountId: OTHER_ACCOUNT,
      description: '',
      stores: new Map(),
      monitors: new Map(),
    });
    const { exitCode, notes } = await setup({ yes: true });
    expect(exitCode).toBe(3);
    expect(notes).toMatch(/create Tablestore instance .*: the name is in use: choose another one/);
    expect(notes).toMatch(/create log project .*: the name is in use: choose another one/);
    expect(notes).toContain('not tried: create table access: it waits for instance');
  });

  it('a quota that is reached', async () => {
    world.ram.faults.inject({ kind: 'slow', delayMillis: 0 }, 6);
    world.ram.faults.inject({ kind: 'refuse', code: 'LimitExceeded.Role' });
    const { exitCode, notes } = await setup({ yes: true });
    expect(exitCode).toBe(3);
    expect(notes).toContain('LimitExceeded.Role: the account may have no more of these');
    expect((await setup({ yes: true })).exitCode).toBe(0);
  });

  it('Tablestore that throttles: a new table is waited for, and the rest is a busy service', async () => {
    world.tablestore.faults.add({ operation: 'CreateTable', kind: 'busy', times: 6 });
    expect((await setup({ yes: true })).exitCode).toBe(0);
    world.tablestore.faults.add({
      operation: 'DescribeTable',
      kind: 'refuse',
      code: 'OTSNotEnoughCapacityUnit',
      times: 200,
    });
    const { exitCode, notes } = await setup({ yes: true });
    world.tablestore.faults.clear();
    expect([exitCode, notes]).toEqual([3, expect.stringContaining('the service is busy: run this again')]);
    expect(notes).not.toContain('no answer');
  });

  it('a clock that is wrong', async () => {
    world.setClockBy(3_600_000);
    const { exitCode, notes } = await setup({ yes: true });
    expect([exitCode, notes]).toEqual([3, expect.stringContaining('the clock of this machine is wrong')]);
  });

  it('a settings file that cannot be read', async () => {
    writeFileSync(join(folder.path, 'deployment.env'), Buffer.from([0xff, 0xfe, 0x00]));
    const { exitCode, notes } = await setup({ yes: true });
    expect([exitCode, notes]).toEqual([
      2,
      'deployment.env cannot be read: it is not UTF-8 text. Mend it, or move it away.',
    ]);
  });

  it.each([
    [{ domain: 'https://vend.example.com' }, '--domain'],
    [{ region: 'hangzhou!' }, '--region'],
    [{ instance: 'my-ali-instance' }, '--instance'],
    [{ logProject: 'Logs' }, '--log-project'],
    [{ certId: '1\nSTINT_STS_ENDPOINT=https://evil.example' }, '--cert-id'],
  ])('a choice that cannot be: %o', async (choice, option) => {
    const { exitCode, notes } = await setup({ yes: true, ...choice });
    expect([exitCode, notes]).toEqual([2, expect.stringContaining(`${option}: must`)]);
  });
});

describe('stint setup --remove', () => {
  it('says which roles stay in RAM, while stint role can still remove them', async () => {
    await setup({ yes: true });
    folder.write('access.yaml', DOCUMENT_OF_CORP);
    const argv = ['role', 'add', 'stays', '--provider', 'corp', '--anyone', '--yes', '--no-apply'];
    world.mayAllBut([], [ROLE_POLICY]);
    expect((await folder.stint(argv, world.env)).exitCode).toBe(0);
    const { notes } = await setup({ remove: true }, { answers: ['no'] });
    expect(notes).toContain('stint role remove <id> --delete-role');
    expect(notes).toContain(`acs:ram::${SETUP_ACCOUNT}:role/stays`);
  });

  it('leaves the policy attached to a role where others made both', async () => {
    await setup({ yes: true });
    world.iam.policies.setTags({ type: 'Custom', name: 'stint-sweep', accountId: SETUP_ACCOUNT }, {});
    world.iam.changeRole(`acs:ram::${SETUP_ACCOUNT}:role/stint-sweep`, { tags: {} });
    expect((await setup({ yes: true })).out).toContain('Everything is there.');
    expect((await setup({ remove: true, yes: true })).exitCode).toBe(0);
    expect(roleOf('stint-sweep')).toMatchObject({ attached: [{ name: 'stint-sweep' }] });
  });

  it('takes away what setup made, and what it made alone', async () => {
    const trust = {
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: ['fc.aliyuncs.com'] } }],
    };
    must(
      world.iam.putRole({
        arn: `acs:ram::${SETUP_ACCOUNT}:role/stint-login`,
        trustPolicy: trust,
        policies: [],
      }),
    );
    must(
      world.iam.putRole({
        arn: `acs:ram::${SETUP_ACCOUNT}:role/bystander`,
        trustPolicy: trust,
        policies: [],
      }),
    );
    await setup({ yes: true });
    const { exitCode, notes } = await setup({ remove: true, yes: true });
    expect([exitCode, notes]).toEqual([0, expect.stringContaining('the audit trail')]);
    expect(world.iam.listRoles(SETUP_ACCOUNT).map(({ record }) => record.name)).toEqual([
      'bystander',
      'stint-login',
    ]);
    expect(stateOfWorld()).toMatchObject({ tables: 0, stores: [], policies: [] });
    expect(world.directory.find(SETUP_INSTANCE)).toBeUndefined();
    expect((await setup({ remove: true })).out).toContain('There is nothing that setup made.');
    expect((await setup({ yes: true })).exitCode).toBe(0);
  });

  it('asks first, and can be done again where it ended', async () => {
    await setup({ yes: true });
    const before = stateOfWorld();
    expect((await setup({ remove: true }, { answers: ['no'] })).exitCode).toBe(2);
    expect(stateOfWorld()).toEqual(before);
    world.mayAllBut(['ots:DeleteTable']);
    expect((await setup({ remove: true, yes: true })).exitCode).toBe(3);
    expect(world.directory.find(SETUP_INSTANCE)).toBeDefined();
    world.mayAllBut([]);
    expect((await setup({ remove: true, yes: true })).exitCode).toBe(0);
    expect(world.directory.find(SETUP_INSTANCE)).toBeUndefined();
  });
});

describe('hub roles', () => {
  const HUB = 'acs:ram::2222222222222222:role/stint-hub';

  it('may be assumed by vend, stand in the settings, and their administrators are told what to run', async () => {
    const { exitCode, out } = await setup({ yes: true, hubRole: [HUB] });
    expect(exitCode).toBe(0);
    expect(folder.read('deployment.env')).toContain(`STINT_HUB_ROLES=${HUB}\n`);
    expect(policyOf('stint-vend').Statement[0]).toMatchObject({ Action: 'sts:AssumeRole', Resource: [HUB] });
    const [, trust] = /CreateRole --RoleName stint-hub --AssumeRolePolicyDocument '([^']+)'/.exec(out) ?? [];
    expect(JSON.parse(trust ?? '').Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { RAM: [`acs:ram::${SETUP_ACCOUNT}:role/stint-vend`] },
      },
    ]);
    const again = await setup({ yes: true });
    expect([again.exitCode, again.out]).toEqual([0, expect.stringContaining('Everything is there.')]);
  });

  it.each([
    ['a name', 'stint-hub'],
    ['a role of the own account', `acs:ram::${SETUP_ACCOUNT}:role/stint-hub`],
  ])('%s is none', async (_, hubRole) => {
    const { exitCode, notes } = await setup({ yes: true, hubRole: [hubRole] });
    expect([exitCode, notes]).toEqual([2, expect.stringContaining('--hub-role')]);
  });
});
