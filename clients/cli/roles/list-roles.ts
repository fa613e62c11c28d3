// `stint role list`: the roles of the access document, and what of them no longer fits: the trust policy, the ExternalId, the
// longest session, vend's own permission.
import type { RoleInRam } from '../../../shared/adapters/alibaba-cloud/ram-administration.ts';
import { ROLE_ARN } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import type { Role } from '../../../shared/rules/values/role.ts';
import { type CommandFault, EXIT } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { VEND_ROLE_NAME } from '../setup/desired-deployment.ts';
import { assumableRoles } from '../setup/vend-policy.ts';
import { handedOut } from './apply-roles.ts';
import { assumersOf, cloudFailed, openRoles, type RoleCommandOptions, type RolePlace } from './open-roles.ts';
import { readAccess } from './role-in-document.ts';
import { readVendTrust } from './vend-trust.ts';

interface ListedRole {
  readonly id: string;
  readonly roleArn: string;
  /** `unknown`: the role is another account's, which these credentials cannot read. */
  readonly state: 'fits' | 'drifted' | 'unknown';
  readonly drift: readonly string[];
}

/** `assumer`: vend's role, or a hub role. */
function trustDriftOf({ externalId }: Role, found: RoleInRam, assumer: string): readonly string[] {
  const trust = readVendTrust(found.trust, assumer);
  const asked = trust.kind === 'trusted' ? trust.externalIds : [];
  return [
    ...(trust.kind === 'none' ? [`its trust policy does not name ${assumer}`] : []),
    ...(trust.kind === 'denied' ? [`its trust policy has a Deny that names ${assumer}`] : []),
    ...(trust.kind === 'trusted' && asked.length === 0 && externalId !== undefined
      ? ['its trust policy asks for no ExternalId']
      : []),
    ...(asked.length > 0 && (externalId === undefined || !asked.includes(externalId))
      ? ['its trust policy asks for another ExternalId']
      : []),
  ];
}

/** What of a role in RAM does not fit its entry, in words. */
export function driftOf(
  role: Role,
  found: RoleInRam | undefined,
  assumers: readonly string[],
): readonly string[] {
  const { maxDurationSeconds } = role;
  if (found === undefined) return ['RAM has no such role'];
  return [
    ...new Set(assumers.flatMap((assumer) => trustDriftOf(role, found, assumer))),
    ...(found.maxSessionSeconds < maxDurationSeconds
      ? [
          `its sessions last ${found.maxSessionSeconds} seconds at most, and the document says ${maxDurationSeconds}`,
        ]
      : []),
  ];
}

async function listed(role: Role, place: RolePlace): Promise<Result<ListedRole, CommandFault>> {
  const { cloud, vendPolicy } = place;
  const { id, roleArn } = role;
  const [, account = '', name = ''] = ROLE_ARN.exec(roleArn) ?? [];
  const own = account === cloud.account.accountId;
  const found = own ? await cloud.ram.findRole(name) : ok(undefined);
  if (!found.ok) return cloudFailed(found.error);
  const drift = [
    ...(own ? driftOf(role, found.value, assumersOf(place)) : []),
    ...(assumableRoles(vendPolicy.document).includes(roleArn) ? [] : [`${VEND_ROLE_NAME} may not assume it`]),
  ];
  const state = drift.length > 0 ? 'drifted' : own ? 'fits' : 'unknown';
  return ok({ id, roleArn, state, drift });
}

const STATES = {
  fits: 'fits',
  drifted: 'does not fit',
  unknown: 'of another account: not looked at',
} as const;

/** Ends with a fault where a role does not fit, so that a script notices. */
export async function listHandedOut(
  { json = false, ...options }: RoleCommandOptions & { readonly json?: boolean },
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const place = await openRoles(options, terminal, { reads: true });
  if (!place.ok) return place;
  const { files } = place.value;
  const read = readAccess(files);
  if (!read.ok) return err({ message: read.error, exitCode: EXIT.document });
  const { roles } = read.value.access;
  const all: ListedRole[] = [];
  for (const role of roles) {
    const one = await listed(role, place.value);
    if (!one.ok) return one;
    all.push(one.value);
  }
  const unnamed = handedOut(place.value).filter((arn) => !roles.some(({ roleArn }) => roleArn === arn));
  if (json) terminal.out(formatJson({ format: 1, roles: all, unnamed }, 2));
  else showRoles(all, unnamed, terminal);
  const drifted = all.filter(({ state }) => state === 'drifted').length;
  return drifted === 0
    ? ok(undefined)
    : err({
        message: `${drifted} of ${all.length} roles do not fit: stint role add NAME, or stint role import ARN, mends them.`,
        exitCode: EXIT.document,
      });
}

function showRoles(all: readonly ListedRole[], unnamed: readonly string[], { out }: Terminal): void {
  if (all.length === 0) out('The document has no roles: stint role add <name>.');
  for (const { id, roleArn, state, drift } of all) {
    out(`${id}  ${roleArn}  ${STATES[state]}`);
    for (const line of drift) out(`  ${showable(line)}`);
  }
  for (const arn of unnamed)
    out(`${VEND_ROLE_NAME} may assume ${arn}, which this document does not name: stint role remove ${arn}`);
}
