// The entry point on Function Compute's custom runtime: reads the environment, builds the clients, listens.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KmsOptions } from '../../shared/adapters/alibaba-cloud/kms-data-keys.ts';
import {
  createPlatformCredentials,
  isUnderFunctionCompute,
} from '../../shared/adapters/alibaba-cloud/platform-credentials.ts';
import { createConsoleLogger } from '../../shared/adapters/console-logger.ts';
import { createConsoleSignIn } from '../../shared/adapters/http/console-sign-in.ts';
import { fetchDocument, sendToIdp } from '../../shared/adapters/http/guarded-fetch.ts';
import { createVendClient } from '../../shared/adapters/http/vend-client.ts';
import { createObserveKeys, type KeyHistory } from '../../shared/adapters/issuer-keys/observe-keys.ts';
import { createRemoteKeySource } from '../../shared/adapters/issuer-keys/remote-key-source.ts';
import { loadTracer } from '../../shared/adapters/load-tracer.ts';
import { createScimTokenStore } from '../../shared/adapters/tablestore/scim-token-rows.ts';
import { createActivityStore } from '../../shared/adapters/tablestore/tablestore-activity-store.ts';
import { createAuditLog } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import { createDeviceStore } from '../../shared/adapters/tablestore/tablestore-device-store.ts';
import { createDirectoryStore } from '../../shared/adapters/tablestore/tablestore-directory-store.ts';
import { createKeyHistory } from '../../shared/adapters/tablestore/tablestore-issuer-keys.ts';
import { createLeaverStore } from '../../shared/adapters/tablestore/tablestore-leaver-store.ts';
import { createMetadataStore } from '../../shared/adapters/tablestore/tablestore-metadata-store.ts';
import { createOnceStore } from '../../shared/adapters/tablestore/tablestore-once-store.ts';
import { createPasskeyStore } from '../../shared/adapters/tablestore/tablestore-passkey-store.ts';
import { createPrivateKeyStore } from '../../shared/adapters/tablestore/tablestore-private-key-store.ts';
import { createRecheckStore } from '../../shared/adapters/tablestore/tablestore-recheck-store.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { createSessionStore } from '../../shared/adapters/tablestore/tablestore-session-store.ts';
import { createSignOnStore } from '../../shared/adapters/tablestore/tablestore-sign-on-store.ts';
import { startFunction } from '../../shared/http/start-function.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Logger } from '../../shared/kernel/logger.ts';
import { createLoginNumbers } from '../../shared/kernel/numbers.ts';
import { ok } from '../../shared/kernel/result.ts';
import { createKmsSeal, createPlainSeal, type DataKeys } from '../../shared/kernel/seal.ts';
import { createLoginApp } from './app.ts';
import { createOwnKeys } from './keys/own-keys.ts';
import { type LoginConfig, parseLoginConfig } from './login-config.ts';
import { readCommandLine } from './portal/serve-command-line.ts';
import { consoleTargets } from './request/security-headers.ts';
import { createOidcClient } from './sign-on-oidc/oidc-client.ts';
import { createSamlMetadata } from './sign-on-saml/metadata/follow-metadata.ts';
import { PortalAssets } from './ui/model/assets.ts';

/** scripts/build.ts writes the file, and that of the command line, next to the bundle. */
const readAssets = () =>
  PortalAssets.parse(JSON.parse(readFileSync(join(__dirname, 'portal-assets.json'), 'utf8')));

/** Unlike vend, login neither notes the keys of OpenID providers nor holds new ones back: no rule here asks for it. */
function idpKeySource(clock: Clock, logger: Logger) {
  const history: KeyHistory = { decisions: async () => ok(new Map()), see: async () => [] };
  return createRemoteKeySource(clock, { history, observe: createObserveKeys(history, logger) });
}

/** The SDK of KMS is in a file beside the bundle, which is read where a KMS key is named. */
function kmsDataKeys(options: KmsOptions): DataKeys {
  let loading: Promise<DataKeys> | undefined;
  const load = () => {
    loading ??= import('../../shared/adapters/alibaba-cloud/kms-data-keys.ts').then(({ createKmsDataKeys }) =>
      createKmsDataKeys(options),
    );
    return loading;
  };
  return {
    make: async (context) => (await load()).make(context),
    unwrap: async (wrapped, context) => (await load()).unwrap(wrapped, context),
  };
}

function build(config: LoginConfig, environment: NodeJS.ProcessEnv) {
  const clock: Clock = { now: () => new Date() };
  const platform = createPlatformCredentials(environment);
  const credentials = () => platform.current();
  const { signinEndpoint, consoleUrl } = config;
  const { publicUrl, audience, tablestoreEndpoint: endpoint, tablestoreInstance: instance } = config;
  const rows = openRows(openTablestore({ endpoint, instance, credentials }));
  const logger = createConsoleLogger(config.logLevel, (line) => process.stdout.write(line));
  const numbers = createLoginNumbers({ stopwatch: () => performance.now(), logger });
  const tracer = loadTracer(config.tracesEndpoint, 'login');
  const signOn = createSignOnStore(rows, clock);
  const keyHistory = createKeyHistory(rows);
  const ownKeys = createOwnKeys({
    clock,
    logger,
    signOn,
    store: createPrivateKeyStore(rows),
    seal: config.kms
      ? createKmsSeal(kmsDataKeys({ ...config.kms, credentials }), instance)
      : createPlainSeal(),
    fixed: {
      sessionKeys: config.sessionKeys?.reveal(),
      samlKeys: config.samlKeys?.reveal(),
      clientSecrets: config.signOnSecrets,
    },
  });
  const app = createLoginApp({
    publicUrl,
    cloudSsoUrl: config.cloudSsoUrl,
    clientIpHeader: config.clientIpHeader,
    requestIdHeader: isUnderFunctionCompute(environment) ? 'x-fc-request-id' : undefined,
    clock,
    readKeys: () => ownKeys.ready(),
    // Getters: readKeys changes the keys while the app runs.
    tokens: {
      issuer: `${publicUrl}/login`,
      audience,
      get keys() {
        return ownKeys.keys;
      },
    },
    get samlKeys() {
      return ownKeys.samlKeys;
    },
    samlMetadata: createSamlMetadata({
      clock,
      logger,
      publicUrl,
      store: createMetadataStore(rows),
      fetch: fetchDocument,
      decisions: keyHistory.decisions,
      observe: createObserveKeys(keyHistory, logger),
    }),
    signOn,
    sessions: createSessionStore(rows),
    passkeys: createPasskeyStore(rows),
    rechecks: createRecheckStore(rows),
    leavers: createLeaverStore(rows),
    devices: createDeviceStore(rows),
    directories: createDirectoryStore(rows),
    scimTokens: createScimTokenStore(rows),
    once: createOnceStore(rows),
    auditLog: createAuditLog(rows),
    vend: createVendClient(config.vendUrl),
    oidc: createOidcClient(clock, ownKeys, sendToIdp, idpKeySource(clock, logger)),
    activities: createActivityStore(rows),
    console: createConsoleSignIn({ signinEndpoint, consoleUrl, returnUrl: `${publicUrl}/portal` }),
    consoleUrl,
    consoleTargets: consoleTargets(signinEndpoint, consoleUrl),
    region: config.region,
    assets: readAssets(),
    commandLine: readCommandLine(join(__dirname, 'stint.tgz')),
    logger,
    numbers,
    tracer,
  });
  const end = () => {
    numbers.flush();
    void tracer()?.flush();
  };
  return { app, platform, logger, end };
}

startFunction(process.env, parseLoginConfig, build);
