// `stint completion`: prints the script by which a shell completes `stint`. The script calls it again, for the words of a command
// line.
import { Argument, Option } from 'commander';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { completeWords } from '../completion/complete-words.ts';
import { COMPLETION_SCRIPTS, FILES_LINE, SHELLS, type Shell } from '../completion/completion-scripts.ts';
import { keptRoleNames } from '../sessions/role-names.ts';
import { type Cli, finishWith, formatExamples } from './command.ts';

const HELP = `
It completes commands, options and their values, and the roles that stint roles listed last.
${formatExamples(
  'eval "$(stint completion bash)"     # in ~/.bashrc',
  'eval "$(stint completion zsh)"      # in ~/.zshrc, after compinit',
  'stint completion fish | source      # in ~/.config/fish/config.fish',
)}`;

/** bash has no place for descriptions: it would insert them. */
const lineOf = (shell: Shell, word: string, description: string | undefined): string =>
  shell === 'bash' || description === undefined ? word : `${word}\t${description}`;

async function answer(
  shell: Shell,
  words: readonly string[],
  { terminal, loadCommands }: Cli,
): Promise<void> {
  const completion = completeWords(await loadCommands(words), words, keptRoleNames(terminal.env));
  if (completion === 'files') terminal.out(FILES_LINE);
  else for (const { word, description } of completion) terminal.out(lineOf(shell, word, description));
}

async function complete(
  shell: Shell,
  words: readonly string[],
  isAnswer: boolean,
  cli: Cli,
): Promise<Result<void, CommandFault>> {
  if (isAnswer) await answer(shell, words, cli);
  else if (words.length > 0) return wrongUsage('name one shell');
  else cli.terminal.out(COMPLETION_SCRIPTS[shell]);
  return ok(undefined);
}

export function addCompletion(cli: Cli): void {
  cli.program
    .command('completion')
    .description('print a script by which your shell completes stint')
    .usage(`<${SHELLS.join('|')}>`)
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addArgument(new Argument('[words...]'))
    .addOption(new Option('--answer', 'complete the words behind --').hideHelp())
    .addHelpText('after', HELP)
    .action((shell: Shell, words: readonly string[], options: { readonly answer?: boolean }) =>
      finishWith(cli, complete(shell, words, options.answer === true, cli)),
    );
}
