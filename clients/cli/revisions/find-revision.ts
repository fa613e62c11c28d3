// Which of the kept revisions a person means: by its number, or by the name that answers and the audit trail have.
import type { KeptRevision } from '../../../shared/adapters/tablestore/revision-history.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';

/** A name is longer than any number: no text is both. */
const NUMBER = /^[1-9]\d{0,6}$/;
const NAME = /^[a-z0-9]{8,32}$/;

export const REVISION_ARGUMENT = [
  '<revision>',
  'the number of a revision, as stint history shows it, or the first 8 characters of its name',
] as const;

/** `history` is newest first. */
export function findRevision(
  text: string,
  history: readonly KeptRevision[],
): Result<KeptRevision, CommandFault> {
  const [newest] = history;
  if (!newest) return wrongUsage('no rules are in force yet: run stint apply first');
  if (!NUMBER.test(text) && !NAME.test(text))
    return wrongUsage(
      'a revision is a number, as stint history shows it, or at least the first 8 characters of its name',
    );
  const found = history.filter(({ number, revision }) =>
    NUMBER.test(text) ? String(number) === text : revision.startsWith(text),
  );
  const [one, ...others] = found;
  if (one && others.length === 0) return ok(one);
  if (one) return wrongUsage('several revisions have names that begin so: give more of the name');
  const oldest = history.at(-1) ?? newest;
  return wrongUsage(
    `there is no such revision: ${oldest.number} to ${newest.number} are kept; stint history lists them`,
  );
}
