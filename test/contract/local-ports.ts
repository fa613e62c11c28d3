// The adapters behind Stint's ports, on a Tablestore and an STS of this machine that can be told to fail.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIam } from '../../local/iam/local-iam.ts';
import { startSts } from '../../local/sts/server.ts';
import type { FaultPlan } from '../../local/tablestore/ots-faults.ts';
import { lazyStsClient } from '../../shared/adapters/alibaba-cloud/sts-client.ts';
import { createStsRoleAssumer } from '../../shared/adapters/alibaba-cloud/sts-role-assumer.ts';
import { toRows } from '../../shared/adapters/tablestore/access-rows.ts';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { putHead } from '../../shared/adapters/tablestore/revision-history.ts';
import { createAuditLog } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import { createCounters } from '../../shared/adapters/tablestore/tablestore-counters.ts';
import { createOnceStore } from '../../shared/adapters/tablestore/tablestore-once-store.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { ProviderId } from '../../shared/kernel/names.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import type { AssumeRoleInput } from '../../shared/pipeline/assume/role-assumer.ts';
import { StoredGrant } from '../../shared/rules/document/stored-grant.ts';
import { NOW, provider, REVISION, role, storedGrant } from '../support/builders.ts';
import { CANARY } from '../support/canaries.ts';
import { startVend } from '../support/vend-app.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const PATIENT_MS = 10_000;
/** For what never comes at all. */
export const SOON_MS = 50;
/** For what comes at the next attempt, which a busy machine must manage within it. */
export const A_WHILE_MS = 1_000;

export const APP_USERS = ProviderId.parse('app-users');
export const ALICE = { kind: 'sub', name: 'alice' } as const;

export async function startLocalStore() {
  const instance = await startInstance();
  const rows = await openLocalRows(instance);
  const faults: FaultPlan = instance.server.faults;
  const rowsWithin = (attemptDeadlineMs: number) =>
    openRows(openTablestore({ ...instance.options, timing: { attemptDeadlineMs, firstRetryMs: 0 } }));
  return {
    rows,
    faults,
    close: () => instance.server.close(),
    auditLog: (deadlineMs = PATIENT_MS) => createAuditLog(rowsWithin(deadlineMs)),
    counters: (deadlineMs = PATIENT_MS) => createCounters(rowsWithin(deadlineMs)),
    onceStore: (deadlineMs = PATIENT_MS) => createOnceStore(rowsWithin(deadlineMs)),
    rulesStore: (clock: Clock, deadlineMs = PATIENT_MS) => createRulesStore(rowsWithin(deadlineMs), clock),
    /** Puts in force: the provider, the role, and alice's grant. */
    async applyRules() {
      const grants = [
        { selector: { provider: APP_USERS, principal: ALICE }, grant: StoredGrant.parse(storedGrant()) },
      ];
      must(await rows.putRows([...toRows(REVISION, { providers: [provider()], roles: [role()], grants })]));
      const head = {
        revision: REVISION,
        previous: undefined,
        appliedAt: NOW,
        appliedBy: '',
        documentSha256: '',
      };
      must(await putHead(rows, head, undefined));
    },
  };
}

const ACCOUNT = '1234567890123456';
const OWN_KEY = { accessKeyId: 'LTAIvend', accessKeySecret: CANARY.ownSecret };

const allow = (statement: object) => ({ Version: '1', Statement: [{ Effect: 'Allow', ...statement }] });

export async function startLocalSts() {
  const folder = mkdtempSync(join(tmpdir(), 'stint-assumer-'));
  // Sessions are issued at the tests' own time; signatures are checked against the real one, with which the SDK signs.
  const iam = openIam({ file: join(folder, 'iam.lmdb'), clock: () => NOW });
  const assume = { Action: 'sts:AssumeRole', Resource: '*' };
  must(iam.putUser({ accountId: ACCOUNT, name: 'vend', ...OWN_KEY, policies: [allow(assume)] }));
  const trustPolicy = allow({
    Action: 'sts:AssumeRole',
    Principal: { RAM: [`acs:ram::${ACCOUNT}:user/vend`] },
    Condition: { StringEquals: { 'sts:ExternalId': CANARY.externalId } },
  });
  const everything = allow({ Action: 'oss:*', Resource: '*' });
  must(iam.putRole({ arn: role().roleArn, trustPolicy, policies: [everything] }));
  const sts = await startSts({ iam });
  const credentials = () => ({
    accessKeyId: OWN_KEY.accessKeyId,
    accessKeySecret: new Secret(OWN_KEY.accessKeySecret),
    securityToken: undefined,
  });
  return {
    faults: sts.faults,
    whoIs: (accessKeyId: string, securityToken: string) => iam.find(accessKeyId, securityToken),
    assumer: (attemptDeadlineMs = PATIENT_MS) =>
      createStsRoleAssumer(lazyStsClient({ endpoint: sts.url, credentials, attemptDeadlineMs })),
    async close() {
      await sts.close();
      await iam.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What a vend asks of STS: only the pipeline can make a checked session policy. */
export async function someOrder(): Promise<AssumeRoleInput> {
  const app = startVend();
  await app.vend();
  const [order] = app.assumer.orders;
  if (!order) throw new Error('no order');
  return order;
}

/** What a vend records. */
export async function someRecords() {
  const app = startVend();
  await app.vend();
  const [[event], [key]] = [app.auditLog.events, app.auditLog.keys];
  if (!event || !key) throw new Error('nothing to record');
  return { event, key };
}
