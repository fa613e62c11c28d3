// The entry point on Function Compute's custom runtime: reads the environment, builds the clients, listens.
import { createPlatformCredentials } from '../../shared/adapters/alibaba-cloud/platform-credentials.ts';
import { createConsoleLogger } from '../../shared/adapters/console-logger.ts';
import { createDeleteExpired } from '../../shared/adapters/tablestore/delete-expired.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { startFunction } from '../../shared/http/start-function.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { createSweepApp } from './app.ts';
import { parseSweepConfig, type SweepConfig } from './sweep-config.ts';

function build(config: SweepConfig, environment: NodeJS.ProcessEnv) {
  const clock: Clock = { now: () => new Date() };
  const platform = createPlatformCredentials(environment);
  const credentials = () => platform.current();
  const { tablestoreEndpoint: endpoint, tablestoreInstance: instance } = config;
  const rows = openRows(openTablestore({ endpoint, instance, credentials }));
  const logger = createConsoleLogger(config.logLevel, (line) => process.stdout.write(line));
  const app = createSweepApp({ deleteExpired: createDeleteExpired(rows, clock), clock, logger });
  return { app, platform };
}

startFunction(process.env, parseSweepConfig, build);
