// `stint apply`: puts access documents in force.
import { addApplyCommand } from './apply-command.ts';
import type { Cli } from './command.ts';

export function addApply(cli: Cli): void {
  addApplyCommand(cli, {
    name: 'apply',
    description: 'run the tests of access documents, show what they change, and put them in force',
    examples: [
      'stint apply access.yaml',
      'stint apply access/',
      'stint apply --yes --strict --env prod.env --json access/',
    ],
    dryRun: false,
  })
    .option('--yes', 'do not ask first when grants, providers, roles or sign-in are removed')
    .option('--dry-run', 'show what would change and write nothing, as stint plan does');
}
