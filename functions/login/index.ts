// Entry point on Function Compute's custom runtime: reads the environment, builds the clients, listens.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConsoleLogger } from '../../shared/adapters/console-logger.ts';
import { createConsoleSignIn } from '../../shared/adapters/console-sign-in.ts';
import { createObserveKeys } from '../../shared/adapters/observe-keys.ts';
import {
  createPlatformCredentials,
  isUnderFunctionCompute,
} from '../../shared/adapters/platform-credentials.ts';
import { createRemoteKeySource } from '../../shared/adapters/remote-key-source.ts';
import { sendToIdp } from '../../shared/adapters/send-to-idp.ts';
import { createSignOnStore } from '../../shared/adapters/sign-on-store.ts';
import { createActivityStore } from '../../shared/adapters/tablestore-activity-store.ts';
import { createAuditLog } from '../../shared/adapters/tablestore-audit-log.ts';
import { createDeviceStore } from '../../shared/adapters/tablestore-device-store.ts';
import { createOnceStore } from '../../shared/adapters/tablestore-once-store.ts';
import { createPasskeyStore } from '../../shared/adapters/tablestore-passkey-store.ts';
import { openRows } from '../../shared/adapters/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore-sdk.ts';
import { createSessionStore } from '../../shared/adapters/tablestore-session-store.ts';
import { createVendClient } from '../../shared/adapters/vend-client.ts';
import { startFunction } from '../../shared/http/start-function.ts';
import { ok } from '../../shared/kernel/result.ts';
import type { Clock, KeyHistory, Logger } from '../../shared/ports.ts';
import { createLoginApp } from './app.ts';
import { type LoginConfig, parseLoginConfig } from './login-config.ts';
import { createOidcClient } from './oidc/oidc-client.ts';
import { consoleTargets } from './portal/console-targets.ts';
import { PortalAssets } from './portal/portal-assets.ts';
import { readSamlKeys } from './saml/saml-keys.ts';
import { readSessionKeys } from './tokens/session-keys.ts';

/** Beside the bundle; scripts/build.ts puts it there. */
const readAssets = () =>
  PortalAssets.parse(JSON.parse(readFileSync(join(__dirname, 'portal-assets.json'), 'utf8')));

/** Of identity providers no key is noted or held back: that is vend's, whose rules say so. */
function idpKeySource(clock: Clock, logger: Logger) {
  const history: KeyHistory = { decisions: async () => ok(new Map()), see: async () => [] };
  return createRemoteKeySource(clock, { history, observe: createObserveKeys(history, logger) });
}

function build(config: LoginConfig, environment: NodeJS.ProcessEnv) {
  const clock: Clock = { now: () => new Date() };
  const platform = createPlatformCredentials(environment);
  const credentials = () => platform.current();
  const { signinEndpoint, consoleUrl } = config;
  const { publicUrl, audience, tablestoreEndpoint: endpoint, tablestoreInstance: instance } = config;
  const rows = openRows(openTablestore({ endpoint, instance, credentials }));
  const keys = readSessionKeys(config.sessionKeys.reveal());
  const logger = createConsoleLogger(config.logLevel, (line) => process.stdout.write(line));
  const app = createLoginApp({
    publicUrl,
    clientIpHeader: config.clientIpHeader,
    requestIdHeader: isUnderFunctionCompute(environment) ? 'x-fc-request-id' : undefined,
    clock,
    tokens: { issuer: `${publicUrl}/login`, audience, keys },
    samlKeys: readSamlKeys(config.samlKeys.reveal()),
    signOn: createSignOnStore(rows, clock),
    sessions: createSessionStore(rows),
    passkeys: createPasskeyStore(rows),
    devices: createDeviceStore(rows),
    once: createOnceStore(rows),
    auditLog: createAuditLog(rows),
    vend: createVendClient(config.vendUrl),
    oidc: createOidcClient(
      clock,
      { keys, secrets: config.signOnSecrets },
      sendToIdp,
      idpKeySource(clock, logger),
    ),
    activities: createActivityStore(rows),
    console: createConsoleSignIn({ signinEndpoint, consoleUrl, returnUrl: `${publicUrl}/portal` }),
    consoleTargets: consoleTargets(signinEndpoint, consoleUrl),
    region: config.region,
    assets: readAssets(),
    logger,
  });
  return { app, platform };
}

startFunction(process.env, parseLoginConfig, build);
