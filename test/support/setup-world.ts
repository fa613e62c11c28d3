// An empty account on the local cloud, with an administrator who may set up a deployment in it, and the services that setup
// manages.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { DomainNetwork } from '../../clients/cli/setup/check-domain.ts';
import { openIam } from '../../local/iam/local-iam.ts';
import { startLogService } from '../../local/log-service/server.ts';
import { startRam } from '../../local/ram/server.ts';
import { startSts } from '../../local/sts/server.ts';
import { startTablestore } from '../../local/tablestore/server.ts';
import {
  createInstanceDirectory,
  startTablestoreInstances,
} from '../../local/tablestore-instances/server.ts';
import { must } from '../contract/must.ts';

export const SETUP_ACCOUNT = '1234567890123456';
export const OTHER_ACCOUNT = '9876543210987654';
export const SETUP_REGION = 'cn-hangzhou';
export const SETUP_INSTANCE = 'stint-90123456';
export const SETUP_DOMAIN = 'vend.example.com';

const ADMIN = { accessKeyId: 'LTAIsetup', accessKeySecret: 'setup-secret' };

const SetupPolicy = z.object({
  Version: z.string(),
  Statement: z.array(z.object({ Effect: z.string(), Action: z.array(z.string()), Resource: z.unknown() })),
});

/** The policy that operators attach: nothing else is needed, or the tests fail. */
const SETUP_POLICY = SetupPolicy.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../clients/cli/ram/setup-policy.json'), 'utf8')),
);

/** The policy without some of its actions. */
function policyWithout(actions: readonly string[]): readonly unknown[] {
  const Statement = SETUP_POLICY.Statement.flatMap((statement) => {
    const Action = statement.Action.filter((action) => !actions.includes(action));
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  });
  return Statement.length === 0 ? [] : [{ ...SETUP_POLICY, Statement }];
}

export const ALL_SETUP_ACTIONS = SETUP_POLICY.Statement.flatMap(({ Action }) => Action);

/** A domain that leads nowhere yet. */
export const NO_NETWORK: DomainNetwork = {
  cname: async () => undefined,
  hasAddress: async () => false,
  certificate: async () => undefined,
  status: async () => undefined,
};

export type SetupWorld = Awaited<ReturnType<typeof openSetupWorld>>;

export async function openSetupWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'stint-setup-'));
  const offset = { ms: 0 };
  const clock = () => new Date(Date.now() + offset.ms);
  const iam = openIam({ file: join(folder, 'iam.lmdb'), clock });
  const mayOnly = (policies: readonly unknown[]): void =>
    void must(iam.putUser({ accountId: SETUP_ACCOUNT, name: 'admin', ...ADMIN, policies }));
  const mayAllBut = (actions: readonly string[], more: readonly unknown[] = []): void =>
    mayOnly([...policyWithout(actions), ...more]);
  mayAllBut([]);
  const directory = createInstanceDirectory();
  const ram = await startRam({ iam, clock });
  const sts = await startSts({ iam, clock });
  const tablestore = await startTablestore({
    dataDir: join(folder, 'tablestore'),
    instance: SETUP_INSTANCE,
    region: SETUP_REGION,
    accountId: SETUP_ACCOUNT,
    callers: iam,
    clock,
    exists: () => directory.find(SETUP_INSTANCE) !== undefined,
  });
  const instances = await startTablestoreInstances({
    iam,
    clock,
    directory,
    region: SETUP_REGION,
    countTables: () => tablestore.countTables(),
  });
  const logs = await startLogService({ iam, clock, region: SETUP_REGION });
  const env = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: ADMIN.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: ADMIN.accessKeySecret,
    STINT_RAM_ENDPOINT: ram.url,
    STINT_STS_ENDPOINT: sts.url,
    STINT_TABLESTORE_MANAGEMENT_ENDPOINT: instances.url,
    STINT_TABLESTORE_ENDPOINT: tablestore.url,
    STINT_LOG_ENDPOINT: logs.url,
  };
  const services = [ram, sts, tablestore, instances, logs];
  return {
    iam,
    ram,
    sts,
    tablestore,
    instances,
    logs,
    directory,
    env,
    /** Takes these actions from the administrator, and gives the policies of `more`. */
    mayAllBut,
    /** Gives the administrator these policies and no other. */
    mayOnly,
    /** Moves the clock of every service. */
    setClockBy: (ms: number) => {
      offset.ms = ms;
    },
    async close() {
      await Promise.all(services.map((service) => service.close()));
      await iam.close();
      rmSync(folder, { recursive: true });
    },
  };
}
