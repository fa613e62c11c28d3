// The last steps of the role commands: which roles vend may assume, the document, and the rules in force.
import { isDeepStrictEqual } from 'node:util';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, EXIT, serviceFailed, wrongUsage } from '../base/command-fault.ts';
import { editDocument } from '../documents/edit-document.ts';
import { readDocumentFiles } from '../documents/read-document-files.ts';
import { applyAndShow } from '../documents/run-apply.ts';
import { VEND_ROLE_NAME } from '../setup/desired-deployment.ts';
import { assumableRoles, withAssumableRoles } from '../setup/vend-policy.ts';
import type { GoesBeyond } from './check-edit.ts';
import { cloudFailed, type RolePlace } from './open-roles.ts';

/** RAM CreatePolicyVersion, PolicyDocument. */
const MAX_POLICY_CHARACTERS = 6144;

/** vend's policy with these roles; fails where RAM has no room for it. */
export function vendPolicyFor(document: unknown, roles: readonly string[]): Result<unknown, CommandFault> {
  const changed = withAssumableRoles(document, roles);
  return JSON.stringify(changed).length > MAX_POLICY_CHARACTERS
    ? wrongUsage(
        `the policy ${VEND_ROLE_NAME} has no room for another role (RAM: ${MAX_POLICY_CHARACTERS} characters): remove roles that are not handed out any more`,
      )
    : ok(changed);
}

/** Of the roles that vend may assume, those that it hands out: all but the hub roles. */
export const handedOut = ({
  vendPolicy,
  hubRoles,
}: Pick<RolePlace, 'vendPolicy' | 'hubRoles'>): readonly string[] =>
  assumableRoles(vendPolicy.document).filter((arn) => !hubRoles.some((hubRole) => hubRole === arn));

/** Where others write at the same moment again and again, a person should know. */
const WRITES = 5;

type Roles = readonly string[];

/**
 * The roles with those that others added between the version that was read and the one that was written over theirs. RAM has no
 * conditional write: a gap in the numbers of versions shows a write that this one did not see. A removal at the same moment may
 * be undone, which gives the role to no caller: no document names it then, and `stint role list` says so.
 */
async function addUnseen(
  { cloud: { ram } }: RolePlace,
  known: Roles,
  seen: number,
  written: { readonly version: number; readonly roles: Roles },
): Promise<Result<Roles, CommandFault>> {
  const merged = [...written.roles];
  for (let version = seen + 1; version < written.version; version += 1) {
    const unseen = await ram.findVersion(VEND_ROLE_NAME, version);
    if (!unseen.ok) return cloudFailed(unseen.error);
    const theirs = assumableRoles(unseen.value);
    merged.push(...theirs.filter((arn) => !known.includes(arn) && !merged.includes(arn)));
  }
  return ok(merged);
}

/** Changes the list of roles in vend's policy as it is now. `change` gives the same list where nothing is to be done. */
export async function changeAssumable(
  place: RolePlace,
  change: (roles: Roles) => Roles,
): Promise<Result<void, CommandFault>> {
  const { ram } = place.cloud;
  const policy = await ram.findPolicy(VEND_ROLE_NAME);
  if (!policy.ok) return cloudFailed(policy.error);
  const document = policy.value?.document;
  const known = assumableRoles(document);
  let seen = policy.value?.version ?? 0;
  let roles: Roles = known;
  let next = change(known);
  for (let writes = 0; writes < WRITES; writes += 1) {
    if (isDeepStrictEqual(next, roles)) return ok(undefined);
    const text = vendPolicyFor(document, next);
    if (!text.ok) return text;
    const version = await ram.changePolicy(VEND_ROLE_NAME, text.value);
    if (!version.ok) return cloudFailed(version.error);
    roles = next;
    const merged = await addUnseen(place, known, seen, { version: version.value, roles });
    if (!merged.ok) return merged;
    seen = version.value;
    next = merged.value;
  }
  return serviceFailed(
    `the policy ${VEND_ROLE_NAME} is changed by others at the same moment: run this again`,
  );
}

/** Writes the edit into the file as it is now. */
export function writeDocument(
  place: RolePlace,
  edit: (text: string) => Result<string, string>,
): Promise<Result<void, CommandFault>> {
  return editDocument(place.documentPath, place.document, (text) => {
    const edited = edit(text);
    return edited.ok
      ? ok({ text: edited.value, value: undefined })
      : wrongUsage(`${place.document}: ${edited.error}`);
  });
}

/** The person has agreed already, unless someone applied meanwhile and more would go than that. */
export async function applyRoles(
  place: RolePlace,
  goesBeyond: GoesBeyond,
): Promise<Result<void, CommandFault>> {
  const { cloud, instance, terminal, paths } = place;
  const files = await readDocumentFiles(paths, terminal.folder);
  if (!files.ok) return files;
  const rows = openRows(cloud.openTables(instance));
  const source = { rows, files: files.value };
  const exitCode = await applyAndShow(
    source,
    cloud.settingsOf(instance),
    { dryRun: false, agreed: (plan) => goesBeyond(plan).length === 0 },
    terminal,
  );
  return exitCode === EXIT.ok
    ? ok(undefined)
    : err({ message: 'The rules were not applied: mend that, and run stint apply.', exitCode });
}
