// What `stint role` checks before it changes anything: all documents with the edit in place, their tests, and what applying them
// takes away. A document that is behind the rules in force would otherwise remove what another person has applied since.
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { ReadAccess } from '../../../shared/rules/compile/read-documents.ts';
import { countChanges, formatRemovals } from '../../../shared/rules/review/count-changes.ts';
import { type Change, diffAccess, formatChange } from '../../../shared/rules/review/diff.ts';
import { type CommandFault, EXIT, wrongUsage } from '../base/command-fault.ts';
import { type AccessPlan, applyDocument } from '../documents/apply-document.ts';
import { explainApplyFault } from '../documents/explain-apply-fault.ts';
import type { ReadFiles } from '../documents/read-document-files.ts';
import type { RolePlace } from './open-roles.ts';
import { readAccess } from './role-in-document.ts';

/** A person reads no more lines than this. */
const MAX_SHOWN = 20;

const NOTHING_CHANGED = 'Nothing was changed.';

const keyOf = ({ kind, id }: Change): string => `${kind} ${id}`;
const isRemoval = ({ change, replaces }: Change): boolean => change === 'removed' || replaces === true;

/** What of a plan goes beyond the edit that a person agreed to. */
export type GoesBeyond = (plan: AccessPlan) => readonly Change[];

const removalsOf = (before: ReadAccess, after: ReadAccess): readonly Change[] =>
  diffAccess(before.access, after.access).filter(isRemoval);

function beyond(own: readonly Change[]): GoesBeyond {
  const agreed = new Set(own.map(keyOf));
  return ({ changes }) => changes.filter((change) => isRemoval(change) && !agreed.has(keyOf(change)));
}

function withEdit({ files: [first, ...others], documentPath }: RolePlace, text: string): ReadFiles {
  const edit = (file: ReadFiles[0]): ReadFiles[0] => (file.path === documentPath ? { ...file, text } : file);
  return [edit(first), ...others.map(edit)];
}

const unchanged = ({ message, exitCode }: CommandFault): Result<never, CommandFault> =>
  err({
    message: message.includes(NOTHING_CHANGED) ? message : `${message}\n${NOTHING_CHANGED}`,
    exitCode,
  });

function refuseRemovals(others: readonly Change[], { files }: RolePlace): Result<void, CommandFault> {
  const removes = formatRemovals(countChanges(others));
  if (removes === undefined) return ok(undefined);
  const lines = others.slice(0, MAX_SHOWN).map(formatChange);
  return wrongUsage(
    [
      `Applying ${files.map(({ name }) => name).join(', ')} would also remove ${removes}, in force now:`,
      ...lines,
      ...(others.length > lines.length ? [`… and ${others.length - lines.length} more`] : []),
      'Nothing was changed. Bring the documents up to date (stint export writes the rules in force), name all of them with --apply, or leave it to stint apply with --no-apply.',
    ].join('\n'),
  );
}

const replacesText = (own: readonly Change[]): string =>
  [
    ...own.map(formatChange),
    'The document has this already, otherwise: change it there, and run stint apply.',
  ].join('\n');

/** `text`: the document after the edit. `removes`: that is what the edit is for. Gives what a later plan may not go beyond. */
export async function checkEdit(
  place: RolePlace,
  text: string,
  { applies, removes }: { readonly applies: boolean; readonly removes: boolean },
): Promise<Result<GoesBeyond, CommandFault>> {
  const before = readAccess(place.files);
  if (!before.ok) return err({ message: before.error, exitCode: EXIT.document });
  const files = withEdit(place, text);
  const after = readAccess(files);
  if (!after.ok) return unchanged({ message: after.error, exitCode: EXIT.document });
  const own = removalsOf(before.value, after.value);
  // Another first grant than before: those who had it would lose it, and no line of the command says so.
  if (own.length > 0 && !removes) return unchanged({ message: replacesText(own), exitCode: EXIT.usage });
  const goesBeyond = beyond(own);
  if (!applies) return ok(goesBeyond);
  const rows = openRows(place.cloud.openTables(place.instance));
  const planned = await applyDocument({
    rows,
    files,
    appliedBy: '',
    now: new Date(),
    ram: undefined,
    dryRun: true,
  });
  if (!planned.ok) return unchanged(explainApplyFault(planned.error));
  const { tests } = planned.value;
  if (tests.failed > 0) return unchanged(explainApplyFault({ kind: 'tests', tests }));
  const refused = refuseRemovals(goesBeyond(planned.value), place);
  return refused.ok ? ok(goesBeyond) : refused;
}
