// Starts the local Alibaba Cloud and Stint on it, a service a step. Every started service is given to `onStarted`
// at once, so that a caller who stops it half-way can close what there is.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serviceProvider } from '../../functions/login/sign-on-saml/protocol/service-provider.ts';
import { ConnectionId } from '../../shared/kernel/names.ts';
import { createCallLog } from '../action-trail/call-log.ts';
import { startActionTrail } from '../action-trail/server.ts';
import { DEMO_ACCOUNT, DEMO_AUDIENCE, DEMO_INSTANCE, DEMO_REGION } from '../demo/demo-account.ts';
import { startGateway } from '../fc/gateway.ts';
import { deployedBy, startFunctionManagement } from '../fc/management.ts';
import type { RoleSession } from '../fc/platform-headers.ts';
import { type LocalIam, openIam } from '../iam/local-iam.ts';
import { startIdp } from '../idp/server.ts';
import { openKmsKey } from '../kms/kms-key.ts';
import { startKms } from '../kms/server.ts';
import { startRam } from '../ram/server.ts';
import { startSamlIdp } from '../saml/server.ts';
import { startSignin } from '../signin/server.ts';
import { startSts } from '../sts/server.ts';
import { startTablestore } from '../tablestore/server.ts';
import {
  openAdminKey,
  openAuditorKey,
  openPartnerKey,
  writeAdminEnvironment,
  writeAuditorEnvironment,
  writePartnerEnvironment,
} from './kept-keys.ts';
import { chooseGatewayPort, choosePorts, type Ports } from './ports.ts';
import { applyRules, prepareTables, writeEffectiveDocument } from './prepare-rules.ts';
import { seedAuditor, seedIam, seedPartner, seedPolicies } from './seed-iam.ts';
import { clearRunningWorld, type RunningWorld, writeRunningWorld } from './state-dir.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const S_YAML = join(ROOT, 's.yaml');
const HOST = '127.0.0.1';
/** Browsers let a page use passkeys under a name, not under an address. */
const PUBLIC_NAME = 'localhost';
/** In local/access.yaml. */
const SAML_CONNECTION = { id: ConnectionId.parse('corp-saml') };
/** How many ports the gateway tries when no port was asked for. */
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
  /** The developer asked for this port: another one is not tried. */
  readonly portIsFixed: boolean;
  /** STINT_SIGN_ON_SECRETS, for identity providers that a developer adds; the demo's own need none. */
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

/** What every step needs: the options, and the addresses that are chosen before anything starts. */
interface Start extends WorldOptions {
  readonly ports: Ports;
  readonly publicUrl: string;
  /** The origin of the CloudSSO dialect. */
  readonly cloudSso: string;
}

/** Starts one service and registers its `close` before the next one starts. */
async function started<T extends { close(): Promise<void> }>(
  { onStarted }: Start,
  starting: T | Promise<T>,
): Promise<T> {
  const service = await starting;
  onStarted(() => service.close());
  return service;
}

/** RAM, Tablestore, STS and the console's sign-in, with the demo account in them. */
async function startCloud(start: Start) {
  const { stateDir, step, ports } = start;
  const iam = await started(start, openIam({ file: join(stateDir, 'iam.lmdb'), clock: () => new Date() }));
  const adminKey = openAdminKey(stateDir);
  const auditorKey = openAuditorKey(stateDir);
  const partnerKey = openPartnerKey(stateDir);
  const kmsKey = openKmsKey(join(stateDir, 'kms-key.json'), DEMO_ACCOUNT);
  seedIam(iam, adminKey, kmsKey.id);
  seedAuditor(iam, auditorKey);
  seedPartner(iam, partnerKey);
  const calls = createCallLog();
  const ram = await started(start, startRam({ iam, calls, port: ports.ram, host: HOST }));
  seedPolicies(ram.policies);
  step('RAM', `account ${DEMO_ACCOUNT} with its users, roles and policies at ${ram.url}`);

  const tablestore = await started(
    start,
    startTablestore({
      dataDir: join(stateDir, 'tablestore'),
      instance: DEMO_INSTANCE,
      region: DEMO_REGION,
      accountId: DEMO_ACCOUNT,
      callers: iam,
      calls,
      port: ports.tablestore,
      host: HOST,
    }),
  );
  step('Tablestore', `instance ${DEMO_INSTANCE} at ${tablestore.url}`);

  const sts = await started(start, startSts({ iam, calls, port: ports.sts, host: HOST }));
  writePartnerEnvironment(stateDir, partnerKey, sts.url);
  step('STS', sts.url);

  const actionTrail = await started(
    start,
    startActionTrail({ iam, calls, region: DEMO_REGION, port: ports.actionTrail, host: HOST }),
  );
  writeAuditorEnvironment(stateDir, auditorKey, { tablestore: tablestore.url, actionTrail: actionTrail.url });
  step('ActionTrail', actionTrail.url);

  const kms = await started(start, startKms({ iam, region: DEMO_REGION, keys: [kmsKey], host: HOST }));
  step('KMS', `key ${kmsKey.id} at ${kms.url}`);

  const signin = await started(start, startSignin({ iam, host: HOST }));
  step('Console sign-in', signin.endpoint);
  return { iam, ram, tablestore, sts, kms, kmsKey: kmsKey.id, signin, adminKey };
}

type Cloud = Awaited<ReturnType<typeof startCloud>>;

