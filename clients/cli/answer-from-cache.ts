// `stint credentials`, where an earlier run has kept what is asked for. Anything else is left to the whole program, which reads
// the same command line again: a question for help, a mistake in it, and credentials that are not there.
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import type { TerminalContext } from './base/terminal.ts';
import { defineCredentials, formatTaken, recallForPrinting } from './commands/credentials.ts';

/** Standard output and standard error. */
const [OUT, ERR] = [1, 2];

/**
 * Whether it has printed them. A failed write to standard output counts as not: the whole program says what is wrong with it.
 */
export function answerFromCache(argv: readonly string[], context: TerminalContext): boolean {
  if (argv[0] !== 'credentials') return false;
  let isAnswered = false;
  const program = new Command('stint')
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  defineCredentials(program).action((role, options) => {
    const taken = recallForPrinting(role, options, context);
    const text = taken && formatTaken(taken, options, context);
    if (!text?.ok) return;
    writeFileSync(OUT, `${text.value.out}\n`);
    isAnswered = true;
    if (text.value.note !== undefined) writeFileSync(ERR, `${text.value.note}\n`);
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch {
    // A mistake in the command line, a question for help, or an output that is closed.
  }
  return isAnswered;
}
