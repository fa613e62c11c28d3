// Entry point on Function Compute's custom runtime: reads the environment, builds the clients, listens.

import { openHubAccounts } from '../../shared/adapters/alibaba-cloud/hub-accounts.ts';
import {
  createPlatformCredentials,
  isUnderFunctionCompute,
} from '../../shared/adapters/alibaba-cloud/platform-credentials.ts';
import { createCallerIdentities } from '../../shared/adapters/alibaba-cloud/sts-caller-identity.ts';
import { lazyStsClient } from '../../shared/adapters/alibaba-cloud/sts-client.ts';
import {
  createStsRoleAssumer,
  type StsAssumer,
} from '../../shared/adapters/alibaba-cloud/sts-role-assumer.ts';
import { createConsoleLogger } from '../../shared/adapters/console-logger.ts';
import { createObserveKeys } from '../../shared/adapters/issuer-keys/observe-keys.ts';
import { createRemoteKeySource } from '../../shared/adapters/issuer-keys/remote-key-source.ts';
import { withStaticKeys } from '../../shared/adapters/issuer-keys/static-key-source.ts';
import { loadTracer } from '../../shared/adapters/load-tracer.ts';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { createAuditLog } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import { createCounters } from '../../shared/adapters/tablestore/tablestore-counters.ts';
import { createKeyHistory } from '../../shared/adapters/tablestore/tablestore-issuer-keys.ts';
import {
  createLeaverStore,
  rememberLeavers,
} from '../../shared/adapters/tablestore/tablestore-leaver-store.ts';
import { createOnceStore } from '../../shared/adapters/tablestore/tablestore-once-store.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { type Config, parseConfig } from '../../shared/config.ts';
import { startFunction } from '../../shared/http/start-function.ts';
import { createKnownPrincipals } from '../../shared/identity/known-principals.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { createVendNumbers } from '../../shared/kernel/numbers.ts';
import { createAssumeRole } from '../../shared/pipeline/assume/assume-role.ts';
import { spreadCalls } from '../../shared/pipeline/assume/spread-calls.ts';
import { createOpenDpop } from '../../shared/pipeline/authenticate/dpop/open-dpop.ts';
import { createRequestLimits } from '../../shared/pipeline/limit/limit-requests.ts';
import { createSessionLimits } from '../../shared/pipeline/limit/limit-sessions.ts';
import { createVendApp } from './app.ts';
import { countCalls, countKnown } from './count-calls.ts';

function build(config: Config, environment: NodeJS.ProcessEnv) {
  const clock: Clock = { now: () => new Date() };
  const platform = createPlatformCredentials(environment);
  const credentials = () => platform.current();
  const { tablestoreEndpoint: endpoint, tablestoreInstance: instance } = config;
  const rows = openRows(openTablestore({ endpoint, instance, credentials }));
  const openSts = lazyStsClient({ endpoint: config.stsEndpoint, credentials });
  const store = createRulesStore(rows, clock);
  const auditLog = createAuditLog(rows);
  const history = createKeyHistory(rows);
  const logger = createConsoleLogger(config.logLevel, (line) => process.stdout.write(line));
  const numbers = createVendNumbers({ stopwatch: () => performance.now(), logger });
  const once = createOnceStore(rows);
  const tracer = loadTracer(config.tracesEndpoint, 'vend');
  const counted = (assumer: StsAssumer) => countCalls(assumer, numbers);
  const own = counted(createStsRoleAssumer(openSts));
  const hubs =
    config.hubRoles.length === 0 ? undefined : openHubAccounts(config.hubRoles, { openSts, clock, counted });
  const app = createVendApp({
    audience: config.audience,
    publicUrl: config.publicUrl,
    clientIpHeader: config.clientIpHeader,
    gateway: config.gateway,
    requestIdHeader: isUnderFunctionCompute(environment) ? 'x-fc-request-id' : undefined,
    clock,
    random: Math.random,
    store,
    keys: withStaticKeys(
      createRemoteKeySource(clock, { history, observe: createObserveKeys(history, logger) }),
    ),
    known: countKnown(createKnownPrincipals(), numbers),
    callers: createCallerIdentities({ endpoint: config.stsEndpoint }),
    openDpop: createOpenDpop(once),
    once,
    leavers: rememberLeavers(createLeaverStore(rows), clock),
    requestLimits: createRequestLimits(),
    assumeRole: createAssumeRole({
      admitSession: createSessionLimits({ counters: createCounters(rows), clock, logger }),
      assumer: hubs ? spreadCalls({ own, clock, logger, ...hubs }) : own,
      issuedKeys: auditLog,
      clock,
      random: Math.random,
      sourceIdentity: config.sourceIdentity,
    }),
    auditLog,
    logger,
    numbers,
    tracer,
    probes: {
      hubs: hubs?.probe,
      tablestore: async () => (await store.current()).ok,
      sts: async () => {
        const client = await openSts();
        return client.probe().then(
          () => true,
          () => false,
        );
      },
    },
  });
  const end = () => {
    numbers.flush();
    void tracer()?.flush();
  };
  return { app, platform, logger, end };
}

startFunction(process.env, parseConfig, build);