async function startIdentityProviders(start: Start) {
  const { stateDir, ports, publicUrl, step } = start;
  const idp = await started(
    start,
    startIdp({ port: ports.idp, stateDir, audience: DEMO_AUDIENCE, portal: publicUrl }),
  );
  const saml = await started(
    start,
    startSamlIdp({
      port: ports.saml,
      stateDir,
      serviceProvider: serviceProvider(SAML_CONNECTION, publicUrl),
    }),
  );
  step('Identity providers', `OpenID ${idp.issuer}, SAML ${saml.entityId}`);
  return { idp, saml };
}

type IdentityProviders = Awaited<ReturnType<typeof startIdentityProviders>>;

/** What s.yaml is filled with, as deployment.env and the environment would. No secret is in it. */
const deploymentSettings = (
  { publicUrl, cloudSso }: Start,
  { ram, tablestore, sts, kms, kmsKey, signin }: Cloud,
): Readonly<Record<string, string>> => ({
  STINT_PUBLIC_URL: publicUrl,
  STINT_CLOUDSSO_URL: cloudSso,
  STINT_ACCOUNT_ID: DEMO_ACCOUNT,
  STINT_AUDIENCE: DEMO_AUDIENCE,
  STINT_REGION: DEMO_REGION,
  STINT_STS_ENDPOINT: sts.url,
  STINT_KMS_ENDPOINT: kms.url,
  STINT_KMS_KEY: kmsKey,
  STINT_RAM_ENDPOINT: ram.url,
  STINT_SIGNIN_ENDPOINT: signin.endpoint,
  STINT_CONSOLE_URL: signin.consoleUrl,
  STINT_TABLESTORE_ENDPOINT: tablestore.url,
  STINT_TABLESTORE_INSTANCE: DEMO_INSTANCE,
});

/** Serves how the functions are deployed, for stint doctor. */
async function startManagement(start: Start, { iam }: Cloud, settings: Readonly<Record<string, string>>) {
  const deployed = deployedBy(S_YAML, { ...settings, STINT_SIGN_ON_SECRETS: start.signOnSecrets });
  const account = { region: DEMO_REGION, accountId: DEMO_ACCOUNT };
  const management = await started(
    start,
    startFunctionManagement({ iam, ...account, deployed: () => deployed, host: HOST }),
  );
  return management.url;
}

/** Creates the tables and applies local/access.yaml with the addresses of this start. */
async function prepareRules(
  { stateDir, publicUrl, step }: Start,
  { tablestore, adminKey }: Cloud,
  { idp, saml }: IdentityProviders,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const adminEnvironment = writeAdminEnvironment(stateDir, adminKey, settings);
  const made = await prepareTables(tablestore.url, adminKey);
  const applied = await applyRules(
    writeEffectiveDocument(stateDir, { idp: idp.issuer, login: `${publicUrl}/login`, saml }),
    adminEnvironment,
  );
  step('Access rules', `${made.length === 0 ? 'tables kept' : `made ${made.join(', ')}`}; ${applied}`);
}

/** Builds the functions and runs them behind the gateway, as s.yaml deploys them. */
async function startFunctions(
  start: Start,
  port: number,
  { iam }: Cloud,
  settings: Readonly<Record<string, string>>,
) {
  const { stateDir, step } = start;
  const built = await start.build();
  step(
    'Build',
    built.map(({ name, bundleBytes }) => `${name} ${(bundleBytes / 1e6).toFixed(2)} MB`).join(', '),
  );
  const gateway = await started(
    start,
    startGateway({
      sYaml: S_YAML,
      host: HOST,
      port,
      portTries: 1,
      moreDomains: [{ sYaml: join(ROOT, 's.cloudsso.yaml'), port: start.ports.cloudSso }],
      overrides: { ...settings, STINT_SIGN_ON_SECRETS: start.signOnSecrets },
      iamSession: (roleArn) => functionSession(iam, roleArn),
      stateDir,
      onLog: start.onLog,
    }),
  );
  step(
    'Function Compute',
    `${built.map(({ name }) => name).join(', ')}, as s.yaml deploys them, at ${gateway.url}`,
  );
  return gateway;
}

/** Starts everything on a locked state folder and returns the addresses; the same are in the folder's note. */
export async function startWorld(options: WorldOptions): Promise<RunningWorld> {
  const { stateDir, onStarted } = options;
  const gatewayPort = await chooseGatewayPort(options.port, options.portIsFixed ? 1 : PORT_TRIES);
  const publicUrl = `http://${PUBLIC_NAME}:${gatewayPort}`;
  const ports = await choosePorts(stateDir, gatewayPort);
  // Another name than the portal's, because cookies do not tell ports apart.
  const cloudSso = `http://${HOST}:${ports.cloudSso}`;
  const start: Start = { ...options, publicUrl, cloudSso, ports };

  const cloud = await startCloud(start);
  const providers = await startIdentityProviders(start);
  const settings = deploymentSettings(start, cloud);
  const management = await startManagement(start, cloud, settings);
  await prepareRules(start, cloud, providers, { ...settings, STINT_FC_ENDPOINT: management });
  const gateway = await startFunctions(start, gatewayPort, cloud, settings);

  const world = {
    url: gateway.url,
    portal: `${publicUrl}/portal`,
    cloudSso,
    issuer: providers.idp.issuer,
    audience: DEMO_AUDIENCE,
  };
  writeRunningWorld(stateDir, world);
  onStarted(async () => clearRunningWorld(stateDir));
  return world;
}
