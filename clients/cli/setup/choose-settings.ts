// The choices of a deployment: what the person says, else what the settings file has, else what setup can choose itself.
import { parseEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import { HUB_ROLES_HELP, parseHubRoles } from '../../../shared/kernel/hub-roles.ts';
import { accountOf, parseKmsKey, type RoleArn } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, EXIT, wrongUsage } from '../base/command-fault.ts';
import type { SettingValues } from '../base/deployment-file.ts';
import type { Terminal } from '../base/terminal.ts';
import type { DeploymentChoices } from './desired-deployment.ts';
import type { SetupCloud } from './setup-cloud.ts';

export interface ChoiceOptions {
  readonly region?: string;
  readonly domain?: string;
  readonly certId?: string;
  readonly instance?: string;
  readonly logProject?: string;
  readonly kmsKey?: string;
  readonly hubRole?: readonly string[];
}

const REGION = /^[a-z]{2,}-[a-z0-9-]+$/;
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
/** Tablestore CreateInstance, InstanceName. */
const INSTANCE = /^(?!.*(?:ali|ay|ots|taobao|admin))[a-z][a-z0-9-]{1,14}[a-z0-9]$/i;
/** Certificate Management Service gives digits and, in the identifier that Function Compute takes, the region. */
const CERTIFICATE = /^[A-Za-z0-9-]{1,64}$/;
/** Log Service CreateProject, projectName. */
const PROJECT = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** An instance's name is part of an address, so that no other account of the region has it. Eight digits tell accounts apart. */
const ACCOUNT_DIGITS = 8;

async function ask(question: string, { ask: answer }: Terminal): Promise<string> {
  return (await answer?.(question))?.trim() ?? '';
}

const invalid = (what: string, value: string, help: string): Result<never, CommandFault> =>
  value === '' ? wrongUsage(`give ${what}`) : err({ message: `${what}: ${help}`, exitCode: EXIT.usage });

/** That of the domain changes with it; another one, as of a gateway, is the operator's. */
function choosePublicUrl(domain: string, settings: SettingValues): string {
  const url = settings['STINT_PUBLIC_URL'];
  return url && url !== `https://${settings['STINT_DOMAIN']}` ? url : `https://${domain}`;
}

/** An operator may have named another endpoint of the same instance for the functions, such as that of their VPC. */
function chooseEndpoint(instance: string, settings: SettingValues, cloud: SetupCloud): string {
  const chosen = cloud.tablestoreEndpoint(instance);
  const host = parseEndpointUrl(settings['STINT_TABLESTORE_ENDPOINT'] ?? '')?.hostname;
  const isOfInstance = host?.startsWith(`${instance}.${cloud.region}.`) && host.endsWith('.aliyuncs.com');
  const isDefault = chosen === `https://${instance}.${cloud.region}.ots.aliyuncs.com`;
  return (isDefault && isOfInstance && settings['STINT_TABLESTORE_ENDPOINT']) || chosen;
}

/** `login` asks the KMS of its own region, and its policy is for keys of its own account. */
function chooseKmsKey(
  { kmsKey: given }: ChoiceOptions,
  settings: SettingValues,
  { account: { accountId }, region }: SetupCloud,
): Result<string | undefined, CommandFault> {
  const kmsKey = given ?? (settings['STINT_KMS_KEY'] || undefined);
  if (kmsKey === undefined) return ok(undefined);
  const parts = parseKmsKey(kmsKey);
  if (!parts) return invalid('--kms-key', kmsKey, 'must be the id or ARN of a key in KMS, and no alias');
  const isOwn = (parts.account ?? accountId) === accountId && (parts.region ?? region) === region;
  return isOwn
    ? ok(kmsKey)
    : invalid('--kms-key', kmsKey, `must be a key of account ${accountId} in ${region}`);
}

/** Given, all of them; else those of the settings. */
function chooseHubRoles(
  { hubRole: given }: ChoiceOptions,
  settings: SettingValues,
  { account: { accountId } }: SetupCloud,
): Result<readonly RoleArn[], CommandFault> {
  const text = given?.join() ?? settings['STINT_HUB_ROLES'];
  const hubRoles = text ? parseHubRoles(text) : [];
  if (!hubRoles) return invalid('--hub-role', text ?? '', HUB_ROLES_HELP);
  return hubRoles.some((hubRole) => accountOf(hubRole) === accountId)
    ? invalid(
        '--hub-role',
        text ?? '',
        `must be roles of other accounts than ${accountId}, which has its quota already`,
      )
    : ok(hubRoles);
}

/** The region, before anything of the cloud is known. */
export async function chooseRegion(
  options: ChoiceOptions,
  settings: SettingValues,
  terminal: Terminal,
): Promise<Result<string, CommandFault>> {
  const region =
    options.region ??
    settings['STINT_REGION'] ??
    terminal.env['STINT_REGION'] ??
    (await ask('Region, such as cn-hangzhou: ', terminal));
  return REGION.test(region)
    ? ok(region)
    : invalid('--region', region, 'must be the id of a region, such as cn-hangzhou');
}

/** The rest. Fails where the settings are another account's or region's. */
export async function chooseSettings(
  options: ChoiceOptions,
  settings: SettingValues,
  cloud: SetupCloud,
  terminal: Terminal,
): Promise<Result<DeploymentChoices, CommandFault>> {
  const { accountId } = cloud.account;
  const other = [
    ['account', settings['STINT_ACCOUNT_ID'], accountId],
    ['region', settings['STINT_REGION'], cloud.region],
  ].find(([, set, now]) => set !== undefined && set !== '' && set !== now);
  if (other)
    return wrongUsage(
      `the settings file is of ${other[0]} ${other[1]}, and this is ${other[0]} ${other[2]}: use other credentials, or another folder`,
    );
  const domain =
    options.domain ??
    settings['STINT_DOMAIN'] ??
    (await ask('Domain at which callers reach it, such as vend.example.com: ', terminal));
  if (!DOMAIN.test(domain)) return invalid('--domain', domain, 'must be a domain, such as vend.example.com');
  const instance =
    options.instance ?? settings['STINT_TABLESTORE_INSTANCE'] ?? `stint-${accountId.slice(-ACCOUNT_DIGITS)}`;
  if (!INSTANCE.test(instance))
    return invalid(
      '--instance',
      instance,
      'must have 3 to 16 letters, digits and hyphens, and none of ali, ay, ots, taobao, admin',
    );
  const logProject =
    options.logProject ?? settings['STINT_LOG_PROJECT'] ?? `stint-${accountId}-${cloud.region}`;
  if (!PROJECT.test(logProject))
    return invalid('--log-project', logProject, 'must have 3 to 63 lower-case letters, digits and hyphens');
  const certificateId = options.certId ?? (settings['STINT_CERT_ID'] || undefined);
  if (certificateId !== undefined && !CERTIFICATE.test(certificateId))
    return invalid(
      '--cert-id',
      certificateId,
      'must be the id of a certificate: letters, digits and hyphens',
    );
  const kmsKey = chooseKmsKey(options, settings, cloud);
  if (!kmsKey.ok) return kmsKey;
  const hubRoles = chooseHubRoles(options, settings, cloud);
  if (!hubRoles.ok) return hubRoles;
  return ok({
    accountId,
    region: cloud.region,
    domain,
    publicUrl: choosePublicUrl(domain, settings),
    certificateId,
    instance,
    tablestoreEndpoint: chooseEndpoint(instance, settings, cloud),
    logProject,
    kmsKey: kmsKey.value,
    hubRoles: hubRoles.value,
  });
}
