// Starts the local Alibaba Cloud and Stint on it, a service a step. Every started service is given to `onStarted`
// at once, so that a caller who stops it half-way can close what there is.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serviceProvider } from '../../functions/login/sign-on-saml/protocol/service-provider.ts';
import { ConnectionId } from '../../shared/kernel/names.ts';
import { DEMO_ACCOUNT, DEMO_AUDIENCE, DEMO_INSTANCE, DEMO_REGION } from '../demo/demo-account.ts';
import { startGateway } from '../fc/gateway.ts';
import type { RoleSession } from '../fc/platform-headers.ts';
import { type LocalIam, openIam } from '../iam/local-iam.ts';
import { startIdp } from '../idp/server.ts';
import { startRam } from '../ram/server.ts';
import { startSamlIdp } from '../saml/server.ts';
import { startSignin } from '../signin/server.ts';
import { startSts } from '../sts/server.ts';
import { startTablestore } from '../tablestore/server.ts';
import {
  openAdminKey,
  openPartnerKey,
  openSamlKeys,
  openSessionKeys,
  writeAdminEnvironment,
  writePartnerEnvironment,
} from './kept-keys.ts';
import { chooseGatewayPort, choosePorts } from './ports.ts';
import { applyRules, prepareTables, writeEffectiveDocument } from './prepare-rules.ts';
import { seedIam, seedPartner, seedPolicies } from './seed-iam.ts';
import { clearRunningWorld, type RunningWorld, writeRunningWorld } from './state-dir.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const HOST = '127.0.0.1';
/** Browsers let a page use passkeys under a name, not under an address. */
const PUBLIC_NAME = 'localhost';
/** In local/access.yaml. */
const SAML_CONNECTION = { id: ConnectionId.parse('corp-saml') };
/** How many ports the gateway tries when nobody asked for one. */
const PORT_TRIES = 10;

/** What Function Compute is given of a function. */
interface BuiltFunction {
  readonly name: string;
  readonly folder: string;
  readonly bundleBytes: number;
}

export interface WorldOptions {
  /** Exists and is locked. */
  readonly stateDir: string;
  /** Makes the functions as they are deployed. */
  readonly build: () => Promise<readonly BuiltFunction[]>;
  readonly port: number;
  /** Somebody asked for this very port: another would surprise. */
  readonly portIsFixed: boolean;
  /** STINT_SIGN_ON_SECRETS, for identity providers that somebody adds; the demo's own need none. */
  readonly signOnSecrets: string;
  readonly step: (title: string, detail?: string) => void;
  readonly onStarted: (close: () => Promise<void>) => void;
  readonly onLog: (functionName: string, line: string) => void;
}

/** What Function Compute does for a function: assumes its role. */
async function functionSession(iam: LocalIam, roleArn: string): Promise<RoleSession> {
  const session = iam.issueServiceSession(roleArn, 'fc.aliyuncs.com');
  if (!session.ok) throw new Error(`Function Compute cannot assume ${roleArn}: ${session.error}`);
  const { expiresAt, ...keys } = session.value;
  return { ...keys, expiration: expiresAt.toISOString() };
}

export async function startWorld(options: WorldOptions): Promise<RunningWorld> {
  const { stateDir, step, onStarted } = options;
  const gatewayPort = await chooseGatewayPort(options.port, options.portIsFixed ? 1 : PORT_TRIES);
  const publicUrl = `http://${PUBLIC_NAME}:${gatewayPort}`;
  const ports = await choosePorts(stateDir, gatewayPort);

  const iam = openIam({ file: join(stateDir, 'iam.lmdb'), clock: () => new Date() });
  onStarted(() => iam.close());
  const adminKey = openAdminKey(stateDir);
  const partnerKey = openPartnerKey(stateDir);
  seedIam(iam, adminKey);
  seedPartner(iam, partnerKey);
  const ram = await startRam({ iam, port: ports.ram, host: HOST });
  onStarted(() => ram.close());
  seedPolicies(ram.policies);
  step('RAM', `account ${DEMO_ACCOUNT} with its users, roles and policies at ${ram.url}`);

  const tablestore = await startTablestore({
    dataDir: join(stateDir, 'tablestore'),
    instance: DEMO_INSTANCE,
    region: DEMO_REGION,
    accountId: DEMO_ACCOUNT,
    callers: iam,
    port: ports.tablestore,
    host: HOST,
  });
  onStarted(() => tablestore.close());
  step('Tablestore', `instance ${DEMO_INSTANCE} at ${tablestore.url}`);

  const sts = await startSts({ iam, port: ports.sts, host: HOST });
  onStarted(() => sts.close());
  writePartnerEnvironment(stateDir, partnerKey, sts.url);
  step('STS', sts.url);

  const signin = await startSignin({ iam, host: HOST });
  onStarted(() => signin.close());
  step('Console sign-in', signin.endpoint);

  const idp = await startIdp({ port: ports.idp, stateDir, audience: DEMO_AUDIENCE, portal: publicUrl });
  onStarted(() => idp.close());
  const saml = await startSamlIdp({
    port: ports.saml,
    stateDir,
    serviceProvider: serviceProvider(SAML_CONNECTION, publicUrl),
  });
  onStarted(() => saml.close());
  step('Identity providers', `OpenID ${idp.issuer}, SAML ${saml.entityId}`);

  const adminEnvironment = writeAdminEnvironment(stateDir, adminKey, {
    tablestore: tablestore.url,
    ram: ram.url,
  });
  const made = await prepareTables(tablestore.url, adminKey);
  const applied = await applyRules(
    writeEffectiveDocument(stateDir, { idp: idp.issuer, login: `${publicUrl}/login`, saml }),
    adminEnvironment,
  );
  step('Access rules', `${made.length === 0 ? 'tables kept' : `made ${made.join(', ')}`}; ${applied}`);

  const built = await options.build();
  step(
    'Build',
    built.map(({ name, bundleBytes }) => `${name} ${(bundleBytes / 1e6).toFixed(2)} MB`).join(', '),
  );

  const gateway = await startGateway({
    sYaml: join(ROOT, 's.yaml'),
    host: HOST,
    port: gatewayPort,
    portTries: 1,
    overrides: {
      STINT_PUBLIC_URL: publicUrl,
      STINT_SESSION_KEYS: openSessionKeys(stateDir),
      STINT_SAML_KEYS: openSamlKeys(stateDir),
      STINT_SIGN_ON_SECRETS: options.signOnSecrets,
      STINT_ACCOUNT_ID: DEMO_ACCOUNT,
      STINT_AUDIENCE: DEMO_AUDIENCE,
      STINT_REGION: DEMO_REGION,
      STINT_STS_ENDPOINT: sts.url,
      STINT_SIGNIN_ENDPOINT: signin.endpoint,
      STINT_CONSOLE_URL: signin.consoleUrl,
      STINT_TABLESTORE_ENDPOINT: tablestore.url,
      STINT_TABLESTORE_INSTANCE: DEMO_INSTANCE,
    },
    iamSession: (roleArn) => functionSession(iam, roleArn),
    stateDir,
    onLog: options.onLog,
  });
  onStarted(() => gateway.close());
  step('Function Compute', `vend and login, as s.yaml deploys them, at ${gateway.url}`);

  const world = {
    url: gateway.url,
    portal: `${publicUrl}/portal`,
    issuer: idp.issuer,
    audience: DEMO_AUDIENCE,
  };
  writeRunningWorld(stateDir, world);
  onStarted(async () => clearRunningWorld(stateDir));
  return world;
}
