// `stint plan`: shows what applying access documents would change, and with --replay for which past requests.
import { InvalidArgumentError } from 'commander';
import { addApplyCommand } from './apply-command.ts';
import { type Cli, readDuration } from './command.ts';

/** A month: a longer trail is read for many minutes, and says little of how people work today. */
const MAX_REPLAY_SECONDS = 31 * 86_400;

function parseReplay(text: string): number {
  const seconds = readDuration(text);
  if (seconds === undefined || seconds > MAX_REPLAY_SECONDS)
    throw new InvalidArgumentError('Give how far to look back, such as 7d or 12h; 31d at most.');
  return seconds;
}

export function addPlan(cli: Cli): void {
  addApplyCommand(cli, {
    name: 'plan',
    description: 'show who would gain or lose which role and which actions, and write nothing',
    examples: [
      'stint plan access.yaml',
      'stint plan --strict --json access/',
      'stint plan --replay 7d --env prod.env --audit-env auditor.env access.yaml',
    ],
    dryRun: true,
  })
    .option(
      '--replay <time>',
      'decide the requests of this long again, and show which would end otherwise',
      parseReplay,
    )
    .option('--audit-env <file>', 'with --replay: the settings of an auditor (default: those of --env)');
}
