// The question before a change that takes something away or cannot be undone.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from './command-fault.ts';
import type { Terminal } from './terminal.ts';

/**
 * Lets the command go on where the person answers `yes` in full, or where `--yes` has said so already. Fails where no person can
 * be asked: a script must not take silence for consent.
 */
export async function confirm(
  question: string,
  { yes = false }: { readonly yes?: boolean },
  { ask }: Terminal,
): Promise<Result<void, CommandFault>> {
  if (yes) return ok(undefined);
  if (!ask)
    return wrongUsage(
      'Nothing was changed, since there is no person to ask here: add --yes if that is meant.',
    );
  return (await ask(question)).trim() === 'yes' ? ok(undefined) : wrongUsage('Nothing was changed.');
}
