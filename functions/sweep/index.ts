// The entry point on Function Compute's custom runtime: reads the environment, builds the clients, listens.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { createPlatformCredentials } from '../../shared/adapters/alibaba-cloud/platform-credentials.ts';
import { openRamReader } from '../../shared/adapters/alibaba-cloud/ram-reader.ts';
import { createConsoleLogger } from '../../shared/adapters/console-logger.ts';
import { createVendClient } from '../../shared/adapters/http/vend-client.ts';
import { readCheckedRules } from '../../shared/adapters/tablestore/checked-rules.ts';
import { createDeleteExpired } from '../../shared/adapters/tablestore/delete-expired.ts';
import { createDeleteOldRevisions } from '../../shared/adapters/tablestore/delete-old-revisions.ts';
import { readKeptMetadata } from '../../shared/adapters/tablestore/tablestore-metadata-store.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { createSignOnStore } from '../../shared/adapters/tablestore/tablestore-sign-on-store.ts';
import { findMetadataFaults } from '../../shared/checks/check-metadata.ts';
import { runProbe } from '../../shared/checks/check-probe.ts';
import { findDrift, type ShippedPolicies } from '../../shared/checks/run-checks.ts';
import { startFunction } from '../../shared/http/start-function.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { createSweepApp } from './app.ts';
import { createProbeCaller } from './probe-caller.ts';
import { parseSweepConfig, type SweepConfig } from './sweep-config.ts';

/** A caller waits no longer either. */
const PROBE_DEADLINE_MS = 10_000;
const HOUR_MS = 3_600_000;

const Shipped = z.record(z.string(), z.object({ policy: z.unknown(), optional: z.array(z.unknown()) }));

/** scripts/build.ts writes the file next to the bundle. */
const readShipped = (): ShippedPolicies =>
  Shipped.parse(JSON.parse(readFileSync(join(__dirname, 'shipped-policies.json'), 'utf8')));

function build(config: SweepConfig, environment: NodeJS.ProcessEnv) {
  const clock: Clock = { now: () => new Date() };
  const platform = createPlatformCredentials(environment);
  const credentials = () => platform.current();
  const { accountId, region, tablestoreEndpoint: endpoint, tablestoreInstance: instance } = config;
  const { hubRoles, probeRole } = config;
  const rows = openRows(openTablestore({ endpoint, instance, credentials }));
  const ram = openRamReader({ endpoint: config.ramEndpoint, credentials }, accountId);
  const vend = createVendClient(config.publicUrl, PROBE_DEADLINE_MS);
  const ownKey = () => {
    const { accessKeyId, accessKeySecret, securityToken } = credentials();
    return {
      accessKeyId,
      accessKeySecret: accessKeySecret.reveal(),
      securityToken: securityToken?.reveal(),
    };
  };
  const caller = createProbeCaller(vend, config, ownKey, clock);
  const readRules = () => readCheckedRules(rows, clock);
  const shipped = readShipped();

  async function probe(role: string) {
    const rules = await readRules();
    const others = rules.ok
      ? (rules.value?.roles ?? []).map(({ id }) => id).filter((id) => id !== role)
      : undefined;
    return runProbe(caller, role, others, Math.floor(clock.now().getTime() / HOUR_MS));
  }

  const logger = createConsoleLogger(config.logLevel, (line) => process.stdout.write(line));
  const app = createSweepApp({
    deleteExpired: createDeleteExpired(rows, clock),
    deleteOldRevisions: createDeleteOldRevisions(rows, clock),
    probe: probeRole === undefined ? undefined : () => probe(probeRole),
    findDrift: (isOver) =>
      findDrift({ accountId, region, instance, shipped, hubRoles, ram, rules: readRules, isOver }),
    findMetadataFaults: () =>
      findMetadataFaults(createSignOnStore(rows, clock), () => readKeptMetadata(rows), clock.now()),
    clock,
    logger,
  });
  return { app, platform, logger };
}

startFunction(process.env, parseSweepConfig, build);
