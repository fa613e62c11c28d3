// `stint rollback`: puts an earlier revision in force again, as a new one. It is an apply of that revision's documents: with
// the same totals, question, tests and comparison of pinned policies. Interrupted anywhere, it has changed nothing or
// everything, and can be run again.
import type { DocumentFile } from '../../../shared/rules/compile/read-documents.ts';
import { EXIT, type ExitCode } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { type ApplyOptions, applyAndShow } from '../documents/run-apply.ts';
import { documentsOf } from './export-revision.ts';
import { isOfEarlierVersion, openRevisions, readWhole } from './read-revisions.ts';

export async function rollBack(wanted: string, options: ApplyOptions, terminal: Terminal): Promise<ExitCode> {
  const fail = ({ message, exitCode }: { readonly message: string; readonly exitCode: ExitCode }) => {
    terminal.note(`${message}\nNothing was changed.`);
    return exitCode;
  };
  const opened = await openRevisions(options.env, terminal);
  if (!opened.ok) return fail(opened.error);
  const read = await readWhole(opened.value, [wanted]);
  if (!read.ok) return fail(read.error);
  const [target] = read.value;
  if (!target || target.isInForce) return showInForce(target?.number, options, terminal);
  const files = documentsOf(target);
  if (!files.ok) return fail(files.error);
  if (isOfEarlierVersion(target))
    terminal.note(
      'An earlier version of Stint applied this revision: its tests were not kept, and are not run.',
    );
  const { rows, settings } = opened.value;
  const named = ({ name, text }: DocumentFile) => ({ name: `revision ${target.number}, ${name}`, text });
  const [first, ...others] = files.value;
  const source = { rows, files: [named(first), ...others.map(named)] as const, rollbackOf: target.revision };
  return applyAndShow(source, settings, { ...options, command: 'stint rollback' }, terminal);
}

function showInForce(number: number | undefined, { json }: ApplyOptions, { out }: Terminal): ExitCode {
  out(
    json
      ? formatJson({ format: 1, result: 'unchanged', number: number ?? null }, 2)
      : `Nothing to change: revision ${number} is in force.`,
  );
  return EXIT.ok;
}
