// What every role command needs: the deployment's settings, its cloud, and the policy that says which roles vend may assume.
import { dirname } from 'node:path';
import type { CloudFault } from '../../../shared/adapters/alibaba-cloud/cloud-fault.ts';
import type { PolicyInRam } from '../../../shared/adapters/alibaba-cloud/ram-administration.ts';
import { HUB_ROLES_HELP, parseHubRoles } from '../../../shared/kernel/hub-roles.ts';
import type { RoleArn } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { chooseDeploymentVariables } from '../base/cloud-settings.ts';
import { type CommandFault, EXIT, wrongUsage } from '../base/command-fault.ts';
import { DEPLOYMENT_FILE } from '../base/deployment-file.ts';
import type { Terminal } from '../base/terminal.ts';
import { noteUnusedProxy } from '../base/use-proxies.ts';
import { type ReadFile, type ReadFiles, readDocumentFiles } from '../documents/read-document-files.ts';
import { VEND_ROLE_NAME } from '../setup/desired-deployment.ts';
import { explainCloudFault, explainMissing, missingPermissions } from '../setup/explain-setup-fault.ts';
import { connectCloud, type SetupCloud } from '../setup/setup-cloud.ts';
import { readAccess } from './role-in-document.ts';
import type { Assumers } from './vend-trust.ts';

export interface RoleCommandOptions {
  readonly env?: string;
  /** The access document that has the roles, relative to the terminal's folder. */
  readonly document: string;
  /** false: the document is written and not applied; paths: all documents that are applied together. */
  readonly apply?: boolean | readonly string[];
}

export interface RolePlace {
  readonly cloud: SetupCloud;
  readonly terminal: Terminal;
  readonly instance: string;
  /** The ARN of the role that vend runs as. */
  readonly vendRole: string;
  /** STINT_HUB_ROLES of the deployment. */
  readonly hubRoles: readonly RoleArn[];
  readonly vendPolicy: PolicyInRam;
  /** As the person named it. */
  readonly document: string;
  readonly documentPath: string;
  readonly documentText: string;
  /** All documents that count together, that one among them. */
  readonly files: ReadFiles;
  /** Those documents as the person named them: files, or their folder. */
  readonly paths: readonly string[];
}

const ALL_PERMISSIONS = 'All that stint role needs: clients/cli/ram/role-policy.json of Stint’s repository.';

/** A fault of a call as the end of a command, with the permission that is missing. */
export function cloudFailed(fault: CloudFault): { readonly ok: false; readonly error: CommandFault } {
  const missing = explainMissing(missingPermissions([fault]));
  const lines = [explainCloudFault(fault), ...missing, ...(missing.length > 0 ? [ALL_PERMISSIONS] : [])];
  return err({ message: lines.join('\n'), exitCode: EXIT.service });
}

const NO_DEPLOYMENT = `${DEPLOYMENT_FILE} is not here, or names no region and instance: run stint setup first, or run this in its folder`;

/**
 * The documents of --apply, which must name the one that is edited. Without it that one alone, or, where it is not to be applied
 * and says too little by itself, all of its folder: rules may be divided into files.
 */
async function findDocuments(
  { document, apply }: RoleCommandOptions,
  file: ReadFile,
  { folder }: Terminal,
): Promise<Result<ReadFiles, CommandFault>> {
  if (!Array.isArray(apply))
    return apply === false && !readAccess([file]).ok
      ? readDocumentFiles([dirname(document)], folder)
      : ok([file]);
  const files = await readDocumentFiles(apply, folder);
  return files.ok && !files.value.some(({ path }) => path === file.path)
    ? wrongUsage(`--apply leaves out ${document}, which would be changed: name it, or its folder, there, too`)
    : files;
}

/** `reads`: the document is not changed, and may be a folder. */
export async function openRoles(
  options: RoleCommandOptions,
  terminal: Terminal,
  { reads = false }: { readonly reads?: boolean } = {},
): Promise<Result<RolePlace, CommandFault>> {
  const settings = chooseDeploymentVariables(options.env, terminal);
  if (!settings.ok) return settings;
  const { trusted } = settings.value;
  const { STINT_REGION: region, STINT_TABLESTORE_INSTANCE: instance, STINT_ACCOUNT_ID: accountId } = trusted;
  if (!region || !instance) return wrongUsage(NO_DEPLOYMENT);
  const hubs = trusted['STINT_HUB_ROLES'];
  const hubRoles = hubs ? parseHubRoles(hubs) : [];
  if (!hubRoles) return wrongUsage(`STINT_HUB_ROLES ${HUB_ROLES_HELP}`);
  noteUnusedProxy(terminal);
  const files = await readDocumentFiles([options.document], terminal.folder);
  if (!files.ok) return files;
  const [file] = files.value;
  const isFolder = files.value.length > 1;
  if (isFolder && !reads)
    return wrongUsage(
      `${options.document} is a folder: name the file that has the roles with --document, and the folder with --apply`,
    );
  const all = isFolder
    ? files
    : await findDocuments(reads ? { ...options, apply: false } : options, file, terminal);
  if (!all.ok) return all;
  const cloud = await connectCloud(trusted, region);
  if (!cloud.ok) return cloud;
  const { account, ram } = cloud.value;
  if (accountId && accountId !== account.accountId)
    return wrongUsage(
      `the deployment is of account ${accountId}, and these credentials are of ${account.accountId}`,
    );
  const policy = await ram.findPolicy(VEND_ROLE_NAME);
  if (!policy.ok) return cloudFailed(policy.error);
  if (policy.value === undefined)
    return wrongUsage(`RAM has no policy ${VEND_ROLE_NAME}: run stint setup first`);
  return ok({
    cloud: cloud.value,
    terminal,
    instance,
    vendRole: `acs:ram::${account.accountId}:role/${VEND_ROLE_NAME}`,
    hubRoles,
    vendPolicy: policy.value,
    document: file.name,
    documentPath: file.path,
    documentText: file.text,
    files: all.value,
    paths: Array.isArray(options.apply) ? options.apply : [options.document],
  });
}

/** What Stint may assume roles with, for their trust policies. */
export const assumersOf = ({ vendRole, hubRoles }: RolePlace): Assumers => [vendRole, ...hubRoles];
